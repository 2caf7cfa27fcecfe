package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.redis.StoreFixture.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.StoreStats;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** A cache in front of a real server of which only the address is given: one that stands alone, a node, a Sentinel. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AutoStoreTest {
    private static final int KEYS = 200;
    private static final Duration HOUR = Duration.ofHours(1);

    private static RedisCluster cluster;
    private static RedisClusterClient writer;

    private ReadThroughCache cache;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.started(3, 0);
        Address node = cluster.node(0).address();
        writer = RedisClusterClient.builder()
                .nodes(Set.of(new HostAndPort(node.host(), node.port())))
                .build();
        for (int i = 0; i < KEYS; i++) {
            writer.set("k" + i, "v" + i);
        }
    }

    @AfterAll
    static void stopCluster() {
        writer.close();
        cluster.close();
    }

    @AfterEach
    void close() {
        if (cache != null) {
            cache.close();
        }
        StoreFixture.awaitNoThreads();
    }

    private ReadThroughCache open(Address address, Credentials credentials, int database, boolean isTracking) {
        NodeAddress server = new NodeAddress(address.host(), address.port());
        TrackingConfig tracking =
                isTracking ? new TrackingConfig(List.of(), Duration.ofMillis(250), Duration.ZERO) : null;
        RedisConfig config = new RedisConfig(
                new Topology.Auto(server), credentials, null, database, 2, Duration.ofSeconds(5), ReadPolicy.PRIMARY);
        CacheConfig held = new CacheConfig(10 * KEYS, HOUR, 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
        RedisStore store = RedisStores.open(config, tracking, new EventLog());
        cache = new ReadThroughCache(held, store, Ticker.system());
        store.start(cache);
        return cache;
    }

    private ReadThroughCache open(Address address) {
        return open(address, Credentials.NONE, 0, /* isTracking= */ false);
    }

    private void await(StoreStats.Topology topology) {
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .until(() -> cache.storeStats().topology() == topology);
    }

    private boolean isCached(String key) {
        byte[] bytes = Bytes.utf8(key).toArray();
        return cache.getIfPresent(bytes, 0, bytes.length) != null;
    }

    private void assertAll() {
        for (int i = 0; i < KEYS; i++) {
            assertThat(load(cache, "k" + i).value()).isEqualTo(Bytes.utf8("v" + i));
        }
    }

    @Test
    void oneServerStandsAlone() {
        try (RedisServerProcess server = RedisServerProcess.started();
                RedisControl control = server.control()) {
            control.call("SET", "k", "v");
            open(server.address());
            assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
            await(StoreStats.Topology.STANDALONE);
            assertThat(cache.storeStats().isEncrypted()).isFalse();
        }
    }

    @Test
    void requestsGetRightAnswersWhileANodeIsAskedWhatItIs() {
        open(cluster.node(1).address());
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(outcomes.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
        }
        await(StoreStats.Topology.CLUSTER);
        assertThat(cache.storeStats().nodes()).hasSize(3);
        assertAll();
    }

    @Test
    void valuesAreCoherentOnceTheClusterIsFound() {
        open(cluster.node(1).address(), Credentials.NONE, 0, /* isTracking= */ true);
        assertAll();
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .until(() -> cache.storeStats().nodes().size() == 3
                        && cache.storeStats().tracking().state() == State.TRACKING);
        assertAll();
        for (int i = 0; i < 20; i++) {
            String key = "k" + i;
            assertThat(isCached(key)).isTrue();
            writer.set(key, "new");
            Awaitility.await().atMost(Address.PATIENCE).until(() -> !isCached(key));
            assertThat(load(cache, key).value()).isEqualTo(Bytes.utf8("new"));
            writer.set(key, "v" + i);
        }
    }

    @Test
    void clusterHasOneDatabase() {
        open(cluster.node(1).address(), Credentials.NONE, 2, /* isTracking= */ false);
        String expected = "the server at %s is a node of a Redis Cluster, which has database 0 alone: "
                        .formatted(cluster.node(1).address())
                + "set REDIS_DATABASE=0 (or leave it out), and no database in REDIS_URL";
        assertThat(load(cache, "k1").failure()).hasMessage(expected);
        awaitFailure("k1", expected);
        assertThat(cache.storeStats().topology()).isEqualTo(StoreStats.Topology.UNKNOWN);
    }

    private void awaitFailure(String key, String expected) {
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(load(cache, key).failure()).hasMessage(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret"})
    void sentinelIsNamedWithItsMasters(String password) throws IOException {
        Path file = folder.resolve("sentinel.conf");
        Files.writeString(file, "dir %s%nsentinel monitor mymaster 127.0.0.1 %d 1%n".formatted(folder, /* port= */ 1));
        try (RedisServerProcess sentinel = RedisServerProcess.startedWith(file, "--sentinel");
                RedisControl control = sentinel.control()) {
            Credentials credentials =
                    password.isEmpty() ? Credentials.NONE : new Credentials(null, new Password.Fixed(password));
            open(sentinel.address(), credentials, 3, /* isTracking= */ false);
            String begin = "the server at %1$s is a Sentinel: set REDIS_URL=redis-sentinel://%1$s#"
                    .formatted(sentinel.address());
            awaitFailure("k", begin + "mymaster");
            assertThat(cache.storeStats().topology()).isEqualTo(StoreStats.Topology.UNKNOWN);
            for (int i = 0; i < 6; i++) {
                control.call("SENTINEL", "MONITOR", "m" + i, "127.0.0.1", "1", "1");
            }
            Awaitility.await()
                    .atMost(Address.PATIENCE)
                    .untilAsserted(() -> assertThat(load(cache, "k").failure().getMessage())
                            .startsWith(begin + "NAME, where NAME is one of ")
                            .endsWith(" and 2 more"));
        }
    }

    @Test
    void serverThatIsNoNodeIsNamed() {
        try (RedisServerProcess server = RedisServerProcess.started()) {
            NodeAddress seed =
                    new NodeAddress(server.address().host(), server.address().port());
            RedisConfig config = new RedisConfig(
                    new Topology.Cluster(List.of(seed)),
                    Credentials.NONE,
                    null,
                    0,
                    2,
                    Duration.ofSeconds(5),
                    ReadPolicy.PRIMARY);
            RedisStore store = RedisStores.open(config, null, new EventLog());
            cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
            store.start(cache);
            awaitFailure(
                    "k",
                    "the server at %s is no node of a Redis Cluster: set REDIS_MODE=standalone (or leave it out) "
                                    .formatted(seed)
                            + "and a REDIS_URL that begins with redis:// or rediss://");
        }
    }

    @Test
    void serverMayComeUpLater() {
        RedisServerProcess server = RedisServerProcess.stopped();
        try (server) {
            open(server.address());
            assertThat(load(cache, "k").isSuccess()).isFalse();
            assertThat(cache.storeStats().topology()).isEqualTo(StoreStats.Topology.UNKNOWN);
            server.start();
            await(StoreStats.Topology.STANDALONE);
            StoreFixture.recovers(() -> assertThat(load(cache, "k").value()).isNull());
        }
    }

    /** HELLO tells the mode and needs no right. */
    @Test
    void userNeedsNoRightToAskForTheMode() {
        for (int i = 0; i < 3; i++) {
            cluster.call(i, "ACL", "SETUSER", "reader", "on", ">secret", "~*", "+get", "+ping", "+client", "+cluster");
        }
        open(
                cluster.node(2).address(),
                new Credentials("reader", new Password.Fixed("secret")),
                0,
                /* isTracking= */ false);
        await(StoreStats.Topology.CLUSTER);
        assertAll();
    }

    /** The slots are asked for by CLUSTER, without which it is said what is missing. */
    @Test
    void userNeedsTheRightToAskForTheSlots() {
        for (int i = 0; i < 3; i++) {
            cluster.call(i, "ACL", "SETUSER", "blind", "on", ">secret", "~*", "+get", "+ping", "+client");
        }
        open(
                cluster.node(2).address(),
                new Credentials("blind", new Password.Fixed("secret")),
                0,
                /* isTracking= */ false);
        await(StoreStats.Topology.CLUSTER);
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(load(cache, "k1").failure())
                        .hasMessageContaining("NOPERM")
                        .hasMessageContaining("'cluster"));
    }

    @Test
    void whoeverRefersToOthersIsANodeThoughItDoesNotSaySo() {
        Address node = cluster.node(0).address();
        String moved = "-MOVED %d %s\r\n".formatted(RedisCluster.slot("k1"), node);
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> ScriptedPeer.send(client, moved))) {
            open(peer.address());
            load(cache, "k1");
            await(StoreStats.Topology.CLUSTER);
            // It does not tell its slots either.
            assertThat(load(cache, "k1").isSuccess()).isFalse();
        }
    }
}
