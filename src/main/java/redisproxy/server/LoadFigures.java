package redisproxy.server;

import redisproxy.cache.LoadObserver;
import redisproxy.cache.LoadReport;
import redisproxy.measure.DurationStats;
import redisproxy.measure.Durations;
import redisproxy.measure.LoadStats;

/** Counts loads by their outcome, by recording how long they took. Thread-safe; never blocks, but for the first load of an outcome. */
final class LoadFigures implements LoadObserver {
    private final Durations values = new Durations();
    private final Durations absent = new Durations();
    private final Durations wrongTypes = new Durations();
    private final Durations unseen = new Durations();
    private final Durations failed = new Durations();

    @Override
    public boolean ended(LoadReport.Outcome outcome, long tookNanos) {
        Durations durations = switch (outcome) {
            case VALUE -> values;
            case ABSENT -> absent;
            case WRONG_TYPE -> wrongTypes;
            case UNSEEN -> unseen;
            case FAILED -> failed;
        };
        durations.record(tookNanos);
        return false;
    }

    @Override
    public void finished(LoadReport report) {
        // It has been counted.
    }

    LoadStats stats() {
        DurationStats ofValues = values.stats();
        DurationStats ofAbsent = absent.stats();
        DurationStats ofWrongTypes = wrongTypes.stats();
        DurationStats ofUnseen = unseen.stats();
        DurationStats ofFailed = failed.stats();
        DurationStats answered = ofValues.plus(ofAbsent).plus(ofWrongTypes);
        return new LoadStats(
                ofValues.count(),
                ofAbsent.count(),
                ofWrongTypes.count(),
                ofUnseen.count(),
                ofFailed.count(),
                answered,
                answered.plus(ofUnseen).plus(ofFailed));
    }
}
