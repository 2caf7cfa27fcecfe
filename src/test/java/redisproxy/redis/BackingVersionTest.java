package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.VersionRelay;

/** The version of Redis is known as soon as there is a connection, and follows the server that the connections lead to. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BackingVersionTest {
    private static final TrackingConfig TRACKING = new TrackingConfig(List.of(), Duration.ofSeconds(10), Duration.ZERO);

    private static RedisServerProcess redis;

    private ReadThroughCache cache;
    private VersionRelay relay;

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void relay() {
        relay = new VersionRelay(redis.address(), "8.6.0");
    }

    @AfterEach
    void close() {
        if (cache != null) {
            cache.close();
        }
        StoreFixture.awaitNoThreads();
        relay.close();
    }

    private RedisStore alone(TrackingConfig tracking) {
        return started(tracking, new Topology.Standalone(address(relay)));
    }

    private RedisStore started(TrackingConfig tracking, Topology topology) {
        RedisStore store = RedisStores.open(config(topology), tracking, new EventLog());
        start(store);
        return store;
    }

    private static RedisConfig config(Topology topology) {
        return new RedisConfig(topology, Credentials.NONE, null, 0, 1, StoreFixture.LONG, ReadPolicy.PRIMARY);
    }

    private void start(RedisStore store) {
        cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
    }

    private static NodeAddress address(VersionRelay of) {
        return new NodeAddress(of.address().host(), of.address().port());
    }

    private void load() {
        boolean unused = StoreFixture.load(cache, "k").isSuccess();
    }

    private static String ofRedis() {
        try (RedisControl control = redis.control()) {
            String info = ((Reply.Bulk) control.call("INFO", "server")).bytes().asUtf8();
            return InfoFields.of(info).get("redis_version");
        }
    }

    private static void awaitVersion(RedisStore store, String expected) {
        await().atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(store.version()).isEqualTo(expected));
    }

    @Test
    void isKnownBeforeAnythingIsAsked() {
        awaitVersion(alone(null), "8.6.0");
    }

    @Test
    void isThatOfTheServerAfterIt() {
        RedisStore store = alone(null);
        awaitVersion(store, "8.6.0");
        relay.become("redis", "7.4.2");
        assertThat(store.version()).isEqualTo("8.6.0");
        load();
        awaitVersion(store, "7.4.2");
    }

    @Test
    void followsTheConnectionThatTracks() {
        RedisStore store = alone(TRACKING);
        awaitVersion(store, "8.6.0");
        await().atMost(Address.PATIENCE).until(() -> store.stats().tracking().confirmations() > 0);
        relay.become("redis", "7.4.2");
        awaitVersion(store, "7.4.2");
    }

    /** Valkey 8 tells 8.1 in HELLO, and 7.2.4 as redis_version. */
    @Test
    void isThatOfInfoIfTheServerIsNoRedis() {
        RedisStore store = alone(null);
        awaitVersion(store, "8.6.0");
        relay.become("valkey", "8.1.0");
        load();
        awaitVersion(store, ofRedis());
    }

    @Test
    void isThatOfAServerWhoseModeIsToBeFound() {
        awaitVersion(started(null, new Topology.Auto(address(relay))), "8.6.0");
    }

    @Test
    void isThatOfTheMasterAfterAFailover() {
        Topology.Sentinel nobody =
                new Topology.Sentinel(List.of(new NodeAddress("127.0.0.1", 1)), "mymaster", Credentials.NONE);
        SentinelStore store = new SentinelStore(config(nobody), nobody, null, StoreFixture.LONG, new EventLog());
        start(store);
        try (VersionRelay other = new VersionRelay(redis.address(), "7.4.2")) {
            store.master(address(relay));
            awaitVersion(store, "8.6.0");
            store.master(address(other));
            awaitVersion(store, "7.4.2");
        }
    }

    @Test
    void isThatOfTheNodesOfACluster() {
        try (RedisCluster cluster = RedisCluster.started(1, 0)) {
            Address node = cluster.node(0).address();
            RedisStore store = started(null, new Topology.Cluster(List.of(new NodeAddress(node.host(), node.port()))));
            awaitVersion(store, ofRedis());
        }
    }

    @Test
    void staysAsLongAsTheServerIsDown() {
        RedisStore store = alone(null);
        awaitVersion(store, "8.6.0");
        relay.close();
        load();
        assertThat(store.version()).isEqualTo("8.6.0");
    }

    @Test
    void isThatOfAServerThatStartsAfterTheProxy() {
        try (RedisServerProcess late = RedisServerProcess.stopped()) {
            Address address = late.address();
            RedisStore store = started(null, new Topology.Standalone(new NodeAddress(address.host(), address.port())));
            load();
            assertThat(store.version()).isNull();
            late.start();
            awaitVersion(store, ofRedis());
        }
    }

    @Test
    void isUnknownBeforeTheServerAnswers() {
        relay.close();
        RedisStore store = alone(null);
        load();
        assertThat(store.version()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "7.4.2,7.4.2",
        "8.0,8.0",
        "7.9.226-rc1,7.9.226",
        "255.255.255,255.255.255",
        "7,",
        "v7.4.2,",
        "'',",
        "99999999999.1,"
    })
    void isNumbers(String told, String expected) {
        assertThat(ServerVersion.numbers(told)).isEqualTo(expected);
    }
}
