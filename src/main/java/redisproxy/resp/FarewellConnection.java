package redisproxy.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The end of a connection: writes the last words, then reads and drops what the client still sends, for a short time.
 * Closing at once would make the client's system discard the last words if more of its bytes were under way.
 */
final class FarewellConnection extends AbstractConnection.NonBlocking implements Callback {
    private static final long LINGER_MILLIS = 1_000;
    private static final long LINGER_NANOS = LINGER_MILLIS * 1_000_000;
    private static final int MAX_DROPPED_BYTES = 1024 * 1024;
    private static final int READ_BYTES = 4 * 1024;

    private final ByteBuffer lastWords;
    private final long openedNanos = System.nanoTime();
    private int dropped;

    FarewellConnection(EndPoint endPoint, Executor executor, byte[] lastWords) {
        super(endPoint, executor);
        this.lastWords = ByteBuffer.wrap(lastWords);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().setIdleTimeout(LINGER_MILLIS);
        getEndPoint().write(this, lastWords);
    }

    @Override
    public void succeeded() {
        getEndPoint().shutdownOutput();
        onFillable();
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
        ByteBuffer buffer = BufferUtil.allocate(READ_BYTES);
        try {
            while (dropped < MAX_DROPPED_BYTES && System.nanoTime() - openedNanos < LINGER_NANOS) {
                BufferUtil.clear(buffer);
                int read = getEndPoint().fill(buffer);
                if (read == 0) {
                    fillInterested();
                    return;
                }
                if (read < 0) {
                    break;
                }
                dropped += read;
            }
            getEndPoint().close();
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
