package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/**
 * Who waits for a load. Exactly one of {@link #loaded} and {@link #failed} is called, once, on whatever thread finishes
 * the load; neither may block or throw.
 */
public interface LoadListener {
    /** The load succeeded; {@code entry} is null if the key does not exist. */
    void loaded(@Nullable Entry entry);

    /** The load failed. */
    void failed(BackingStoreException cause);

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
