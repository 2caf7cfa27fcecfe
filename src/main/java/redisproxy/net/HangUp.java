package redisproxy.net;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * How a connection of either port ends by the proxy's decision. The decision and the end are apart, since replies to earlier
 * requests may still have to be written:
 * <pre>
 * decide(words) or decideLate(words, wake)      from now on no request is executed
 * ... earlier replies are written ...
 * finish()                                      writes the last words, lingers, closes
 * </pre>
 * Belongs to the thread that has the connection. Never blocks.
 */
public final class HangUp {
    /** For how long a client gets to read the last words before its connection is closed. */
    static final long LINGER_MILLIS = 1_000;

    /** A client that breaks a protocol over and over must not take the processors' time from others. */
    public static final long LATE_MILLIS = 50;

    /** More clients than this that have been refused do not hold sockets. */
    private static final int MAX_LINGERING = 1_000;

    private static final byte[] NO_WORDS = {};

    private final ReadableSource source;
    private final Executor executor;

    private byte @Nullable [] lastWords;

    private volatile boolean isLate;

    /** Makes what ends the connection of {@code source}. */
    public HangUp(ReadableSource source, Executor executor) {
        this.source = source;
        this.executor = executor;
    }

    /**
     * Returns a connection that does nothing but refuse the client of {@code endPoint}.
     *
     * @param lastWords says why; not changed from now on
     * @param excess how many connections there are beyond the most allowed
     */
    public static Connection refusal(EndPoint endPoint, Executor executor, byte[] lastWords, int excess) {
        return new LingeringClose(endPoint, executor, lastWords, lingerMillis(excess));
    }

    /** Returns for how long a client that is refused may linger while there are so many more than allowed. */
    public static long lingerMillis(int excess) {
        return excess > MAX_LINGERING ? 0 : LINGER_MILLIS;
    }

    /** Returns whether the connection is to end: no further request is executed. */
    public boolean isDecided() {
        return lastWords != null;
    }

    /** Decides to hang up, without last words. */
    public void decide() {
        decide(NO_WORDS);
    }

    /** Decides to hang up with these last words, in the bytes of the protocol. */
    public void decide(byte[] words) {
        lastWords = words;
    }

    /**
     * Decides to hang up with these last words after a pause, in which nothing is read or written, since the client has broken
     * the protocol.
     *
     * @param wake called on the scheduler's thread at the end of the pause; has the connection's thread call {@link #finish}
     */
    public void decideLate(byte[] words, Runnable wake) {
        lastWords = words;
        isLate = true;
        source.getScheduler().schedule(() -> endPause(wake), LATE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endPause(Runnable wake) {
        isLate = false;
        wake.run();
    }

    /** Writes the last words if hanging up is decided, lingers, and closes; returns false if the pause has not ended yet. */
    public boolean finish() {
        if (isLate) {
            return false;
        }
        now(lastWords == null ? NO_WORDS : lastWords, LINGER_MILLIS);
        return true;
    }

    /** Hangs up at once, without last words. */
    public void now() {
        now(NO_WORDS, LINGER_MILLIS);
    }

    /** Hangs up at once with these last words. */
    public void now(byte[] words) {
        now(words, LINGER_MILLIS);
    }

    /**
     * Hangs up at once.
     *
     * @param lingerMillis for how long what the client still sends is read and dropped; 0 to close once the words are written
     */
    public void now(byte[] words, long lingerMillis) {
        lastWords = words;
        if (source.isOpen()) {
            source.upgrade(new LingeringClose(source, executor, words, lingerMillis));
        }
    }

    /** Hangs up at once since the proxy stops, on a client that may still read replies and send requests meanwhile. */
    public void drain(long lingerMillis) {
        now(NO_WORDS, lingerMillis);
    }
}
