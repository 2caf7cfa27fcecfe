package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a connection whose client's address a proxy in front announces: reads that header, and no byte behind it, then hands the
 * socket over; with TLS, its handshake begins then. A peer that is not trusted is handed over as soon as its first bytes are no header. Never blocks.
 */
final class ProxyHeaderConnection extends AbstractConnection.NonBlocking {
    private final RoundEndPoint endPoint;
    private final ProxyHeaders headers;
    private final boolean isTrusted;
    private final Function<EndPoint, Connection> next;
    private final ProxyHeader header = new ProxyHeader();

    /** What a peer that is not trusted has sent. */
    private final byte[] seen = new byte[16];

    private int seenBytes;

    /** The connection goes on or has ended. */
    private final AtomicBoolean isOver = new AtomicBoolean();

    private volatile Scheduler.@Nullable Task deadline;

    /** The time is up. */
    private volatile boolean isLate;

    ProxyHeaderConnection(
            RoundEndPoint endPoint,
            Executor executor,
            ProxyHeaders headers,
            boolean isTrusted,
            Function<EndPoint, Connection> next) {
        super(endPoint, executor);
        this.endPoint = endPoint;
        this.headers = headers;
        this.isTrusted = isTrusted;
        this.next = next;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        endPoint.readBeforeClient();
        if (headers.await(this)) {
            deadline = endPoint.getScheduler().schedule(this::endWait, headers.timeoutNanos(), TimeUnit.NANOSECONDS);
            fillInterested();
            // Accepted just before the port was closed, it may have come too late for being closed with the others.
            if (headers.isDraining()) {
                endPoint.close();
            }
        } else if (isTrusted) {
            end("%d connections await their header of the PROXY protocol already".formatted(ProxyHeaders.MOST_WAITING));
        } else {
            goOn();
        }
    }

    /** The thread that reads may be about to wait: then it finds that the time is up. */
    private void endWait() {
        isLate = true;
        endPoint.failRead(new TimeoutException());
    }

    private void awaitMore() {
        fillInterested();
        if (isLate) {
            endPoint.failRead(new TimeoutException());
        }
    }

    /** There is a deadline. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return false;
    }

    @Override
    public void onFillable() {
        try {
            if (isTrusted) {
                readHeader();
            } else {
                look();
            }
        } catch (ProxyHeader.MalformedException e) {
            end(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            endPoint.close(e);
        }
    }

    private void readHeader() throws IOException, ProxyHeader.MalformedException {
        while (true) {
            int count = endPoint.fill(header.room());
            if (count == 0) {
                awaitMore();
                return;
            }
            if (count < 0) {
                // Whoever only asks whether the port is open sends nothing, which is no mistake.
                end(header.size() == 0 ? null : "it ended within the header of the PROXY protocol");
                return;
            }
            if (header.take(count)) {
                endPoint.announce(ProxyHeaders.announced(endPoint.getRemoteSocketAddress(), header.source()));
                goOn();
                return;
            }
        }
    }

    /** Reads byte by byte while these are the beginning of a header: who sends anything else sends more than its first byte. */
    private void look() throws IOException {
        while (true) {
            ByteBuffer room = ByteBuffer.wrap(seen, seenBytes, 1).slice().limit(0);
            int count = endPoint.fill(room);
            if (count == 0) {
                awaitMore();
                return;
            }
            if (count < 0) {
                endPoint.close();
                return;
            }
            seenBytes++;
            if (ProxyHeader.begins(seen, seenBytes)) {
                end("it sends a header of the PROXY protocol, and is not among TRUSTED_PROXIES");
                return;
            }
            if (!ProxyHeader.mayBegin(seen, seenBytes)) {
                goOn();
                return;
            }
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        if (!(cause instanceof TimeoutException)) {
            endPoint.close(cause);
        } else if (isTrusted) {
            end("it sent no whole header of the PROXY protocol within CLIENT_TIMEOUT");
        } else {
            goOn();
        }
    }

    private void goOn() {
        if (isOver.compareAndSet(false, true)) {
            forget();
            endPoint.beginClient(seen, 0, seenBytes);
            endPoint.upgrade(next.apply(endPoint));
        }
    }

    /** Closes the connection; counts and tells it with a reason. */
    private void end(@Nullable String why) {
        if (isOver.compareAndSet(false, true)) {
            if (why != null) {
                headers.refused(endPoint, why);
            }
            endPoint.close();
        }
    }

    private void forget() {
        headers.forget(this);
        Scheduler.Task task = deadline;
        if (task != null) {
            task.cancel();
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        isOver.set(true);
        forget();
    }
}
