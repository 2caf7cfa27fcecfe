package redisproxy.cache;

import java.util.List;

/** Several observers as one: each is told of each load. Thread-safe. */
record LoadObservers(List<LoadObserver> observers) implements LoadObserver {
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
        observers.forEach(each -> each.finished(report));
    }
}
