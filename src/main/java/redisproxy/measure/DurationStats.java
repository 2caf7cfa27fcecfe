package redisproxy.measure;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * How long something has taken, as {@link Durations} recorded it. An immutable snapshot, and thread-safe. Counts and sums are of
 * all durations, a duration that stands for others as often as it was recorded.
 */
public final class DurationStats {
    /** Nothing has been recorded. */
    public static final DurationStats NONE = new DurationStats(empty());

    private final Histogram counts;

    private DurationStats(Histogram counts) {
        this.counts = counts;
    }

    private static Histogram empty() {
        return new Histogram(Durations.LEAST_NANOS, Durations.MOST_NANOS, Durations.DIGITS);
    }

    static DurationStats of(AbstractHistogram recorded) {
        Histogram copy = empty();
        copy.add(recorded);
        return new DurationStats(copy);
    }

    /** Returns what has been recorded since an earlier snapshot of the same durations. */
    public DurationStats since(DurationStats earlier) {
        if (earlier.count() == 0) {
            return this;
        }
        Histogram rest = counts.copy();
        rest.subtract(earlier.counts);
        return new DurationStats(rest);
    }

    /** Returns the durations of both snapshots together. */
    public DurationStats plus(DurationStats others) {
        if (others.count() == 0) {
            return this;
        }
        if (count() == 0) {
            return others;
        }
        Histogram all = counts.copy();
        all.add(others.counts);
        return new DurationStats(all);
    }

    /** Returns how many durations were recorded. */
    public long count() {
        return counts.getTotalCount();
    }

    /** Returns the sum of the durations in nanoseconds, to within 1 % or a microsecond for each. Never falls as durations are added. */
    public long sumNanos() {
        long sum = 0;
        for (HistogramIterationValue each : counts.recordedValues()) {
            sum += each.getCountAddedInThisIterationStep() * counts.medianEquivalentValue(each.getValueIteratedTo());
        }
        return sum;
    }

    /**
     * Returns the duration in nanoseconds that so many percent of the durations do not exceed, to within 1 % or a microsecond; 0 if
     * there are none.
     *
     * @param percent from 0 to 100
     */
    public long nanosAtPercentile(double percent) {
        return count() == 0 ? 0 : counts.getValueAtPercentile(percent);
    }

    /** Returns the longest duration in nanoseconds, to within 1 % or a microsecond; 0 if there are none. */
    public long maxNanos() {
        return counts.getMaxValue();
    }

    /**
     * Returns how many durations were at most so long, those included that are not told apart from it. Never falls as {@code
     * nanos} grows.
     */
    public long countUpTo(long nanos) {
        if (nanos < 0) {
            return 0;
        }
        return nanos >= Durations.MOST_NANOS ? count() : counts.getCountBetweenValues(0, nanos);
    }

    /** Returns the longest duration in nanoseconds that is not told apart from this one. */
    public static long roundedUp(long nanos) {
        return NONE.counts.highestEquivalentValue(Math.max(0, Math.min(nanos, Durations.MOST_NANOS)));
    }
}
