package redisproxy.net;

/**
 * A connection that a {@link Round} serves. Both methods are called on the selector's thread, in this order and once
 * each, and may not block or throw.
 */
public interface RoundConnection {
    /** Reads what has arrived, and adds the keys that it asks for to the round's lookups. */
    void read(Round round);

    /** Answers what was read: the round's lookups have been done. Keys that were not found go to the round's misses. */
    void answer(Round round);
}
