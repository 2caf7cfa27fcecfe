package redisproxy.redis;

import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisException;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/**
 * The links to one server: a pool that never has more of them than configured, whatever they are used for. Thread-safe.
 *
 * <p>A loader keeps the link that it has acquired from batch to batch, so the pool is touched when a link is made or dropped
 * and not when a key is loaded. Questions travel in the same batches as loads, which takes fewer system calls than a
 * connection of their own.
 */
final class Links implements AutoCloseable {
    private static final Duration WARNING_PERIOD = Duration.ofMinutes(1);

    private final RateLimiter<Object> mayWarn =
            RateLimiter.burstyBuilder(1, WARNING_PERIOD).build();
    private final GenericObjectPool<Link> pool;
    private final @Nullable RedisProtocol protocol;
    private final Consumer<OneTimeConnection> greeting;
    private final NodeCounters counters;
    private final Rerouting rerouting;
    private final String address;
    private final EventLog log;

    private volatile long heardSinceNanos = System.nanoTime();
    private volatile Destination destination = new Destination(null, () -> {});

    Links(NodeConfig config, NodeCounters counters, Rerouting rerouting, EventLog log) {
        this(config, null, made -> {}, counters, rerouting, log);
    }

    /**
     * Makes links that speak that version of the protocol; null for the newest that the server knows.
     *
     * @param greeting is given each link when it is about to be open, and may ask the server
     */
    Links(
            NodeConfig config,
            @Nullable RedisProtocol protocol,
            Consumer<OneTimeConnection> greeting,
            NodeCounters counters,
            Rerouting rerouting,
            EventLog log) {
        this.protocol = protocol;
        this.greeting = greeting;
        this.counters = counters;
        this.rerouting = rerouting;
        this.address = config.address().toString();
        this.log = log;
        this.pool = new GenericObjectPool<>(new Factory(config), settings(config));
    }

    /**
     * Returns a link that belongs to the caller until it is {@linkplain #giveBack given back}. Blocks while all are in use, and
     * not to connect: the caller {@linkplain Link#open opens} a link that is not open, and can abort it meanwhile.
     */
    Link acquire() {
        try {
            return pool.borrowObject();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisException("interrupted while waiting for a connection", e);
        } catch (Exception e) {
            throw new JedisException("no connection is free", e);
        }
    }

    /** Takes a link back. It is closed if it has been aborted or is outdated, and may be acquired again otherwise. */
    void giveBack(Link link) {
        pool.returnObject(link);
    }

    /**
     * From now on only links are current that are opened from now on.
     *
     * @param server the {@linkplain ServerIdentity identity} of the server that they have to lead to
     * @param onOther called for each link that leads to another server, which is used nevertheless
     */
    void renew(String server, Runnable onOther) {
        destination = new Destination(server, onOther);
        pool.clear();
    }

    /**
     * A link has been silent since {@code sinceNanos}, for the whole timeout. Firewalls and address translators forget idle
     * connections, all of one age at a time, and drop what is sent on them without a word. So only links are current from now
     * on that have been heard of since.
     */
    void forgetSilent(long sinceNanos) {
        heardSinceNanos = sinceNanos;
        pool.clear();
    }

    long heardSinceNanos() {
        return heardSinceNanos;
    }

    /** Tells what is wrong with the server, which each request meets, and not once for each. */
    void warn(String what) {
        if (mayWarn.tryAcquirePermit()) {
            log.tell(EventKind.REDIS_ERROR, address, what);
        }
    }

    /** A connection to the server has been made. Blocks while the server is asked. */
    void greet(OneTimeConnection made) {
        greeting.accept(made);
    }

    /** A link has been opened. */
    void opened() {
        counters.opened();
    }

    Destination destination() {
        return destination;
    }

    Rerouting rerouting() {
        return rerouting;
    }

    NodeCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static GenericObjectPoolConfig<Link> settings(NodeConfig config) {
        GenericObjectPoolConfig<Link> settings = new GenericObjectPoolConfig<>();
        settings.setMaxTotal(config.poolSize());
        settings.setMaxIdle(config.poolSize());
        settings.setMaxWait(config.timeout());
        settings.setTestOnReturn(true);
        settings.setTestOnBorrow(true);
        settings.setJmxEnabled(false);
        return settings;
    }

    /** Where links have to lead. Compare by identity: each call of {@link #renew} makes links from before outdated. */
    static final class Destination {
        private final @Nullable String server;
        private final Runnable onOther;

        /** {@code server} is null if any will do. */
        Destination(@Nullable String server, Runnable onOther) {
            this.server = server;
            this.onOther = onOther;
        }

        /** Asks the server for its identity, unless any will do. */
        void check(Connection connection) {
            if (server != null && !ServerIdentity.of(connection).equals(server)) {
                onOther.run();
            }
        }
    }

    private final class Factory extends BasePooledObjectFactory<Link> {
        private final NodeConfig config;

        Factory(NodeConfig config) {
            this.config = config;
        }

        @Override
        public Link create() {
            // No timeout of the socket, which would cost two system calls more for each reply: Link.abort ends the
            // wait.
            DefaultJedisClientConfig.Builder client = OneTimeConnection.client(config);
            if (protocol != null) {
                client.protocol(protocol);
            }
            return new Link(config, client.socketTimeoutMillis(0).build(), Links.this);
        }

        @Override
        public PooledObject<Link> wrap(Link link) {
            return new DefaultPooledObject<>(link);
        }

        /** Without a round trip: the next exchange finds out whether the server has closed the connection. */
        @Override
        public boolean validateObject(PooledObject<Link> pooled) {
            Link link = pooled.getObject();
            return link.isOpen() ? link.isCurrent() : !link.isAborted();
        }

        @Override
        public void destroyObject(PooledObject<Link> pooled) {
            Link link = pooled.getObject();
            link.abort();
            if (link.isOpen()) {
                counters.closed();
            }
        }
    }
}
