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
 * The end of a connection: writes the last words, then reads and drops a bounded amount of what the client still sends, for a
 * bounded time or until the client closes. If the socket were closed at once and more bytes of the client arrived, TCP would
 * reset the connection and discard replies under way (RFC 9112, section 9.6).
 */
final class LingeringClose extends AbstractConnection.NonBlocking implements Callback {
    private static final int READ_BYTES = 64 * 1024;

    /** More is not read, so a client that goes on sending waits and takes no time from others. */
    private static final int MOST_DROPPED = 64 * 1024;

    /** Shared by all connections and threads: no byte in it is ever used. */
    private static final ByteBuffer SINK = ByteBuffer.allocateDirect(READ_BYTES);

    private final ByteBuffer lastWords;
    private final long lingerMillis;
    private final long openedNanos = System.nanoTime();
    private long dropped;

    /**
     * Makes the connection.
     *
     * @param lastWords what is written, not changed from now on; may be empty
     * @param lingerMillis for how long what the client still sends is read; 0 to close once the last words are written
     */
    LingeringClose(EndPoint endPoint, Executor executor, byte[] lastWords, long lingerMillis) {
        super(endPoint, executor);
        this.lastWords = ByteBuffer.wrap(lastWords);
        this.lingerMillis = lingerMillis;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        if (getEndPoint() instanceof IdleTimeout idle) {
            // Otherwise the time before this counts, and the connection ends at once.
            idle.notIdle();
        }
        // To close once the words are written takes time, too.
        getEndPoint().setIdleTimeout(lingerMillis == 0 ? HangUp.LINGER_MILLIS : lingerMillis);
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
            // Otherwise the idle timeout closes it.
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
