package redisproxy.redis;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection that ends for good when it is closed. Jedis's own connections are opened again by the next command, without a
 * handshake: with other rights, in another database, and perhaps to another server. One thread opens and uses it, which
 * blocks; {@link #abort} may be called by any thread at any time.
 */
sealed class OneTimeConnection extends Connection
        permits Link, PinnedLink, TrackingConnection, ControlConnection, SentinelConnection {
    private static final Logger LOG = LoggerFactory.getLogger(OneTimeConnection.class);

    private static final String CLIENT_NAME = "redis-proxy";
    private static final String REDIS = "redis";

    private final JedisClientConfig client;
    private final AbortableSockets sockets;

    /** Null for a plain connection. */
    private final @Nullable TlsSockets tls;

    private boolean isOpened;

    /** Whether the first reply has begun to arrive. */
    private boolean isHeard;

    /** Written after the socket has been made. */
    private volatile boolean hasSocket;

    private volatile boolean isAborted;

    /** Makes a connection to that Redis, which is not open yet. The name is resolved when it is opened. */
    OneTimeConnection(NodeConfig config, JedisClientConfig client) {
        this(config, client, /* hasChannel= */ false);
    }

    /** Makes such a connection; {@code hasChannel} says whether it has a {@link #channel} if it is plain. */
    OneTimeConnection(NodeConfig config, JedisClientConfig client, boolean hasChannel) {
        this(client, new AbortableSockets(config.address(), client, hasChannel && config.tls() == null), config);
    }

    private OneTimeConnection(JedisClientConfig client, AbortableSockets sockets, NodeConfig config) {
        this(client, sockets, config.tls() == null ? null : new TlsSockets(sockets, config.tls(), config));
    }

    private OneTimeConnection(JedisClientConfig client, AbortableSockets sockets, @Nullable TlsSockets tls) {
        super(new Connection.Builder()
                .socketFactory(tls == null ? sockets : tls)
                .clientConfig(client));
        this.client = client;
        this.sockets = sockets;
        this.tls = tls;
    }

    /** Returns how connections to that Redis introduce themselves, and how long they may take to be made. */
    static DefaultJedisClientConfig.Builder client(NodeConfig config) {
        // Not shorter than the timeout of a load: a paused Redis delays a new connection as it delays everything else.
        return DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(Math.toIntExact(config.timeout().toMillis()))
                .credentialsProvider(config.credentials()::forNewConnection)
                .database(config.database())
                .clientName(CLIENT_NAME);
    }

    /** Connects and introduces this client. */
    void open() {
        try {
            initializeFromClientConfig(client);
        } catch (MalformedReplyException e) {
            throw e;
        } catch (JedisConnectionException e) {
            boolean isClosedByPeer =
                    hasSocket && !isHeard && !isAborted && !(e.getCause() instanceof SocketTimeoutException);
            if (!isClosedByPeer) {
                throw e;
            }
            String refused = tls == null ? null : tls.explain(e);
            throw refused == null
                    ? new JedisConnectionException(WrongPeer.closedUnheard())
                    : new TlsRefusedException(refused);
        }
    }

    /**
     * Reads a reply of the handshake.
     *
     * @throws JedisDataException if it is an error; the text is {@linkplain Failures#withoutArguments without what it quotes}
     */
    @Override
    protected @Nullable Object protocolRead(RedisInputStream stream, PushConsumerChain pushes) {
        if (!isHeard) {
            WrongPeer.requireRedis(stream);
            isHeard = true;
        }
        try {
            return super.protocolRead(stream, pushes);
        } catch (JedisDataException e) {
            String error = String.valueOf(e.getMessage());
            String shown = Failures.withoutArguments(error);
            // The exception itself must not reach a log: its stack trace begins with its text.
            throw shown.equals(error) ? e : new JedisDataException(shown);
        }
    }

    @Override
    public void connect() {
        if (isConnected()) {
            return;
        }
        if (isOpened || isAborted) {
            throw closed();
        }
        isOpened = true;
        super.connect();
        hasSocket = true;
        if (isAborted) {
            // The thread that aborted may have found no socket.
            abort();
            throw closed();
        }
    }

    /** Returns the version of Redis that the server has told in HELLO; null if it has not, or is no Redis. */
    final @Nullable String helloVersion() {
        return REDIS.equals(server) ? version : null;
    }

    /** Has the server see the end of the connection, which may no longer be used. Thread-safe; does not block, unlike {@link #abort}. */
    void hangUp() {
        isAborted = true;
        sockets.abort();
    }

    /**
     * Closes the socket at once, which wakes the thread that connects it, reads from it, writes to it or shakes hands. Closing
     * a TLS socket alone would wait for that thread.
     */
    void abort() {
        hangUp();
        if (!hasSocket) {
            return;
        }
        try {
            forceDisconnect();
        } catch (IOException e) {
            LOG.debug("A connection to Redis did not close cleanly", e);
        }
    }

    /**
     * Writes bytes of requests behind what has been {@linkplain #flush flushed}, without gathering them.
     *
     * @throws JedisConnectionException if the connection fails
     */
    void write(byte[] bytes, int offset, int length) {
        try {
            Socket socket = tls == null ? sockets.latest() : tls.latest();
            socket.getOutputStream().write(bytes, offset, length);
        } catch (IOException e) {
            setBroken();
            throw new JedisConnectionException(e);
        }
    }

    /** Returns the channel of its socket; null if it has none. */
    final @Nullable SocketChannel channel() {
        try {
            return tls == null ? sockets.latest().getChannel() : null;
        } catch (IOException e) {
            LOG.trace("There is no socket yet", e);
            return null;
        }
    }

    /** Returns whether the server has accepted the connection, whatever became of it. */
    final boolean wasAccepted() {
        return hasSocket;
    }

    final boolean isAborted() {
        return isAborted;
    }

    static JedisConnectionException closed() {
        return new JedisConnectionException("the connection is closed");
    }
}
