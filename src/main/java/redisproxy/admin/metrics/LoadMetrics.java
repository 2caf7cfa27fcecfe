package redisproxy.admin.metrics;

import java.util.function.Supplier;
import redisproxy.admin.metrics.Families.Durations;
import redisproxy.admin.metrics.Families.Points;
import redisproxy.measure.LoadStats;

/**
 * The metrics of loads.
 *
 * @param stats their figures at present
 */
public record LoadMetrics(Supplier<LoadStats> stats) implements MetricSource {
    @Override
    public void addTo(Families families) {
        LoadStats now = stats.get();
        families.counter(
                "loads",
                "Reads of Redis that have ended: with a value, with no such key, with a key that holds no string, or with a failure that clients saw or not.",
                new Points()
                        .add(now.values(), "result", "value")
                        .add(now.absent(), "result", "absent")
                        .add(now.wrongTypes(), "result", "wrong_type")
                        .add(now.unseen(), "result", "unseen")
                        .add(now.failed(), "result", "failed"));
        Durations durations = new Durations();
        durations.add(now.durations());
        families.histogram(
                "load_duration_seconds",
                "Time from the first request that needed a load to its result, the wait for a connection included.",
                durations);
    }
}
