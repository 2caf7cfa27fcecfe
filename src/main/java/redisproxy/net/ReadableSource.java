package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * An end point whose connection can be served in a {@link Round}, beside all that Jetty's end points offer. Thread-safe as
 * these are; nothing here blocks. Reading, {@link #unread} and what depends on them belong to the one thread that has the
 * connection at the time.
 *
 * <p>A source that decrypts may hold bytes that the operating system no longer does. For {@link #awaitReadable} they count as
 * something to read, so the connection is served without waiting for the selector.
 */
public interface ReadableSource extends EndPoint {
    /** Returns the source of a connector whose end points are made by {@link Rounds}. */
    static ReadableSource of(EndPoint endPoint) {
        if (endPoint instanceof ReadableSource source) {
            return source;
        }
        throw new IllegalArgumentException(endPoint + " cannot be served in rounds");
    }

    /** Returns the round that this source takes part in. */
    Round round();

    /** Returns the connector's scheduler. */
    Scheduler getScheduler();

    /** Has {@code connection} served in a round once there is something to read, or the end of the input. */
    void awaitReadable(RoundConnection connection);

    /** Has {@code connection} served in a round after other connections, because it has {@linkplain #unread put bytes back}. */
    void readAgain(RoundConnection connection);

    /** Ends a wait that {@link #awaitReadable} began; returns false if none was left. For the selector's thread. */
    boolean stopAwaiting();

    /**
     * Reads once, without blocking, between position and limit. Bytes that were put back come first. Returns how many bytes, or
     * -1 at the end of the input; a source that has failed is at its end.
     */
    int read(ByteBuffer buffer);

    /** Puts back the last bytes that have been read, which are copied. At most once between two reads. */
    void unread(byte[] source, int start, int end);

    /** Returns whether bytes were put back that have not been read again. */
    boolean hasUnread();

    /** Fails Jetty's own wait for something to read, outside rounds; returns false if there is none. */
    boolean failRead(Throwable cause);

    /** Returns whether the last read filled all the room that there was: the client sends faster than it is read. */
    boolean isBusy();

    /** Takes the connection that awaits its turn in a round away from this source, or returns null. */
    @Nullable
    RoundConnection takeReader();

    /** Writes one buffer without blocking, as {@link #flush}; returns whether all of it is written. Allocates nothing. */
    boolean flushOne(ByteBuffer buffer) throws IOException;

    /** Limits what this client's costly requests take of the processors, from now on. */
    void limitCosts(CostTurns turns);

    /** Returns whether the client takes what is being written {@linkplain WriteMeter too slowly}; one thread at a time asks. */
    boolean isTakenTooSlowly(long now, long nanos);

    /**
     * Returns whether the client has begun what this source needs before there is something to read, such as a handshake, and has
     * not gone on for {@code nanos}. Thread-safe.
     */
    default boolean isStalled(long now, long nanos) {
        return false;
    }
}
