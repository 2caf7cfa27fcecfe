package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.StoreStats;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.fixtures.SentinelSetup;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** Real Sentinels, a real master and its replicas, and what becomes of requests when they fail. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SentinelStoreTest {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelStoreTest.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TTL = Duration.ofMillis(300);
    private static final TrackingConfig TRACKING = new TrackingConfig(List.of(), Duration.ofMillis(500), Duration.ZERO);

    private SentinelSetup setup;
    private ReadThroughCache cache;
    private RedisStore store;

    @AfterEach
    void close() {
        if (cache != null) {
            cache.close();
            StoreFixture.awaitNoThreads();
        }
        setup.close();
    }

    /* --------------- Start --------------- */

    @Test
    void recoversWhenTheSentinelsComeAfterTheProxy() {
        setup = SentinelSetup.stopped();
        open(TRACKING, Credentials.NONE, setup.sentinels());
        await(() -> !load("k").isSuccess());
        long startedNanos = System.nanoTime();
        assertThat(load("k").failure())
                .hasMessageContaining("the Sentinel at")
                .hasMessageContaining("Connection refused");
        assertThat(millisSince(startedNanos)).as("refused at once").isLessThan(1_000);
        assertThat(stats().circuit()).isEqualTo("open");
        assertThat(stats().watch().telling()).isZero();

        setup.startServers();
        set(setup.firstMaster(), "k", "v");
        setup.startSentinels();
        long upNanos = System.nanoTime();
        await(() -> load("k").isSuccess());
        LOG.info("answered after the Sentinels were there: {} ms", millisSince(upNanos));
        assertThat(load("k").value()).isEqualTo(Bytes.utf8("v"));
        assertThat(stats().nodes().get(0).address())
                .isEqualTo(setup.firstMaster().address().toString());
        await(() -> stats().tracking().state() == State.TRACKING);
    }

    @Test
    void namesTheSettingOfAnUnknownName() {
        setup = SentinelSetup.started();
        List<NodeAddress> first = addresses(setup.sentinels().subList(0, 1));
        open(null, new Topology.Sentinel(first, "other", Credentials.NONE), Credentials.NONE);
        await(() -> !load("k").isSuccess());
        assertThat(load("k").failure()).hasMessageContaining("'other'").hasMessageContaining("SENTINEL_MASTER");
    }

    @Test
    void namesTheSettingOfAServerThatIsNoSentinel() {
        setup = SentinelSetup.stopped();
        setup.startServers();
        open(null, Credentials.NONE, setup.servers().subList(0, 1));
        await(() -> !load("k").isSuccess());
        assertThat(load("k").failure()).hasMessageContaining("is no Sentinel").hasMessageContaining("REDIS_URL");
    }

    @Test
    void findsTheSentinelsThatAreNotConfigured() {
        setup = SentinelSetup.started();
        open(null, Credentials.NONE, setup.sentinels().subList(0, 1));
        await(() -> stats().watch().known() == 3 && stats().watch().telling() == 3);
        setup.sentinels().get(0).kill();
        await(() -> stats().watch().telling() == 2);
        set(setup.firstMaster(), "k", "v");
        setup.failover();
        RedisServerProcess promoted = setup.awaitPromotion();
        set(promoted, "k", "new");
        await(() -> Bytes.utf8("new").equals(load("k").value()));
    }

    @Test
    void authenticatesToTheSentinels() {
        setup = SentinelSetup.stopped(
                "requirepass secret",
                "sentinel sentinel-pass secret",
                "user watcher on >hidden allchannels -@all +auth +hello +ping +client +command +subscribe "
                        + "+sentinel|myid +sentinel|get-master-addr-by-name +sentinel|master +sentinel|sentinels");
        setup.startServers();
        setup.startSentinels();
        setup.awaitKnown("secret");
        set(setup.firstMaster(), "k", "v");

        open(null, Credentials.NONE, setup.sentinels());
        await(() -> !load("k").isSuccess());
        assertThat(load("k").failure()).hasMessageContaining("NOAUTH").hasMessageContaining("SENTINEL_PASSWORD_FILE");
        cache.close();

        open(null, new Credentials(null, new Password.Fixed("secret")), setup.sentinels());
        await(() -> load("k").isSuccess() && stats().watch().telling() == 3);
        cache.close();

        open(null, new Credentials("watcher", new Password.Fixed("hidden")), setup.sentinels());
        await(() -> load("k").isSuccess() && stats().watch().telling() == 3);
    }

    /* --------------- Failover --------------- */

    @Test
    void masterIsKilledWithTracking() throws Exception {
        masterIsKilled(TRACKING, Duration.ofSeconds(1));
    }

    @Test
    void masterIsKilledWithTtl() throws Exception {
        masterIsKilled(null, TTL.plusSeconds(1));
    }

    private void masterIsKilled(TrackingConfig tracking, Duration lag) throws Exception {
        startAndOpen(tracking);
        try (Traffic traffic = Traffic.start(cache, setup.firstMaster(), lag)) {
            traffic.run(Duration.ofSeconds(1));
            traffic.pauseWriting();
            setup.expectFailure();
            setup.firstMaster().kill();
            RedisServerProcess promoted = setup.awaitPromotion();
            assertRecovery(promoted, tracking);
            traffic.writeTo(promoted);
            traffic.run(Duration.ofSeconds(2));
            traffic.end();
            LOG.info("{}", traffic);
            assertThat(stats().nodes().get(0).address())
                    .isEqualTo(promoted.address().toString());
        }
        assertThat(stats().watch().switches()).isEqualTo(1);
    }

    @Test
    void masterIsReplacedOnDemandWithTracking() throws Exception {
        masterIsReplacedOnDemand(TRACKING, Duration.ofSeconds(1));
    }

    @Test
    void masterIsReplacedOnDemandWithTtl() throws Exception {
        masterIsReplacedOnDemand(null, TTL.plusSeconds(1));
    }

    private void masterIsReplacedOnDemand(TrackingConfig tracking, Duration lag) throws Exception {
        startAndOpen(tracking);
        try (Traffic traffic = Traffic.start(cache, setup.firstMaster(), lag)) {
            traffic.run(Duration.ofSeconds(1));
            traffic.pauseWriting();
            setup.failover();
            RedisServerProcess promoted = setup.awaitPromotion();
            assertRecovery(promoted, tracking);
            traffic.writeTo(promoted);
            traffic.run(Duration.ofSeconds(2));
            traffic.end();
            LOG.info("{}", traffic);
            assertThat(traffic.failures()).as(traffic.toString()).isZero();
        }
        assertThat(stats().watch().switches()).isEqualTo(1);
    }

    @Test
    void masterThatWakesUpIsNotBelieved() throws Exception {
        startAndOpen(TRACKING);
        RedisServerProcess old = setup.firstMaster();
        try (Traffic traffic = Traffic.start(cache, old, Duration.ofSeconds(1))) {
            traffic.run(Duration.ofSeconds(1));
            traffic.pauseWriting();
            setup.expectFailure();
            old.suspend();
            RedisServerProcess promoted = setup.awaitPromotion();
            assertRecovery(promoted, TRACKING);
            traffic.writeTo(promoted);
            traffic.run(Duration.ofSeconds(1));
            old.resume();
            traffic.run(Duration.ofSeconds(3));
            traffic.end();
            LOG.info("{}", traffic);
            assertThat(stats().nodes().get(0).address())
                    .isEqualTo(promoted.address().toString());
        }
        assertThat(stats().watch().switches()).isEqualTo(1);
    }

    @Test
    void requestsUnderWayAreAnsweredByTheNewMaster() {
        startAndOpen(TRACKING);
        RedisServerProcess old = setup.firstMaster();
        try (RedisControl control = old.control()) {
            for (int i = 0; i < 1_000; i++) {
                control.call("SET", "under way:" + i, "v" + i);
            }
            control.call("WAIT", "2", "5000");
        }
        setup.expectFailure();
        old.suspend();
        List<Outcome> underWay = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            underWay.add(load("under way:" + i));
        }
        // Their connections break, and no other one can be made.
        old.kill();
        for (int i = 0; i < 1_000; i++) {
            assertThat(underWay.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
        }
        assertThat(stats().watch().switches()).isEqualTo(1);
    }

    @Test
    void commandsThatHaveNotLeftAreExecutedByTheNewMasterInTheirOrder() {
        startAndOpen(null);
        Passed.Client client = new Passed.Client(store, 0, /* isResp3= */ true);
        assertThat(client.write("SET", "before", "v").get()).isEqualTo("+OK\r\n");
        RedisServerProcess old = setup.firstMaster();
        setup.expectFailure();
        old.suspend();
        List<Passed> underWay = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            underWay.add(client.write("RPUSH", "list", "" + i));
        }
        // Their connection breaks, and no other one can be made.
        old.kill();
        int unknown = 0;
        for (int i = 0; i < 1_000; i++) {
            String result = underWay.get(i).get();
            if (underWay.get(i).isReplied()) {
                assertThat(result).isEqualTo(":%d\r\n", i - unknown + 1);
            } else {
                assertThat(result).as("number %d", i).endsWith(PassRequest.UNKNOWN_FATE);
                assertThat(unknown).isEqualTo(i);
                unknown++;
            }
        }
        assertThat(unknown).isBetween(1, Exchange.MAX_BATCH + 1);
        String first = "" + unknown;
        assertThat(client.read("list", "LINDEX", "list", "0").get()).isEqualTo("$%d\r\n%s\r\n", first.length(), first);
        await(() -> store.commands().isKnown());
    }

    @Test
    void saysWhatTheUserMustBePermitted() {
        setup = SentinelSetup.started();
        try (RedisControl control = setup.firstMaster().control()) {
            control.call("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all", "-role");
        }
        open(TRACKING, Credentials.NONE, new Credentials("app", new Password.Fixed("secret")), setup.sentinels());
        await(() -> stats().watch().telling() > 0);
        Outcome refused = load("k");
        assertThat(refused.failure()).hasMessageContaining("'role' command").hasMessageContaining("+role");
        assertThat(refused.millis()).as("not after the timeout").isLessThan(TIMEOUT.toMillis() / 2);
        try (RedisControl control = setup.firstMaster().control()) {
            control.call("ACL", "SETUSER", "app", "+role");
            control.call("SET", "k", "v");
        }
        await(() -> load("k").now("v"));
    }

    /** Nothing but the role of a server tells the proxy that this one was named too early, or too late. */
    @Test
    void replicaIsNotBelieved() {
        setup = SentinelSetup.stopped();
        setup.startServers();
        RedisServerProcess replica = setup.servers().get(1);
        set(setup.firstMaster(), "k", "old");
        RedisServerProcess sentinel = setup.sentinels().get(0);
        sentinel.start();
        try (RedisControl control = sentinel.control()) {
            String port = Integer.toString(replica.address().port());
            control.call("SENTINEL", "REMOVE", SentinelSetup.NAME);
            control.call(
                    "SENTINEL", "MONITOR", SentinelSetup.NAME, replica.address().host(), port, "3");
        }
        open(TRACKING, Credentials.NONE, List.of(sentinel));
        await(() -> stats().watch().telling() == 1);
        assertThat(load("k").failure()).hasMessageContaining("is no master at present: its role is 'slave'");
        assertThat(stats().tracking().state()).isEqualTo(State.DISCONNECTED);

        try (RedisControl control = replica.control()) {
            control.call("REPLICAOF", "NO", "ONE");
        }
        set(replica, "k", "new");
        await(() -> load("k").now("new"));
        await(() -> stats().tracking().state() == State.TRACKING);
    }

    @Test
    void masterIsUsedOnWithoutSentinels() {
        startAndOpen(TRACKING);
        set(setup.firstMaster(), "k", "v");
        setup.sentinels().forEach(RedisServerProcess::kill);
        await(() -> stats().watch().telling() == 0);
        assertThat(stats().watch().detail()).contains("the Sentinel at");
        assertThat(load("k").value()).isEqualTo(Bytes.utf8("v"));
        assertThat(stats().circuit()).isEqualTo("closed");
        assertThat(stats().tracking().state()).isEqualTo(State.TRACKING);

        setup.startSentinels();
        await(() -> stats().watch().telling() == 3);
        assertThat(stats().watch().detail()).isEmpty();
        assertThat(stats().watch().switches()).isZero();
    }

    /* --------------- Setup --------------- */

    private void startAndOpen(TrackingConfig tracking) {
        setup = SentinelSetup.started();
        open(tracking, Credentials.NONE, setup.sentinels());
        await(() -> load("k").isSuccess());
        await(() -> stats().watch().telling() == 3);
        if (tracking != null) {
            await(() -> stats().tracking().state() == State.TRACKING);
        }
    }

    /** Waits until a value is read from the new master, and reports how long that took since it was one. */
    private void assertRecovery(RedisServerProcess promoted, TrackingConfig tracking) {
        long promotedNanos = System.nanoTime();
        set(promoted, "fresh", "yes");
        await(() -> load("fresh").now("yes"));
        LOG.info("answers after the promotion: {} ms", millisSince(promotedNanos));
        if (tracking != null) {
            await(() -> stats().tracking().state() == State.TRACKING);
            LOG.info("coherent after the promotion: {} ms", millisSince(promotedNanos));
        }
    }

    private void open(TrackingConfig tracking, Credentials credentials, List<RedisServerProcess> sentinels) {
        open(tracking, credentials, Credentials.NONE, sentinels);
    }

    private void open(
            TrackingConfig tracking,
            Credentials credentials,
            Credentials onServers,
            List<RedisServerProcess> sentinels) {
        open(tracking, new Topology.Sentinel(addresses(sentinels), SentinelSetup.NAME, credentials), onServers);
    }

    private static List<NodeAddress> addresses(List<RedisServerProcess> sentinels) {
        List<NodeAddress> addresses = new ArrayList<>();
        for (RedisServerProcess each : sentinels) {
            addresses.add(new NodeAddress(each.address().host(), each.address().port()));
        }
        return addresses;
    }

    private void open(TrackingConfig tracking, Topology.Sentinel topology, Credentials onServers) {
        RedisConfig config = new RedisConfig(topology, onServers, null, 0, 4, TIMEOUT, ReadPolicy.PRIMARY);
        CacheConfig caching = new CacheConfig(
                1_000,
                tracking == null ? TTL : Duration.ofHours(1),
                100,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                tracking);
        store = RedisStores.open(config, tracking, new EventLog());
        cache = new ReadThroughCache(caching, store, Ticker.system());
        store.start(cache);
    }

    private Outcome load(String key) {
        return StoreFixture.load(cache, key);
    }

    private StoreStats stats() {
        return cache.storeStats();
    }

    private static void set(RedisServerProcess server, String key, String value) {
        try (RedisControl control = server.control()) {
            control.call("SET", key, value);
        }
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }
}
