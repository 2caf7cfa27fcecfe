package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.Misses;
import redisproxy.cache.NodeStats;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisCluster;

/** A cache in front of a real Cluster whose slots move and whose nodes fail. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterStoreTest {
    private static final int KEYS = 300;

    /** The nodes of a Cluster take some seconds to agree, and many on a busy machine. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final RedisCluster cluster = RedisCluster.started(3, 3);
    private final RedisClusterClient writer = RedisClusterClient.builder()
            .nodes(cluster.addresses().stream()
                    .map(node -> new HostAndPort(node.host(), node.port()))
                    .collect(Collectors.toSet()))
            .build();
    private @Nullable ReadThroughCache cache;
    private @Nullable ClusterStore store;

    @BeforeEach
    void write() {
        for (int i = 0; i < KEYS; i++) {
            writer.set("k" + i, "v" + i);
        }
    }

    @AfterEach
    void close() {
        if (cache != null) {
            cache.close();
        }
        writer.close();
        cluster.close();
        StoreFixture.awaitNoThreads();
    }

    private ReadThroughCache open(boolean isTracking) {
        return open(isTracking, cluster.node(1).address());
    }

    private ReadThroughCache open(boolean isTracking, Address seed) {
        TrackingConfig tracking =
                isTracking ? new TrackingConfig(List.of(), Duration.ofMillis(250), Duration.ZERO) : null;
        Topology.Cluster topology = new Topology.Cluster(List.of(new NodeAddress(seed.host(), seed.port())));
        RedisConfig config =
                new RedisConfig(topology, Credentials.NONE, null, 0, 2, Address.PATIENCE, ReadPolicy.PRIMARY);
        CacheConfig held = new CacheConfig(
                10 * KEYS, Duration.ofHours(1), 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
        store = new ClusterStore(config, topology, tracking, Duration.ofMillis(50), new EventLog());
        ReadThroughCache opened = new ReadThroughCache(held, store, Ticker.system());
        cache = opened;
        store.start(opened);
        if (isTracking) {
            awaitTracking(3);
        }
        return opened;
    }

    private void awaitTracking(int nodes) {
        await().atMost(LONG)
                .until(() -> cache.storeStats().nodes().size() >= nodes
                        && cache.storeStats().tracking().state() == State.TRACKING);
    }

    private void assertAll(String value) {
        for (int i = 0; i < KEYS; i++) {
            assertThat(StoreFixture.load(cache, "k" + i).value()).isEqualTo(Bytes.utf8(value + i));
        }
    }

    private @Nullable Entry cached(String key) {
        byte[] bytes = Bytes.utf8(key).toArray();
        return cache.getIfPresent(bytes, 0, bytes.length);
    }

    @Test
    void tellsTheServerOfAKey() {
        open(/* isTracking= */ false);
        assertAll("v");
        for (int i = 0; i < 20; i++) {
            String key = "k" + i;
            assertThat(store.serverOf(Bytes.utf8(key).toArray()))
                    .isEqualTo(cluster.node(cluster.holderOf(key)).address().toString());
        }
    }

    @Test
    void readsTheKeysOfAllSlots() {
        open(/* isTracking= */ false);
        assertAll("v");
        Misses many = new Misses();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            outcomes.add(new Outcome());
            many.add(Bytes.utf8("k" + i).toArray(), outcomes.get(i));
        }
        cache.load(many);
        for (int i = 0; i < KEYS; i++) {
            assertThat(outcomes.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
        }
        List<NodeStats> nodes = cache.storeStats().nodes();
        assertThat(nodes).extracting(NodeStats::slots).containsExactlyInAnyOrder(5461, 5461, 5462);
        assertThat(nodes).extracting(NodeStats::role).containsOnly(NodeStats.Role.MASTER);
        assertThat(nodes).allSatisfy(node -> assertThat(node.requests()).isPositive());
    }

    @Test
    void passesCommandsOnToTheMastersOfTheirKeys() {
        open(/* isTracking= */ false);
        Passed.Client client = new Passed.Client(store, 3, /* isResp3= */ true);
        List<Passed> all = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            all.add(client.write("SET", "k" + i, "w" + i));
        }
        all.forEach(each -> assertThat(each.get()).isEqualTo("+OK\r\n"));
        assertAll("w");
        assertThat(client.read(null, "PING").get()).isEqualTo("+PONG\r\n");
        assertThat(client.read("a", "SUNION", "a", "b").get()).startsWith("-CROSSSLOT");
        await().atMost(LONG).until(() -> store.commands().isKnown());
    }

    @Test
    void commandsThatArePassedOnFollowSlotsThatMove() {
        open(/* isTracking= */ false);
        Passed.Client client = new Passed.Client(store, 3, /* isResp3= */ false);
        assertThat(client.write("INCR", "n").get()).isEqualTo(":1\r\n");
        int slot = RedisCluster.slot("n");
        int from = cluster.holderOf("n");
        int to = (from + 1) % 3;
        cluster.beginMove(slot, from, to);
        assertThat(client.write("INCR", "n").get()).as("not moved yet").isEqualTo(":2\r\n");
        cluster.moveKeys(slot, from, to);
        assertThat(client.write("INCR", "n").get()).as("by ASK").isEqualTo(":3\r\n");
        cluster.endMove(slot, to);
        assertThat(client.write("INCR", "n").get()).as("by MOVED").isEqualTo(":4\r\n");
        assertThat(client.write("INCR", "n").get()).isEqualTo(":5\r\n");
    }

    /** It would be told the password of the Cluster. */
    @Test
    void aScriptCannotReferToAServerOfItsOwn() {
        try (ScriptedPeer stranger = new ScriptedPeer((number, client) -> {})) {
            open(/* isTracking= */ false);
            Passed.Client client = new Passed.Client(store, 3, /* isResp3= */ false);
            for (String kind : List.of("MOVED", "ASK")) {
                String script = "return redis.error_reply('%s 1 %s')".formatted(kind, stranger.address());
                assertThat(client.write("EVAL", script, "0").get()).contains(kind);
            }
            assertThat(stranger.connections()).isZero();
        }
    }

    @Test
    void followsKeysAndSlotsThatMove() {
        open(/* isTracking= */ true);
        assertAll("v");
        String moving = "k7";
        int slot = RedisCluster.slot(moving);
        int from = cluster.holderOf(moving);
        int to = (from + 1) % 3;
        cluster.beginMove(slot, from, to);
        assertThat(StoreFixture.load(cache, moving).value()).as("not moved yet").isEqualTo(Bytes.utf8("v7"));
        cluster.moveKeys(slot, from, to);
        assertThat(StoreFixture.load(cache, moving).value()).as("by ASK").isEqualTo(Bytes.utf8("v7"));
        cluster.endMove(slot, to);
        assertThat(StoreFixture.load(cache, moving).value()).as("by MOVED").isEqualTo(Bytes.utf8("v7"));
        writer.set(moving, "new");
        await().atMost(LONG).untilAsserted(() -> {
            StoreFixture.load(cache, moving).value();
            assertThat(cached(moving)).as("reported by the new holder").isNotNull();
        });
        assertThat(StoreFixture.load(cache, moving).value()).isEqualTo(Bytes.utf8("new"));
        writer.set(moving, "newest");
        await().atMost(LONG).until(() -> cached(moving) == null);
    }

    @Test
    void dropsTheKeysOfSlotsThatMoveToANodeThatItDoesNotKnow() {
        open(/* isTracking= */ true);
        String key = "k7";
        StoreFixture.load(cache, key).value();
        assertThat(cached(key)).isNotNull();
        int added = cluster.addNode();
        cluster.awaitWhole();
        cluster.move(RedisCluster.slot(key), cluster.holderOf(key), added);
        writer.set(key, "new");
        await().atMost(LONG).until(() -> cached(key) == null);
        assertThat(StoreFixture.load(cache, key).value()).isEqualTo(Bytes.utf8("new"));
        awaitTracking(4);
    }

    @Test
    void losesTheKeysOfOneNodeWithItAndFollowsTheReplica() {
        open(/* isTracking= */ true);
        assertAll("v");
        int killed = cluster.holderOf("k7");
        Set<String> onIt = IntStream.range(0, KEYS)
                .mapToObj(i -> "k" + i)
                .filter(key -> cluster.holderOf(key) == killed)
                .limit(20)
                .collect(Collectors.toSet());
        cluster.node(killed).kill();
        await().atMost(LONG).until(() -> cached("k7") == null);
        long held =
                IntStream.range(0, KEYS).filter(i -> cached("k" + i) != null).count();
        assertThat(held).as("of the other nodes").isBetween(KEYS / 2L, KEYS - 1L);
        await().atMost(LONG).until(() -> StoreFixture.load(cache, "k7").isSuccess());
        onIt.forEach(
                key -> assertThat(StoreFixture.load(cache, key).isSuccess()).isTrue());
        await().atMost(LONG).untilAsserted(() -> {
            writer.set("k7", "new");
            assertThat(StoreFixture.load(cache, "k7").value()).isEqualTo(Bytes.utf8("new"));
        });
        awaitTracking(3);
    }

    @Test
    void answersWhileAReplicaTakesOver() {
        open(/* isTracking= */ true);
        int master = cluster.holderOf("k7");
        int replica = 3 + master;
        int[] failures = new int[1];
        await().atMost(LONG).until(() -> {
            int i = ThreadLocalRandom.current().nextInt(KEYS);
            if (!StoreFixture.load(cache, "k" + i).isSuccess()) {
                failures[0]++;
            }
            return cluster.isTakenOver(replica);
        });
        assertThat(failures[0]).isZero();
        assertAll("v");
        // Other nodes may not have heard yet that all slots are served again.
        cluster.awaitWhole();
        writer.set("k7", "new");
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(StoreFixture.load(cache, "k7").value()).isEqualTo(Bytes.utf8("new")));
        awaitTracking(3);
    }

    @Test
    void startsBeforeTheCluster() {
        Address nobody = Address.loopback(redisproxy.testkit.FreePort.find());
        open(/* isTracking= */ false, nobody);
        Outcome early = StoreFixture.load(cache, "k7");
        assertThat(early.failure()).hasMessageContaining(nobody.toString());
        assertThat(early.millis()).isLessThan(5_000);
    }
}
