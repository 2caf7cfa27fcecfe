package redisproxy.redis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection that ends for good when it is closed. One of Jedis's own is opened anew by the next command, without a
 * handshake: with other rights, in another database, and perhaps to another server. {@link #forceDisconnect} may be called
 * by any thread at any time.
 */
sealed class OneTimeConnection extends Connection permits TrackingConnection {
    private boolean isOpened;
    private volatile boolean isClosed;

    /** What has been read through; null before the first reply. */
    private @Nullable RedisInputStream input;

    private boolean isSimpleString;

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

    @Override
    protected @Nullable Object protocolRead(RedisInputStream stream, PushConsumerChain pushes) {
        input = stream;
        isSimpleString = stream.peek((byte) '+');
        return super.protocolRead(stream, pushes);
    }

    /** Whether the last reply was a simple string, which looks like a bulk string once it has been read. */
    boolean wasSimpleString() {
        return isSimpleString;
    }

    /**
     * Fails if there is something to read before anything has been asked: it would be taken for the next reply, and each
     * reply for that to the request before.
     */
    void requireNothingToRead() {
        try {
            if (input != null && input.available() > 0) {
                throw new JedisConnectionException("Reply to no request");
            }
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
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
