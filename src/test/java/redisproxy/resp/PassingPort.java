package redisproxy.resp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import redisproxy.auth.AclException;
import redisproxy.auth.Authority;
import redisproxy.auth.CommandPolicy;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.HeldRelay;
import redisproxy.measure.Accesses;
import redisproxy.measure.EventLog;
import redisproxy.net.ClientMemory;
import redisproxy.redis.Credentials;
import redisproxy.redis.LoadTimeout;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.ReadPolicy;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.RedisStore;
import redisproxy.redis.RedisStores;
import redisproxy.redis.Topology;
import redisproxy.testkit.Address;
import redisproxy.testkit.RespClient;
import redisproxy.upstream.PinStats;

/** A RESP port that passes commands on to a real Redis. */
final class PassingPort implements AutoCloseable {
    final Authority authority = Authority.open();
    final ReadThroughCache cache;
    final HeldRelay relay;
    private final RedisStore store;
    private final Server server = new Server(new QueuedThreadPool(8));
    private final RespConnector connector;
    private RespConfig config;

    PassingPort(Address redis, String commands) {
        this(redis, commands, RedisConfig.DEFAULT_PINNED_CONNECTIONS);
    }

    PassingPort(Address redis, String commands, int pinned) {
        this(redis, commands, pinned, Duration.ofSeconds(5));
    }

    PassingPort(Address redis, String commands, int pinned, Duration timeout) {
        config = new RespConfig("127.0.0.1", 0, 30).passing(policy(commands));
        RedisConfig backing = new RedisConfig(
                new Topology.Standalone(new NodeAddress(redis.host(), redis.port())),
                Credentials.NONE,
                null,
                0,
                2,
                new LoadTimeout(timeout),
                ReadPolicy.PRIMARY,
                pinned);
        store = RedisStores.open(backing, null, new EventLog());
        cache = new ReadThroughCache(new CacheConfig(10_000, Duration.ofMinutes(10)), store, Ticker.system());
        relay = new HeldRelay(store);
        connector = RespConnector.create(
                server,
                config,
                cache,
                store,
                relay.relay(),
                authority,
                new Accesses(),
                ClientMemory.ofHeap(),
                new WithSecret(),
                "1.2.3",
                new SlowLoads(SlowLoadConfig.defaults()),
                /* accessLog= */ null,
                List.of());
        server.addConnector(connector);
        store.start(cache);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static CommandPolicy policy(String text) {
        try {
            return CommandPolicy.parse(text, new ServedCommands(), ServedCommands.always());
        } catch (AclException e) {
            throw new IllegalArgumentException(e);
        }
    }

    void allow(String commands) {
        config = config.passing(policy(commands));
        connector.change(config);
    }

    RespClient connect() {
        return RespClient.connect(Address.loopback(connector.getLocalPort()));
    }

    PinStats pinned() {
        return store.pinned();
    }

    RespStats stats() {
        return connector.stats();
    }

    @Override
    public void close() {
        relay.release();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        cache.close();
    }

    /** Settings of the proxy of which one is a secret, called {@code secret}. */
    private static final class WithSecret implements OwnSettings {
        @Override
        public Map<String, String> shown() {
            return Map.of();
        }

        @Override
        public Set<String> names() {
            return Set.of("secret");
        }
    }
}
