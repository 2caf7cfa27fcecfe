package redisproxy.admin.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The metrics of the process as a whole.
 *
 * @param version the proxy's version
 * @param isReady whether the proxy wants requests, as the probe tells
 * @param droppedLogLines lines of the log that were dropped so far
 */
public record ProcessMetrics(String version, BooleanSupplier isReady, LongSupplier droppedLogLines)
        implements MetricSource {
    @Override
    public void addTo(Families families) {
        families.info(
                "build",
                "Version of the proxy and of the Java that runs it.",
                "version",
                version,
                "java_version",
                System.getProperty("java.version", "unknown"));
        families.gauge(
                "ready", "Whether the proxy wants requests: whether /readyz succeeds.", isReady.getAsBoolean() ? 1 : 0);
        families.counter(
                "log_dropped_lines",
                "Lines of the log that were dropped because nothing read it in time.",
                droppedLogLines.getAsLong());
    }
}
