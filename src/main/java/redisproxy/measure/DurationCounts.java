package redisproxy.measure;

import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/**
 * How often each duration occurred, in the buckets of {@link Histogram} for the bounds of {@link Durations}. A recording is one atomic
 * addition: HdrHistogram's own {@code AtomicHistogram} takes two, and looks at its extremes, which is a hundredth of what a load costs.
 * Thread-safe; never blocks.
 */
final class DurationCounts {
    /*
     * Durations below 2^17 ns are told apart by 2^9 ns, of which there are 256. Each further power of two is divided into 128 buckets, so
     * that no two durations of one bucket differ by more than 1 %.
     */
    private static final int UNIT_BITS = 63 - Long.numberOfLeadingZeros(Durations.LEAST_NANOS);
    private static final int HALF_BITS = 7;
    private static final int LINEAR_BITS = UNIT_BITS + HALF_BITS + 1;

    private final AtomicLongArray counts = new AtomicLongArray(index(Durations.MOST_NANOS) + 1);

    /** Counts a duration from 0 to {@link Durations#MOST_NANOS} so many times. */
    void add(long nanos, long times) {
        counts.getAndAdd(index(nanos), times);
    }

    /** Adds all that has been counted to a histogram. */
    void addTo(Histogram histogram) {
        for (int i = 0; i < counts.length(); i++) {
            long count = counts.get(i);
            if (count != 0) {
                histogram.recordValueWithCount(least(i), count);
            }
        }
    }

    private static int index(long nanos) {
        int doublings = Math.max(0, Long.SIZE - LINEAR_BITS - Long.numberOfLeadingZeros(nanos));
        return (doublings << HALF_BITS) + (int) (nanos >>> (UNIT_BITS + doublings));
    }

    /** Returns the least duration of a bucket. */
    private static long least(int index) {
        int doublings = Math.max(0, (index >> HALF_BITS) - 1);
        return (long) (index - (doublings << HALF_BITS)) << (UNIT_BITS + doublings);
    }
}
