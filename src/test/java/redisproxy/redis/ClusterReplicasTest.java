package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.NodeStats;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.RedisControl;
import redisproxy.upstream.Question;

/** A cache that reads from the replicas of a real Cluster, and what becomes of that when they fail or fall behind. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterReplicasTest {
    private static final int MASTERS = 3;
    private static final int NODES = 6;
    private static final int KEYS = 120;

    /** The nodes of a Cluster take some seconds to agree, and many on a busy machine. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final Pattern GETS = Pattern.compile("cmdstat_get:calls=(\\d+)");

    private static RedisCluster cluster;
    private static RedisClusterClient writer;

    private ClusterStore store;
    private @Nullable ReadThroughCache cache;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.started(MASTERS, MASTERS);
        writer = RedisClusterClient.builder()
                .nodes(cluster.addresses().stream()
                        .map(node -> new HostAndPort(node.host(), node.port()))
                        .collect(Collectors.toSet()))
                .build();
        write("v");
    }

    @AfterAll
    static void stop() {
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

    private static void write(String value) {
        for (int i = 0; i < KEYS; i++) {
            writer.set("k" + i, value + i);
        }
        for (int node = 0; node < NODES; node++) {
            if (cluster.isMaster(node)) {
                cluster.awaitCopied(node);
            }
        }
    }

    private void open(ReadFrom from, boolean readsDisconnected, boolean isTracking) {
        TrackingConfig tracking =
                isTracking ? new TrackingConfig(List.of(), Duration.ofMillis(250), Duration.ZERO) : null;
        Address seed = cluster.node(1).address();
        Topology.Cluster topology = new Topology.Cluster(List.of(new NodeAddress(seed.host(), seed.port())));
        ReadPolicy reads = new ReadPolicy(from, null, readsDisconnected);
        RedisConfig config = new RedisConfig(topology, Credentials.NONE, null, 0, 2, Address.PATIENCE, reads);
        // Without tracking nothing is kept for long, so that all is read again.
        Duration ttl = isTracking ? Duration.ofHours(1) : CacheConfig.MIN_TTL;
        CacheConfig held = new CacheConfig(10 * KEYS, ttl, 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
        store = new ClusterStore(config, topology, tracking, Duration.ofMillis(50), new EventLog());
        cache = new ReadThroughCache(held, store, Ticker.system());
        store.start(cache);
        if (from == ReadFrom.NEAREST) {
            await().atMost(LONG).until(() -> cache.storeStats().nodes().size() == NODES);
        } else {
            awaitReaders(MASTERS);
        }
        if (isTracking) {
            await().atMost(LONG).until(() -> cache.storeStats().tracking().state() == State.TRACKING);
        }
    }

    private void awaitReaders(int replicas) {
        await().atMost(LONG)
                .until(() -> cache.storeStats().nodes().stream()
                                .filter(node -> node.role() == NodeStats.Role.REPLICA && node.isRead())
                                .count()
                        == replicas);
    }

    private NodeStats stats(int node) {
        String address = cluster.node(node).address().toString();
        return cache.storeStats().nodes().stream()
                .filter(each -> each.address().equals(address))
                .findFirst()
                .orElseThrow();
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

    private static long gets(int node) {
        Matcher calls = GETS.matcher(cluster.info(node, "commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    private static long getsOfMasters() {
        long sum = 0;
        for (int node = 0; node < NODES; node++) {
            sum += cluster.isMaster(node) ? gets(node) : 0;
        }
        return sum;
    }

    /** Returns a key whose slot that master holds. */
    private static String keyOf(int master) {
        for (int i = 0; i < KEYS; i++) {
            if (cluster.holderOf("k" + i) == master) {
                return "k" + i;
            }
        }
        throw new AssertionError("no key is on node " + master);
    }

    private static int someMaster() {
        return cluster.holderOf("k0");
    }

    @Test
    void replicasAreReadFromAndMastersAreNot() {
        open(ReadFrom.PREFER_REPLICA, /* readsDisconnected= */ false, /* isTracking= */ true);
        long before = getsOfMasters();
        assertAll("v");
        assertThat(getsOfMasters()).isEqualTo(before);
        assertThat(cache.storeStats().nodes())
                .allSatisfy(node -> assertThat(node.isRead()).isEqualTo(node.role() == NodeStats.Role.REPLICA))
                .hasSize(NODES);
    }

    @Test
    void writesReachWhatWasReadFromReplicas() {
        open(ReadFrom.PREFER_REPLICA, /* readsDisconnected= */ false, /* isTracking= */ true);
        assertAll("v");
        write("w");
        await().atMost(LONG).until(() -> cached("k0") == null && cached("k" + (KEYS - 1)) == null);
        assertAll("w");
        write("v");
        await().atMost(LONG).until(() -> cached("k0") == null && cached("k" + (KEYS - 1)) == null);
        assertAll("v");
    }

    @Test
    void masterSaysWhetherThereIsAKeyThatItsReplicaLacks() {
        open(ReadFrom.PREFER_REPLICA, /* readsDisconnected= */ false, /* isTracking= */ false);
        long before = getsOfMasters();
        assertThat(StoreFixture.load(cache, "absent").value()).isNull();
        assertThat(getsOfMasters()).isEqualTo(before + 1);

        int from = someMaster();
        String moving = keyOf(from);
        int slot = RedisCluster.slot(moving);
        int to = cluster.holderOf("k" + otherThan(from));
        cluster.beginMove(slot, from, to);
        cluster.moveKeys(slot, from, to);
        cluster.awaitCopied(from);
        assertThat(StoreFixture.load(cache, moving).value())
                .as("the replica has nothing")
                .isEqualTo(Bytes.utf8("v" + moving.substring(1)));
        assertThat(StoreFixture.ask(store, Question.About.EXISTS, moving)).isEqualTo("1");
        assertThat(StoreFixture.ask(store, Question.About.TYPE, moving)).isEqualTo("string");
        assertThat(StoreFixture.ask(store, Question.About.TTL, moving)).isEqualTo("-1");
        cluster.endMove(slot, to);
        assertAll("v");
    }

    private static int otherThan(int master) {
        for (int i = 0; i < KEYS; i++) {
            if (cluster.holderOf("k" + i) != master) {
                return i;
            }
        }
        throw new AssertionError("all keys are on node " + master);
    }

    @Test
    void killedReplicaFailsNoRequest() {
        open(ReadFrom.PREFER_REPLICA, /* readsDisconnected= */ false, /* isTracking= */ false);
        int replica = cluster.replicaOf(someMaster());
        assertAll("v");
        cluster.node(replica).kill();
        assertAll("v");
        assertThat(stats(replica).isRead()).isFalse();
        cluster.node(replica).start();
        awaitReaders(MASTERS);
        assertAll("v");
        cluster.awaitWhole();
    }

    @Test
    void whatASilentReplicaOwesIsAskedOfTheMaster() {
        open(ReadFrom.PREFER_REPLICA, /* readsDisconnected= */ false, /* isTracking= */ false);
        assertAll("v");
        int replica = cluster.replicaOf(someMaster());
        cluster.node(replica).suspend();
        List<Outcome> underWay = new ArrayList<>();
        try {
            for (int i = 0; i < KEYS; i++) {
                underWay.add(StoreFixture.load(cache, "k" + i));
            }
            for (int i = 0; i < KEYS; i++) {
                assertThat(underWay.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
                assertThat(underWay.get(i).millis()).isLessThan(Address.PATIENCE.toMillis() / 2);
            }
            assertThat(stats(replica).isRead()).isFalse();
        } finally {
            cluster.node(replica).resume();
        }
        awaitReaders(MASTERS);
        cluster.awaitWhole();
    }

    @Test
    void replicaWithoutItsMasterIsNotReadFrom() {
        open(ReadFrom.PREFER_REPLICA, /* readsDisconnected= */ false, /* isTracking= */ true);
        int master = someMaster();
        int replica = cluster.replicaOf(master);
        String key = keyOf(master);
        String value = "v" + key.substring(1);
        assertThat(StoreFixture.load(cache, key).value()).isEqualTo(Bytes.utf8(value));
        cutFromMaster(replica);
        writer.set(key, "written behind its back");
        await().atMost(LONG).until(() -> !stats(replica).isRead());
        await().atMost(LONG).until(() -> cached(key) == null);
        assertThat(StoreFixture.load(cache, key).value()).isEqualTo(Bytes.utf8("written behind its back"));
        reconnect(replica);
        awaitReaders(MASTERS);
        assertThat(StoreFixture.load(cache, key).value()).isEqualTo(Bytes.utf8("written behind its back"));
        writer.set(key, value);
        cluster.awaitCopied(master);
    }

    @Test
    void replicaWithoutItsMasterIsReadFromIfThatIsSet() {
        int master = someMaster();
        int replica = cluster.replicaOf(master);
        String key = keyOf(master);
        String value = "v" + key.substring(1);
        open(ReadFrom.REPLICA, /* readsDisconnected= */ true, /* isTracking= */ false);
        cutFromMaster(replica);
        writer.set(key, "not copied");
        assertThat(StoreFixture.load(cache, key).value()).isEqualTo(Bytes.utf8(value));
        // For longer than it takes to notice the state of the link.
        await().during(Duration.ofSeconds(2))
                .atMost(LONG)
                .until(() ->
                        stats(replica).isRead() && StoreFixture.load(cache, key).now(value));
        reconnect(replica);
        await().atMost(LONG).until(() -> StoreFixture.load(cache, key).now("not copied"));
        writer.set(key, value);
        cluster.awaitCopied(master);
    }

    /** Ends the link of a replica to its master, and has it fail to make another one. */
    private static void cutFromMaster(int replica) {
        try (RedisControl control = cluster.node(replica).control()) {
            control.call("CONFIG", "SET", "masterauth", "wrong");
            control.call("CONFIG", "SET", "masteruser", "nobody");
            control.call("CLIENT", "KILL", "TYPE", "master");
        }
        await().atMost(LONG).until(() -> !isLinked(replica));
    }

    private static void reconnect(int replica) {
        try (RedisControl control = cluster.node(replica).control()) {
            control.call("CONFIG", "SET", "masterauth", "");
            control.call("CONFIG", "SET", "masteruser", "");
        }
        await().atMost(LONG).until(() -> isLinked(replica));
    }

    private static boolean isLinked(int replica) {
        return cluster.info(replica, "replication").contains("master_link_status:up");
    }

    @Test
    void errorSaysThatNoReplicaCanBeRead() {
        open(ReadFrom.REPLICA, /* readsDisconnected= */ false, /* isTracking= */ false);
        int master = someMaster();
        int replica = cluster.replicaOf(master);
        String key = keyOf(master);
        assertThat(StoreFixture.load(cache, key).isSuccess()).isTrue();
        cluster.node(replica).kill();
        try {
            await().atMost(LONG).until(() -> !StoreFixture.load(cache, key).isSuccess());
            assertThat(StoreFixture.load(cache, key).failure())
                    .hasMessageContaining("no replica can be read from")
                    .hasMessageContaining("READ_FROM=prefer-replica");
        } finally {
            cluster.node(replica).start();
        }
        await().atMost(LONG).until(() -> StoreFixture.load(cache, key).isSuccess());
        cluster.awaitWhole();
    }

    @Test
    void replicaThatTakesOverIsAskedAsTheMaster() {
        open(ReadFrom.PREFER_REPLICA, /* readsDisconnected= */ false, /* isTracking= */ false);
        assertAll("v");
        int master = someMaster();
        int replica = cluster.replicaOf(master);
        cluster.call(replica, "CLUSTER", "FAILOVER");
        await().atMost(LONG).until(() -> {
            // Requests are answered meanwhile.
            assertAll("v");
            return stats(replica).role() == NodeStats.Role.MASTER;
        });
        awaitReaders(MASTERS);
        write("w");
        await().atMost(LONG)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> StoreFixture.load(cache, "k0").now("w0"));
        assertAll("w");
        write("v");
        cluster.awaitWhole();
    }

    @Test
    void nearestServerIsReadFrom() {
        open(ReadFrom.NEAREST, /* readsDisconnected= */ false, /* isTracking= */ false);
        assertAll("v");
        assertThat(cache.storeStats().nodes().stream().filter(NodeStats::isRead))
                .hasSize(MASTERS);
    }
}
