package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.NodeStats;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.fixtures.SentinelSetup;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

/** A cache that reads from the replicas of a master that real Sentinels watch. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SentinelReplicasTest {
    private static final int KEYS = 50;
    private static final TrackingConfig TRACKING = new TrackingConfig(List.of(), Duration.ofMillis(500), Duration.ZERO);

    private SentinelSetup setup;
    private @Nullable ReadThroughCache cache;

    @AfterEach
    void close() {
        if (cache != null) {
            cache.close();
            StoreFixture.awaitNoThreads();
        }
        setup.close();
    }

    private void open(ReadFrom from, @Nullable TrackingConfig tracking) {
        if (cache == null) {
            setup = SentinelSetup.started();
        } else {
            cache.close();
        }
        List<NodeAddress> sentinels = new ArrayList<>();
        for (RedisServerProcess each : setup.sentinels()) {
            sentinels.add(new NodeAddress(each.address().host(), each.address().port()));
        }
        RedisConfig config = new RedisConfig(
                new Topology.Sentinel(sentinels, SentinelSetup.NAME, Credentials.NONE),
                Credentials.NONE,
                null,
                0,
                4,
                Address.PATIENCE,
                new ReadPolicy(from, null, /* readsDisconnected= */ false));
        // Without tracking nothing is kept for long, so that all is read again.
        Duration ttl = tracking == null ? CacheConfig.MIN_TTL : Duration.ofHours(1);
        CacheConfig held = new CacheConfig(1_000, ttl, 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
        RedisStore store = RedisStores.open(config, tracking, new EventLog());
        cache = new ReadThroughCache(held, store, Ticker.system());
        store.start(cache);
        long running = setup.servers().subList(1, 3).stream()
                .filter(RedisServerProcess::isRunning)
                .count();
        if (from != ReadFrom.NEAREST) {
            await(() -> readers() == running);
        }
        if (tracking != null) {
            await(() -> cache.storeStats().tracking().state() == State.TRACKING);
        }
    }

    private long readers() {
        return cache.storeStats().nodes().stream()
                .filter(node -> node.role() == NodeStats.Role.REPLICA && node.isRead())
                .count();
    }

    private void write(RedisServerProcess master, String value) {
        try (RedisControl control = master.control()) {
            for (int i = 0; i < KEYS; i++) {
                control.call("SET", "k" + i, value + i);
            }
            control.call("WAIT", "2", "5000");
        }
    }

    private void assertAll(String value) {
        for (int i = 0; i < KEYS; i++) {
            assertThat(StoreFixture.load(cache, "k" + i).value()).isEqualTo(Bytes.utf8(value + i));
        }
    }

    private boolean isCached(String key) {
        byte[] bytes = Bytes.utf8(key).toArray();
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        return entry != null;
    }

    private static String gets(RedisServerProcess server) {
        try (RedisControl control = server.control()) {
            String stats =
                    ((Reply.Bulk) control.call("INFO", "commandstats")).bytes().asUtf8();
            return stats.lines()
                    .filter(line -> line.startsWith("cmdstat_get:"))
                    .findFirst()
                    .orElse("none");
        }
    }

    @Test
    void replicasShareTheKeysAndTheMasterIsNotAsked() {
        open(ReadFrom.PREFER_REPLICA, TRACKING);
        write(setup.firstMaster(), "v");
        String before = gets(setup.firstMaster());
        assertAll("v");
        assertThat(gets(setup.firstMaster())).isEqualTo(before);
        assertThat(gets(setup.servers().get(1))).isNotEqualTo("none");
        assertThat(gets(setup.servers().get(2))).isNotEqualTo("none");

        write(setup.firstMaster(), "w");
        for (int i = 0; i < KEYS; i++) {
            String key = "k" + i;
            await(() -> !isCached(key));
        }
        assertAll("w");

        open(ReadFrom.NEAREST, null);
        // A PING and an INFO.
        await(() -> cache.storeStats().nodes().stream()
                        .filter(node -> node.requests() > 1)
                        .count()
                == 3);
        assertAll("w");
        assertThat(cache.storeStats().nodes().stream().filter(NodeStats::isRead))
                .hasSize(1);
        freezeWhatIsRead();
    }

    /** Others are read from, whichever it is. */
    private void freezeWhatIsRead() {
        String read = cache.storeStats().nodes().stream()
                .filter(NodeStats::isRead)
                .findFirst()
                .orElseThrow()
                .address();
        RedisServerProcess frozen = setup.servers().stream()
                .filter(server -> server.address().toString().equals(read))
                .findFirst()
                .orElseThrow();
        frozen.suspend();
        try {
            await(() -> cache.storeStats().nodes().stream()
                    .noneMatch(node -> node.isRead() && node.address().equals(read)));
            long startedNanos = System.nanoTime();
            assertAll("w");
            assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Address.PATIENCE);
        } finally {
            frozen.resume();
        }
    }

    @Test
    void restartedMasterIsWatchedOn() {
        open(ReadFrom.PREFER_REPLICA, null);
        write(setup.firstMaster(), "v");
        assertAll("v");
        // Before a Sentinel notices.
        setup.firstMaster().kill();
        setup.firstMaster().start();
        await(() -> readers() == 2);
        write(setup.firstMaster(), "w");
        await(() -> StoreFixture.load(cache, "k0").now("w0"));
        assertAll("w");
        await(() -> readers() == 2);
    }

    @Test
    void failoverKeepsReading() {
        open(ReadFrom.PREFER_REPLICA, TRACKING);
        write(setup.firstMaster(), "v");
        assertAll("v");
        setup.expectFailure();
        setup.firstMaster().kill();
        RedisServerProcess promoted = setup.awaitPromotion();
        await(() -> cache.storeStats()
                .nodes()
                .get(0)
                .address()
                .equals(promoted.address().toString()));
        write(promoted, "w");
        await(() -> StoreFixture.load(cache, "k0").now("w0"));
        assertAll("w");
        await(() -> readers() == 1);
        write(promoted, "x");
        await(() -> StoreFixture.load(cache, "k0").now("x0"));
        assertAll("x");
    }

    @Test
    void killedReplicaFailsNoRequest() {
        open(ReadFrom.PREFER_REPLICA, null);
        write(setup.firstMaster(), "v");
        assertAll("v");
        setup.servers().get(1).kill();
        assertAll("v");
        setup.servers().get(2).kill();
        assertAll("v");
        assertThat(readers()).isZero();

        open(ReadFrom.REPLICA, null);
        assertThat(StoreFixture.load(cache, "k0").failure())
                .hasMessageContaining("no replica can be read from")
                .hasMessageContaining("READ_FROM=prefer-replica");
        setup.servers().get(1).start();
        await(() -> readers() == 1);
        assertAll("v");
    }

    @Test
    void oldMasterThatComesBackIsNotReadFromBeforeItIsAReplica() {
        open(ReadFrom.REPLICA, null);
        write(setup.firstMaster(), "v");
        assertAll("v");
        RedisServerProcess old = setup.firstMaster();
        setup.expectFailure();
        old.kill();
        RedisServerProcess promoted = setup.awaitPromotion();
        write(promoted, "w");
        await(() -> StoreFixture.load(cache, "k0").now("w0"));
        // It has lost everything, and is a master until a Sentinel tells it otherwise.
        old.start();
        for (int round = 0; round < 20; round++) {
            assertAll("w");
        }
        await(() -> readers() == 2);
        assertAll("w");
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Address.PATIENCE.multipliedBy(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }
}
