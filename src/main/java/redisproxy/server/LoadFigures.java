package redisproxy.server;

import java.util.concurrent.atomic.LongAdder;
import redisproxy.cache.LoadObserver;
import redisproxy.cache.LoadReport;
import redisproxy.measure.Durations;
import redisproxy.measure.LoadStats;

/** Counts loads by their outcome, and records how long they took. Thread-safe; never blocks. */
final class LoadFigures implements LoadObserver {
    private final LongAdder values = new LongAdder();
    private final LongAdder absent = new LongAdder();
    private final LongAdder wrongTypes = new LongAdder();
    private final LongAdder unseen = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Durations durations = new Durations();

    @Override
    public boolean ended(LoadReport.Outcome outcome, long tookNanos) {
        LongAdder counter = switch (outcome) {
            case VALUE -> values;
            case ABSENT -> absent;
            case WRONG_TYPE -> wrongTypes;
            case UNSEEN -> unseen;
            case FAILED -> failed;
        };
        counter.increment();
        durations.record(tookNanos);
        return false;
    }

    @Override
    public void finished(LoadReport report) {
        // It has been counted.
    }

    LoadStats stats() {
        return new LoadStats(
                values.sum(), absent.sum(), wrongTypes.sum(), unseen.sum(), failed.sum(), durations.stats());
    }
}
