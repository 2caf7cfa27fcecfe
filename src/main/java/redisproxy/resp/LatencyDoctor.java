package redisproxy.resp;

import java.util.List;
import java.util.Locale;

/** The text of LATENCY DOCTOR: what was slow, and what to look at. */
final class LatencyDoctor {
    private static final String ADVICE = """

            A load is one read of Redis, from when the first client waits for it until its result is there.
            What to look at:
            - SLOWLOG GET names the keys, and when and for whom they were loaded.
            - INFO backing tells the state of each server. If 'queued' is above 0, more is asked than Redis answers: raise REDIS_POOL_SIZE.
            - LATENCY DOCTOR and SLOWLOG GET at Redis itself tell what holds it up.
            - redis-cli --latency, from this machine to Redis, tells how long the network takes.
            """;

    private LatencyDoctor() {}

    static String report(LatencyMonitor monitor) {
        if (monitor.thresholdMillis() == 0) {
            return "Latency is not monitored. CONFIG SET latency-monitor-threshold sets the number of milliseconds from which on a load"
                    + " is long, until the proxy is started again; the setting LATENCY_MONITOR_THRESHOLD does so for good.\n";
        }
        LatencyMonitor.History history = monitor.history();
        if (history.samples().isEmpty()) {
            return "No load took %d ms or longer, since the start or the last LATENCY RESET.\n"
                    .formatted(monitor.thresholdMillis());
        }
        return spikes(history) + ADVICE;
    }

    private static String spikes(LatencyMonitor.History history) {
        List<LatencyMonitor.Sample> samples = history.samples();
        int count = samples.size();
        double average = samples.stream()
                .mapToLong(LatencyMonitor.Sample::millis)
                .average()
                .orElse(0);
        double deviation = samples.stream()
                .mapToDouble(each -> Math.abs(each.millis() - average))
                .average()
                .orElse(0);
        long seconds = samples.get(count - 1).unixSeconds() - samples.get(0).unixSeconds();
        return String.format(
                Locale.ROOT,
                "%s: %d latency spikes (average %.0f ms, mean deviation %.0f ms, period %.2f s). Worst of all: %d ms.\n",
                LatencyMonitor.LOAD,
                count,
                average,
                deviation,
                (double) seconds / count,
                history.longestMillis());
    }
}
