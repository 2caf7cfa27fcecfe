package redisproxy.cache;

/**
 * Where values come from when they are not cached. Implementations are thread-safe.
 */
public interface BackingStore extends AutoCloseable {
    /**
     * Takes over the load of one key. Does not block. In bounded time, on any thread (this one included), the store
     * calls {@link Flight#sent()} when it is about to ask, then {@link Flight#complete} or {@link Flight#fail} once,
     * and {@link Flight#flush()} when it has no more results at hand for the {@linkplain Flight#sharesRecipientWith same
     * recipient}.
     */
    void load(Flight flight);

    /** Fails the loads that are not finished and frees connections and threads; may block for a short time. */
    @Override
    void close();
}
