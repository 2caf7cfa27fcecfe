package redisproxy.measure;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.AtomicHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Records how long something takes. Durations that differ by less than 1 % or a microsecond are not told apart, those above an
 * hour count as an hour, and negative ones as 0. Takes 25 KiB from the first duration on, however many there are. Thread-safe;
 * never blocks, but for that first duration.
 */
public final class Durations {
    /** The longest duration that is told apart from longer ones. */
    static final long MOST_NANOS = TimeUnit.HOURS.toNanos(1);

    static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(1);

    /** What keeps durations apart that differ by 1 %. */
    static final int DIGITS = 2;

    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable AtomicHistogram histogram;

    /** Records one duration. */
    public void record(long nanos) {
        record(nanos, 1);
    }

    /**
     * Records a duration so many times: one that was measured in place of others.
     *
     * @param times at least 1
     */
    public void record(long nanos, long times) {
        long bounded = Math.max(0, Math.min(nanos, MOST_NANOS));
        counts().recordValueWithCount(bounded, times);
    }

    private AtomicHistogram counts() {
        AtomicHistogram made = histogram;
        return made == null ? make() : made;
    }

    private AtomicHistogram make() {
        making.lock();
        try {
            AtomicHistogram made = histogram;
            if (made == null) {
                made = new AtomicHistogram(LEAST_NANOS, MOST_NANOS, DIGITS);
                histogram = made;
            }
            return made;
        } finally {
            making.unlock();
        }
    }

    /** Returns what has been recorded up to now. */
    public DurationStats stats() {
        AtomicHistogram recorded = histogram;
        return recorded == null ? DurationStats.NONE : DurationStats.of(recorded);
    }
}
