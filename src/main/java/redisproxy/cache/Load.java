package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/**
 * One read of a key that a cache wants from its {@link BackingStore}. Thread-safe; no method blocks. The first result counts
 * and later ones are ignored, so a store may fail an overdue load without knowing whether an answer is arriving.
 */
public interface Load {
    /** The remaining life of a key that does not expire. */
    long UNLIMITED = Long.MAX_VALUE / 2;

    /** The remaining life of a key of which nothing is known. */
    long UNKNOWN = -1;

    /** Returns the key to read. The array belongs to the load: never write to it. */
    byte[] key();

    /** Returns for how many nanoseconds the first listener has been waiting. */
    long waitedNanos();

    /** Returns whether the first listener has been waiting for longer than that of another load of the same cache. */
    default boolean isOlderThan(Load other) {
        long waited = waitedNanos();
        return waited > other.waitedNanos();
    }

    /** Called just before the request is sent to the store's only server. Does what {@link #sending(Term)} does. */
    void sending();

    /**
     * Called just before the request is sent: the value's time to live is counted from here. May be called again, if the request
     * is repeated or is sent to another server after all.
     *
     * @param term the {@link Origin#term} of the server that it is sent to
     */
    void sending(Term term);

    /** Returns the reading of the clock that {@link #sending(Term, String, long)} takes; that of all loads of a cache is the same clock. */
    long now();

    /**
     * Does what {@link #sending(Term)} does.
     *
     * @param server the address that it is sent to
     * @param at a reading of {@link #now}, of this load or another one, from before it is sent. One does for all that leave together: the
     *     clock costs more than all else that is done here
     */
    void sending(Term term, String server, long at);

    /** Called once the request has left: the store answers it before any request that is sent from now on. */
    void sent();

    /** Returns whether {@link #complete(byte[], long)} has to be told for how long the key lives. Call it after the former. */
    boolean needsLife();

    /** Ends the load with the value of a key that does not expire, or null if there is no such key. Takes the array over. */
    default void complete(byte @Nullable [] value) {
        complete(value, UNLIMITED);
    }

    /**
     * Ends the load with the value, or with null if there is no such key. Takes the array over.
     *
     * @param lifeNanos for how long the key lived on when it was read, {@link #UNLIMITED} if it does not expire, or {@link
     *     #UNKNOWN}, in which case nothing is cached
     */
    void complete(byte @Nullable [] value, long lifeNanos);

    /** Ends the load without a result. */
    void fail(BackingStoreException cause);

    /** Called after the result, when the store has no more results for the same {@link #recipient} at hand. */
    void flush();

    /**
     * Returns the first recipient of the result, such as the connection of a client. Results for one recipient are best written
     * together, and recipients are best served in turns. Compare by identity.
     */
    Object recipient();
}
