package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The connection on which one thread asks servers about servers, one after the other. Another thread ends it for good by {@link
 * #close}, which wakes the first. Thread-safe.
 */
final class CurrentConnection implements AutoCloseable {
    @GuardedBy("this")
    private @Nullable ControlConnection connection;

    @GuardedBy("this")
    private boolean isClosed;

    /**
     * Connects to a server, which blocks for a bounded time.
     *
     * @throws JedisConnectionException if this is closed, or the connection cannot be made
     */
    ControlConnection open(NodeConfig server) {
        return open(server, ControlConnection.LONGEST_WAIT);
    }

    /** Does the same, and waits for no reply for longer than {@code longestWait}. */
    ControlConnection open(NodeConfig server, Duration longestWait) {
        ControlConnection made = new ControlConnection(server, longestWait);
        synchronized (this) {
            if (isClosed) {
                throw new JedisConnectionException("closed");
            }
            connection = made;
        }
        made.open();
        return made;
    }

    /** Ends the connection, if there is one. */
    void leave() {
        ControlConnection left;
        synchronized (this) {
            left = connection;
            connection = null;
        }
        if (left != null) {
            left.abort();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        leave();
    }
}
