package redisproxy.cache;

import java.util.List;

/** Is told how each load went: for figures, logs and traces. Implementations are thread-safe. */
@FunctionalInterface
public interface LoadObserver {
    /**
     * A load has ended, and those that waited for it have their result. Called once for each load, on the thread that ended it,
     * which has others to end: must not block or throw.
     */
    void finished(LoadReport report);

    /** Returns an observer that tells all of these, in their order. */
    static LoadObserver all(List<? extends LoadObserver> observers) {
        List<LoadObserver> each = List.copyOf(observers);
        return report -> each.forEach(observer -> observer.finished(report));
    }
}
