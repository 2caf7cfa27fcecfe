package redisproxy.cache;

/**
 * Waits for a load. Exactly one of {@link #loaded} and {@link #failed} is called, once, on the thread that finishes the load. No
 * method may block or throw.
 */
public interface LoadListener {
    /** The load brought this entry, which may be {@linkplain Entry#isAbsent() absent}. */
    void loaded(Entry entry, Provenance provenance);

    /** The load failed. */
    void failed(BackingStoreException cause);

    /** Called before all else if another request had started the load. */
    default void joined() {}

    /**
     * Called once or more after the result, when the store has no more results for the same {@link #recipient} at hand: now
     * is the time to write the replies that were gathered.
     */
    default void flush() {}

    /** Returns the final recipient of the result: results for one recipient are best written together. Compare by identity. */
    default Object recipient() {
        return this;
    }
}
