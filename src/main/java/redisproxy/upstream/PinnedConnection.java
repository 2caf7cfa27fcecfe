package redisproxy.upstream;

/**
 * A connection to Redis that one client has to itself, for as long as it needs one: it is in a transaction, subscribes to channels, or
 * waits for elements. Thread-safe; no method blocks. Ends by {@link #giveBack} or {@link #close}.
 */
public interface PinnedConnection {
    /** How long Redis may take if no reply is awaited, or one that comes when something happens. */
    long ANY_TIME = -1;

    /** Sends a whole request, as an array of bulk strings, behind those before it. Takes the array over. */
    void send(byte[] request);

    /**
     * Says for how many nanoseconds Redis may take with the next reply, beyond the timeout of any command, or {@link #ANY_TIME}: then the
     * connection ends, if nothing of a request or reply has moved meanwhile.
     */
    void expect(long nanos);

    /**
     * Has Redis end what it waits for instead of replying (redis.io, "CLIENT UNBLOCK"): the reply then tells a timeout, or an error.
     * The listener gets what Redis says to that, soon and on any thread.
     */
    void unblock(boolean byError, PassListener listener);

    /** Reads no more for now, because the client does not take what has arrived; a part of it may still be received. */
    void pause();

    /** Reads on. */
    void resume();

    /**
     * Gives the connection back, which may serve another client next: every reply has come, and it has no state. The listener is told
     * nothing more.
     */
    void giveBack();

    /**
     * Closes the connection, so that Redis discards whatever state it has; its place is free a moment later. The listener is told
     * nothing more, but what it is being told at this moment.
     */
    void close();
}
