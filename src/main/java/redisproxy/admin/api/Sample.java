package redisproxy.admin.api;

import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The counts since the start at one moment, to tell what happens between two moments. Immutable.
 *
 * @param millis Unix time
 * @param nanos a clock reading
 * @param loads those that Redis has answered
 */
record Sample(long millis, long nanos, PortCounts http, PortCounts resp, long hits, long misses, long loads) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Returns how much a count has grown per second since an earlier sample. */
    double perSecond(Sample earlier, ToLongFunction<Sample> count) {
        long passed = nanos - earlier.nanos;
        return passed <= 0 ? 0 : (count.applyAsLong(this) - count.applyAsLong(earlier)) * NANOS_PER_SECOND / passed;
    }

    /** Returns the part of hits in both, or null if there is nothing. */
    static @Nullable Double ratio(long hits, long misses) {
        return hits + misses <= 0 ? null : (double) hits / (hits + misses);
    }
}
