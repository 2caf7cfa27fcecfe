package redisproxy.cache;

/**
 * Something that the backing store is asked about a key, and answers once. Thread-safe; the first answer wins and later ones
 * are ignored, so a store may fail a request that is overdue without knowing whether an answer is arriving.
 */
public sealed interface StoreRequest permits Flight, Question {
    /** Returns the key to ask for. The array is the request's own: never write to it. */
    byte[] key();

    /** Returns for how many nanoseconds somebody has been waiting. */
    long ageNanos();

    /** Notes that the key is being asked for now. */
    void sent();

    /** Ends the request without an answer. */
    void fail(BackingStoreException cause);

    /** Lets those who waited write out their replies, after the answer. */
    void flush();

    /** Returns who gets the answer first of all. */
    Object recipient();

    /** Returns whether the answers to both go to one recipient first of all. */
    default boolean sharesRecipientWith(StoreRequest other) {
        return recipient() == other.recipient();
    }
}
