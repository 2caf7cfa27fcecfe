package redisproxy.net;

/**
 * A connection that a {@link Round} serves. All methods are called on the selector's thread, and may not block.
 */
public interface RoundConnection {
    /**
     * Reads what has arrived, and adds the keys that it asks for to the round's lookups. {@link #answer} follows unless
     * this throws.
     */
    void read(Round round);

    /** Ends the connection: one of the other methods has thrown. */
    void fail(Throwable cause);

    /** Goes on after {@link Round#resume}. */
    void resume();

    /** Answers what was read: the round's lookups have been done. Keys that were not found go to the round's misses. */
    void answer(Round round);
}
