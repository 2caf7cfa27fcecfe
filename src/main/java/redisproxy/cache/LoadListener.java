package redisproxy.cache;

/**
 * Who waits for a load. Exactly one of {@link #loaded} and {@link #failed} is called, once, on whatever thread finishes
 * the load; neither may block or throw.
 */
public interface LoadListener {
    /** The load brought this entry, which may be {@linkplain Entry#isAbsent() absent}. */
    void loaded(Entry entry, Provenance provenance);

    /** The load failed. */
    void failed(BackingStoreException cause);

    /** Called before all else if the load was under way already. May not block or throw. */
    default void joined() {}

    /**
     * Called once or more after the result, when the store has no more results for the same {@link #recipient} at hand:
     * the time to write out what was gathered. May not block or throw.
     */
    default void flush() {}

    /** Returns who gets the result in the end; results for one recipient are best written out together. */
    default Object recipient() {
        return this;
    }
}
