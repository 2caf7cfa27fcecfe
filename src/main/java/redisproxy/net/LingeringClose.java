package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The end of a connection: writes the last words, then reads and drops what the client still sends until it closes, for
 * a bounded time, and some of it only. Closing at once would make the systems discard what is under way to the client if
 * more of its bytes arrived.
 */
public final class LingeringClose extends AbstractConnection.NonBlocking implements Callback {
    private static final int READ_BYTES = 64 * 1024;

    /** For how long a client gets to read why it is hung up on. */
    public static final long LINGER_MILLIS = 1_000;

    /** How late who breaks a protocol is told so: who does it over and over is not to take the machine's time from others. */
    public static final long TARPIT_MILLIS = 50;

    /** While there are more clients that have been sent away, they take no sockets. */
    private static final int MAX_LINGERING = 1_000;

    private static final int MOST_DROPPED = 64 * 1024;

    /** What is dropped may be written over by whoever drops something else. */
    private static final ByteBuffer SINK = ByteBuffer.allocateDirect(READ_BYTES);

    private final ByteBuffer lastWords;
    private final long lingerMillis;
    private final long openedNanos = System.nanoTime();
    private long dropped;

    /**
     * Makes the connection.
     *
     * @param lastWords what is written; empty for nothing
     * @param lingerMillis for how long what still comes is read; 0 to close once the last words are written
     */
    public LingeringClose(EndPoint endPoint, Executor executor, byte[] lastWords, long lingerMillis) {
        super(endPoint, executor);
        this.lastWords = ByteBuffer.wrap(lastWords);
        this.lingerMillis = lingerMillis;
    }

    /** Returns for how long a client that is one too many may linger while there are so many more than may be. */
    public static long lingerMillis(int excess) {
        return excess > MAX_LINGERING ? 0 : LINGER_MILLIS;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        if (getEndPoint() instanceof IdleTimeout idle) {
            // Else the time before this counts, and the connection ends on the spot.
            idle.notIdle();
        }
        getEndPoint().setIdleTimeout(Math.max(1, lingerMillis));
        if (lastWords.hasRemaining()) {
            getEndPoint().write(this, lastWords);
        } else {
            succeeded();
        }
    }

    @Override
    public void succeeded() {
        if (lingerMillis == 0) {
            getEndPoint().close();
        } else {
            getEndPoint().shutdownOutput();
            fillInterested();
        }
    }

    @Override
    public void failed(Throwable cause) {
        getEndPoint().close(cause);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void onFillable() {
        try {
            ByteBuffer sink = SINK.duplicate();
            BufferUtil.clear(sink);
            int filled = getEndPoint().fill(sink);
            dropped += Math.max(filled, 0);
            if (filled < 0 || System.nanoTime() - openedNanos >= TimeUnit.MILLISECONDS.toNanos(lingerMillis)) {
                getEndPoint().close();
            } else if (dropped < MOST_DROPPED) {
                fillInterested();
            }
            // Else the end of the linger ends it: who goes on sending has to wait, and takes no time from others.
        } catch (IOException e) {
            getEndPoint().close(e);
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        getEndPoint().close(cause);
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        getEndPoint().close(timeout);
        return false;
    }
}
