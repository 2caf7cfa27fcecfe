package redisproxy.redis;

import java.io.IOException;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A connection that ends for good when it is closed. One of Jedis's own is opened anew by the next command, without a
 * handshake: with other rights, in another database, and perhaps to another server. {@link #forceDisconnect} may be called
 * by any thread at any time.
 */
sealed class OneTimeConnection extends Connection permits TrackingConnection {
    private boolean isOpened;
    private volatile boolean isClosed;

    OneTimeConnection(Connection.Builder builder) {
        super(builder);
    }

    @Override
    public void connect() {
        if (isConnected()) {
            return;
        }
        if (isOpened || isClosed) {
            throw new JedisConnectionException("the connection is closed");
        }
        isOpened = true;
        super.connect();
        if (isClosed) {
            // Whoever closed it may have found no socket.
            RedisPool.disconnect(this);
            throw new JedisConnectionException("the connection is closed");
        }
    }

    @Override
    public void forceDisconnect() throws IOException {
        isClosed = true;
        super.forceDisconnect();
    }

    /** Sends what has been gathered. */
    @Override
    public void flush() {
        super.flush();
    }

    /** Makes connections of this kind that are not open yet. */
    static final class Builder extends Connection.Builder {
        @Override
        protected Connection createConnection() {
            return new OneTimeConnection(this);
        }
    }
}
