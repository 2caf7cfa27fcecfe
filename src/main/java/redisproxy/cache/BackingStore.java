package redisproxy.cache;

import java.util.List;

/** Where a cache reads the keys that it does not hold. Implementations are thread-safe. */
public interface BackingStore extends AutoCloseable {
    /**
     * Starts to carry out loads, and to report writes to an origin for each server if the store is configured to. Called once.
     * Does not wait for the store to be reachable. Loads that were taken over before are carried out from now on.
     */
    default void start(Origins origins) {}

    /**
     * Takes over loads that belong together, best sent as one batch. Does not block, and keeps no reference to the list. For
     * each load, in bounded time and on any thread (the caller's included), the store calls, if it sends the request, {@link
     * Load#sending()} just before and {@link Load#sent()} just after that, then {@link Load#complete} or {@link Load#fail} once, and at
     * last {@link Load#flush()}, once it has no more results at hand for the same {@link Load#recipient()}.
     */
    void load(List<? extends Load> loads);

    /** Returns a snapshot of the store's own figures. */
    default StoreStats stats() {
        return StoreStats.NONE;
    }

    /** Fails the loads that are not finished and frees connections and threads. May block for a short time. */
    @Override
    void close();
}
