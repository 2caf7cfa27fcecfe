package redisproxy.net;

/** A connection that a {@link Round} serves. All methods are called on the selector's thread and must not block. */
public interface RoundConnection {
    /**
     * Reads what has arrived, and adds the keys that are asked for to the round's lookups. {@link #answer} follows unless this
     * throws.
     */
    void read(Round round);

    /** Ends the connection because one of the other methods has thrown {@code cause}. */
    void fail(Throwable cause);

    /** Goes on after {@link Round#resume}. */
    void resume();

    /** Answers what was read, after the round's lookups. Adds the keys that were not found to the round's misses. */
    void answer(Round round);
}
