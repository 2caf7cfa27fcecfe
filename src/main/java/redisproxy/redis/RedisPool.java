package redisproxy.redis;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The connections to Redis. Thread-safe; {@link #borrow} blocks while a connection is made.
 *
 * <p>A broken connection that is given back is closed and not replaced: the pool's own way of giving up a connection
 * makes the next one at once, on the thread that has just learnt that Redis does not answer.
 */
final class RedisPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisPool.class);

    private static final String CLIENT_NAME = "redis-proxy";

    private final Factory factory;
    private final ConnectionPool pool;

    RedisPool(RedisConfig config) {
        this.factory = new Factory(connections(
                new OneTimeConnection.Builder(), config, client(config).build()));
        this.pool = new ConnectionPool(factory, settings(config));
    }

    OneTimeConnection borrow() {
        while (true) {
            int before = factory.generation.get();
            try {
                return (OneTimeConnection) pool.getResource();
            } catch (JedisException e) {
                // What was made while the generation changed is not lent, and that is all that is wrong with it.
                if (factory.generation.get() == before) {
                    throw e;
                }
            }
        }
    }

    void giveBack(Connection connection) {
        pool.returnResource(connection);
    }

    /**
     * From now on only connections are lent that are made from now on and lead to that server.
     *
     * @param onOther told of each connection that leads to another one, which is lent nevertheless
     */
    void renew(String serverIdentity, Runnable onOther) {
        factory.server = new Server(serverIdentity, onOther);
        factory.generation.incrementAndGet();
        pool.clear();
    }

    /** Closes the connections that nobody uses. */
    void dropIdle() {
        pool.clear();
    }

    /** Breaks the connection that {@code thread} is just making, if any. */
    void abortHandshake(@Nullable Thread thread) {
        Connection connection = thread == null ? null : factory.handshakes.get(thread);
        if (connection != null) {
            disconnect(connection);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Closes the socket at once, which wakes the thread that reads from it. */
    static void disconnect(Connection connection) {
        try {
            connection.forceDisconnect();
        } catch (IOException e) {
            LOG.debug("A connection to Redis did not close cleanly", e);
        }
    }

    /** Has {@code builder} make connections to that Redis. */
    static Connection.Builder connections(Connection.Builder builder, RedisConfig config, JedisClientConfig client) {
        HostAndPort address = new HostAndPort(config.host(), config.port());
        return builder.socketFactory(new DefaultJedisSocketFactory(address, client))
                .clientConfig(client);
    }

    /** Returns how connections to that Redis are set up. */
    static DefaultJedisClientConfig.Builder client(RedisConfig config) {
        // A load's own deadline is kept by the watchdog; these only end what nobody waits for any more. They may not
        // be shorter: a paused Redis delays the handshake of a new connection as it delays everything else.
        int timeoutMillis = Math.toIntExact(config.timeout().toMillis());
        return DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(timeoutMillis)
                .socketTimeoutMillis(timeoutMillis)
                .user(config.user())
                .password(config.password())
                .database(config.database())
                .clientName(CLIENT_NAME);
    }

    private static GenericObjectPoolConfig<Connection> settings(RedisConfig config) {
        GenericObjectPoolConfig<Connection> settings = new GenericObjectPoolConfig<>();
        settings.setMaxTotal(config.poolSize());
        settings.setMaxIdle(config.poolSize());
        settings.setMaxWait(config.timeout());
        settings.setTestOnReturn(true);
        settings.setTestOnBorrow(true);
        settings.setJmxEnabled(false);
        return settings;
    }

    /** Where connections have to lead, and who is told if one does not. */
    private record Server(String identity, Runnable onOther) {}

    private static final class Factory extends ConnectionFactory {
        private final Map<Thread, Connection> handshakes = new ConcurrentHashMap<>();

        /** When each connection was made, in generations. */
        private final Map<Connection, Integer> generations = new ConcurrentHashMap<>();

        private final AtomicInteger generation = new AtomicInteger();
        private volatile @Nullable Server server;

        Factory(Connection.Builder connections) {
            super(builder().connectionBuilder(connections).clientConfig(connections.getClientConfig()));
        }

        @Override
        protected void initialize(Connection connection) {
            Thread thread = Thread.currentThread();
            int current = generation.get();
            handshakes.put(thread, connection);
            try {
                super.initialize(connection);
                identify(connection);
            } finally {
                handshakes.remove(thread);
            }
            generations.put(connection, current);
        }

        private void identify(Connection connection) {
            Server expected = server;
            if (expected != null && !ServerIdentity.of(connection).equals(expected.identity)) {
                expected.onOther.run();
            }
        }

        /** Without a round trip: whether the last exchange left it usable, and whether it is new enough. */
        @Override
        public boolean validateObject(PooledObject<Connection> pooled) {
            Connection connection = pooled.getObject();
            return !connection.isBroken() && Objects.equals(generations.get(connection), generation.get());
        }

        @Override
        public void destroyObject(PooledObject<Connection> pooled) {
            generations.remove(pooled.getObject());
            disconnect(pooled.getObject());
        }
    }
}
