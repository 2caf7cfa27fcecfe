package redisproxy.resp;

import redisproxy.cache.LoadObserver;
import redisproxy.cache.LoadReport;

/** Keeps the loads that were slow, of both ports, for SLOWLOG and LATENCY. Thread-safe; never blocks for long. */
public final class SlowLoads implements LoadObserver {
    private final SlowLog log;
    private final LatencyMonitor latency;

    public SlowLoads(SlowLoadConfig config) {
        this.log = new SlowLog(config.slowlogMicros(), config.slowlogMaxLength());
        this.latency = new LatencyMonitor(config.latencyThresholdMillis());
    }

    @Override
    public boolean ended(LoadReport.Outcome outcome, long tookNanos) {
        return log.wants(tookNanos) || latency.wants(tookNanos);
    }

    @Override
    public void finished(LoadReport report) {
        log.finished(report);
        latency.finished(report);
    }

    /** Has loads measured by this configuration from now on. */
    public void change(SlowLoadConfig config) {
        log.change(config.slowlogMicros(), config.slowlogMaxLength());
        latency.change(config.latencyThresholdMillis());
    }

    SlowLog log() {
        return log;
    }

    LatencyMonitor latency() {
        return latency;
    }
}
