package redisproxy.cache;

import org.jspecify.annotations.Nullable;

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

    /** Returns for whom the key is loaded, or null if that is not known. Called before the result, if at all. */
    default @Nullable Asker asker() {
        return null;
    }

    /**
     * Returns the trace that the load is part of, as the request says ({@code traceparent}, W3C Trace Context), or null. Called
     * before the result, if at all.
     */
    default @Nullable String traceContext() {
        return null;
    }

    /** Returns the final recipient of the result: results for one recipient are best written together. Compare by identity. */
    default Object recipient() {
        return this;
    }
}
