package redisproxy.cache;

import java.util.List;

/** Is told how each load went: for figures, logs and traces. Implementations are thread-safe; no method may block or throw. */
@FunctionalInterface
public interface LoadObserver {
    /**
     * A load ends. Called once for each load, on the thread that ends it, before those that wait for it have their result. Most loads are
     * like all others, and reports cost more than figures: returns whether {@link #finished} is to be called for this one.
     *
     * @param tookNanos how long the first request waited for the result
     */
    default boolean ended(LoadReport.Outcome outcome, long tookNanos) {
        return true;
    }

    /**
     * A load has ended, and those that waited for it have their result. Called on the thread that ended it, which has others to end.
     * May be called although {@link #ended} said that it need not be.
     */
    void finished(LoadReport report);

    /** Returns an observer that tells all of these, in their order. */
    static LoadObserver all(List<? extends LoadObserver> observers) {
        return new LoadObservers(List.copyOf(observers));
    }
}
