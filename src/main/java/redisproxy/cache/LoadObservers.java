package redisproxy.cache;

import java.util.List;

/** Several observers as one: each is told of each load. Thread-safe. */
final class LoadObservers implements LoadObserver {
    /** An array, since a list takes longer to walk than most of them take with a load. */
    private final LoadObserver[] observers;

    LoadObservers(List<? extends LoadObserver> observers) {
        this.observers = observers.toArray(LoadObserver[]::new);
    }

    @Override
    public boolean ended(LoadReport.Outcome outcome, long tookNanos) {
        boolean isWanted = false;
        for (LoadObserver each : observers) {
            isWanted |= each.ended(outcome, tookNanos);
        }
        return isWanted;
    }

    @Override
    public void finished(LoadReport report) {
        for (LoadObserver each : observers) {
            each.finished(report);
        }
    }
}
