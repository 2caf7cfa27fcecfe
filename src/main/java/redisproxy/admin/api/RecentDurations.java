package redisproxy.admin.api;

import org.jspecify.annotations.Nullable;
import redisproxy.measure.DurationStats;

/** Percentiles of the durations of the last ten to twenty seconds. Belongs to one thread. */
final class RecentDurations {
    private static final int TICKS = 10;
    private static final double NANOS_PER_MICRO = 1000;

    private DurationStats older = DurationStats.NONE;
    private DurationStats newer = DurationStats.NONE;
    private DurationStats now = DurationStats.NONE;
    private int ticks;

    /** Takes the durations since the start; called each second. */
    void tick(DurationStats all) {
        now = all;
        if (++ticks == TICKS) {
            ticks = 0;
            older = newer;
            newer = all;
        }
    }

    /** Returns the percentiles, or null if there were no durations. */
    State.@Nullable Latency latency() {
        DurationStats recent = now.since(older);
        return recent.count() <= 0
                ? null
                : new State.Latency(
                        recent.sumNanos() / NANOS_PER_MICRO / recent.count(),
                        recent.nanosAtPercentile(50) / NANOS_PER_MICRO,
                        recent.nanosAtPercentile(90) / NANOS_PER_MICRO,
                        recent.nanosAtPercentile(99) / NANOS_PER_MICRO,
                        recent.maxNanos() / NANOS_PER_MICRO);
    }
}
