package redisproxy.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the admin port's connections few and small, so that probes are answered whatever other clients do. A new connection is always
 * let in: beyond the most, one that has no request in process is closed for it. So is the one that reads its answer for the longest
 * time, if answers that are not read take too much memory. A request has to be over, its answer's reading included, within a time, if
 * it does not follow a stream. Thread-safe; does not block.
 */
final class AdminConnections extends Handler.Wrapper implements Connection.Listener {
    /** Few programs scrape, probe or watch at one time. */
    static final int MOST_CONNECTIONS = 512;

    /** As for a client of the other ports that has to say something. */
    static final Duration FIRST_REQUEST = Duration.ofSeconds(10);

    /** Longer than the usual intervals of scrapes and probes, whose connections are used again. */
    static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);

    /** Much longer than any answer takes whose client reads it. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final long mostBytes;
    private final LongSupplier nanoTime;

    /** The one that has done nothing for the longest time first. */
    @GuardedBy("this")
    private final Map<Connection, Use> open = new LinkedHashMap<>();

    @GuardedBy("this")
    private long heldBytes;

    private enum Phase {
        /** It has not had a request yet. */
        NEW,
        IDLE,
        BUSY,
        /** A part of the answer has been read, and more is to come. */
        STREAMING
    }

    private static final class Use {
        private Phase phase = Phase.NEW;
        private long sinceNanos;
        private long heldBytes;
    }

    /**
     * Lets requests pass to a handler.
     *
     * @param mostBytes the most that bodies of requests and answers that are not read may hold; one may be larger
     * @param nanoTime tells the time, in nanoseconds since any moment
     */
    AdminConnections(Handler handler, long mostBytes, LongSupplier nanoTime) {
        super(handler);
        this.mostBytes = mostBytes;
        this.nanoTime = nanoTime;
    }

    /* --------------- Connections --------------- */

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            // What it carries is opened too.
            return;
        }
        connection.getEndPoint().setIdleTimeout(FIRST_REQUEST.toMillis());
        Connection superfluous = null;
        synchronized (this) {
            if (open.size() >= MOST_CONNECTIONS) {
                superfluous = leastUseful();
                forget(superfluous);
            }
            open.put(connection, new Use());
        }
        close(superfluous);
    }

    @Override
    public void onClosed(Connection connection) {
        forget(connection);
    }

    private synchronized void forget(Connection connection) {
        Use use = open.remove(connection);
        if (use != null) {
            heldBytes -= use.heldBytes;
            use.heldBytes = 0;
        }
    }

    @GuardedBy("this")
    private Connection leastUseful() {
        for (Phase phase : Phase.values()) {
            Connection found = first(use -> use.phase == phase);
            if (found != null) {
                return found;
            }
        }
        throw new IllegalStateException("no connection is open");
    }

    @GuardedBy("this")
    private @Nullable Connection first(Predicate<Use> which) {
        for (Map.Entry<Connection, Use> each : open.entrySet()) {
            if (which.test(each.getValue())) {
                return each.getKey();
            }
        }
        return null;
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            connection.getEndPoint().close();
        }
    }

    /* --------------- Requests --------------- */

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        connection.getEndPoint().setIdleTimeout(IDLE_TIMEOUT.toMillis());
        become(connection, Phase.BUSY);
        // A longer body is refused, and not read.
        long body = request.getLength() <= mostBytes ? Math.max(0, request.getLength()) : 0;
        hold(connection, body);
        Request.addCompletionListener(request, failure -> {
            release(connection, body);
            become(connection, Phase.IDLE);
        });
        return super.handle(request, new Metered(request, response, connection), callback);
    }

    /** It goes to the end of the row. */
    private synchronized void become(Connection connection, Phase phase) {
        Use use = open.remove(connection);
        if (use != null) {
            use.phase = phase;
            use.sinceNanos = nanoTime.getAsLong();
            open.put(connection, use);
        }
    }

    /** Has bytes of a request or an answer count as held for a connection; closes others if all hold too many. */
    private void hold(Connection connection, long bytes) {
        List<Connection> superfluous = new ArrayList<>();
        synchronized (this) {
            Use use = open.get(connection);
            if (use == null) {
                return;
            }
            use.heldBytes += bytes;
            heldBytes += bytes;
            while (heldBytes > mostBytes) {
                Connection longest = first(each -> each.heldBytes > 0 && each != use);
                if (longest == null) {
                    break;
                }
                forget(longest);
                superfluous.add(longest);
            }
        }
        superfluous.forEach(AdminConnections::close);
    }

    private synchronized void release(Connection connection, long bytes) {
        Use use = open.get(connection);
        if (use != null) {
            use.heldBytes -= bytes;
            heldBytes -= bytes;
        }
    }

    /** Closes the connections whose requests take too long. To be called from time to time. */
    void sweep() {
        List<Connection> late = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            open.forEach((connection, use) -> {
                if (use.phase == Phase.BUSY && now - use.sinceNanos >= REQUEST_TIMEOUT.toNanos()) {
                    late.add(connection);
                }
            });
            late.forEach(this::forget);
        }
        late.forEach(AdminConnections::close);
    }

    /** Returns how many bytes of requests and answers are held. */
    synchronized long heldBytes() {
        return heldBytes;
    }

    /** An answer whose bytes count as held until they are written. */
    private final class Metered extends Response.Wrapper {
        private final Connection connection;

        Metered(Request request, Response response, Connection connection) {
            super(request, response);
            this.connection = connection;
        }

        @Override
        public void write(boolean last, @Nullable ByteBuffer content, Callback callback) {
            long bytes = content == null ? 0 : content.remaining();
            hold(connection, bytes);
            super.write(last, content, new Callback.Nested(callback) {
                @Override
                public void succeeded() {
                    release(connection, bytes);
                    if (!last) {
                        become(connection, Phase.STREAMING);
                    }
                    super.succeeded();
                }

                @Override
                public void failed(Throwable failure) {
                    release(connection, bytes);
                    super.failed(failure);
                }
            });
        }
    }
}
