package redisproxy.redis;

import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;

/**
 * What is sent to Redis for a listener that waits for the reply. {@link #fail} may be called by any thread, the other methods
 * by the thread that has the request.
 */
sealed interface Request permits KeyRequest, ProbeRequest, HealthRequest, CommandsRequest {
    /** Returns for how many nanoseconds the listener has been waiting. */
    long waitedNanos();

    /** Returns whether the listener has been waiting for longer than that of another request. */
    default boolean isOlderThan(Request other) {
        long waited = waitedNanos();
        return waited > other.waitedNanos();
    }

    /** Returns whether the listener has been waiting for so long that the request ends without a reply. */
    default boolean isOverdue(long timeoutNanos) {
        return waitedNanos() >= timeoutNanos;
    }

    /**
     * Writes the commands. Their replies are {@linkplain #receive received} in the same order.
     *
     * @param term what values belong to that are read over the link
     */
    void send(Link to, Term term);

    /** Returns whether it does no harm if the server executes it twice. */
    default boolean isRepeatable() {
        return true;
    }

    /** Returns whether it may be sent, perhaps for the second time: it is {@link #isRepeatable}, or has not left yet. */
    default boolean maySendAgain() {
        return true;
    }

    /** Returns about how many bytes its commands have together. */
    default long bytes() {
        return 0;
    }

    /** Called once the commands have left. */
    void sent();

    /**
     * Reads the replies and ends the request with them. Error replies end it as well.
     *
     * @throws JedisConnectionException if the connection fails, or the replies are not those of the commands
     */
    void receive(Link from);

    /** Ends the request without a reply. */
    void fail(BackingStoreException cause);

    /** Lets the listener write what it has, after the end of the request. */
    void flush();

    /** Returns the first recipient of the result, which is the asker in whose turn it is sent. Compare by identity. */
    Object recipient();
}
