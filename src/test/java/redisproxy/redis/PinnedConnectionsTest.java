package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.redis.StoreFixture.LONG;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.SentinelSetup;
import redisproxy.fixtures.TlsRedis;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.upstream.PinStats;
import redisproxy.upstream.Pinning;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PinnedConnectionsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String QUEUED = "+QUEUED\r\n";
    private static final String OK = "+OK\r\n";

    @TempDir
    private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        StoreFixture.awaitNoThreads();
    }

    private <T extends AutoCloseable> T closed(T resource) {
        opened.add(resource);
        return resource;
    }

    private PinnedConnections pins(Address at, int most) {
        return pins(at, most, LONG);
    }

    private PinnedConnections pins(Address at, int most, Duration longestIdle) {
        NodeConfig node = StoreFixture.config(at, 1, LONG);
        return closed(new PinnedConnections(most, node.limit(), key -> node, longestIdle));
    }

    private RedisStore store(Topology topology, @Nullable TlsContext tls) {
        RedisConfig config = new RedisConfig(topology, Credentials.NONE, tls, 0, 1, LONG, ReadPolicy.PRIMARY);
        RedisStore store = RedisStores.open(config, null, new EventLog());
        ReadThroughCache cache = closed(new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system()));
        store.start(cache);
        return store;
    }

    private static NodeAddress at(RedisServerProcess server) {
        return new NodeAddress(server.address().host(), server.address().port());
    }

    private static void awaitStats(Pinning pins, int inUse, int idle) {
        Polling.atMost(SECOND).until(() -> {
            PinStats stats = pins.pinned();
            return stats.inUse() == inUse && stats.idle() == idle;
        });
    }

    /* --------------- One client --------------- */

    @Test
    void keepsStateOfOneClient() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 2);
        Pin first = Pin.open(pins);
        Pin second = Pin.open(pins);
        first.send("MULTI");
        first.send("SET", "k", "v");
        first.send("INCR", "k");
        assertThat(second.call("GET", "k")).isEqualTo("$-1\r\n");
        assertThat(List.of(first.next(), first.next(), first.next())).containsExactly(OK, QUEUED, QUEUED);
        assertThat(first.call("EXEC")).isEqualTo("*2\r\n+OK\r\n-ERR value is not an integer or out of range\r\n");
        assertThat(second.call("GET", "k")).isEqualTo("$1\r\nv\r\n");
    }

    @Test
    void redisSeesTheEndBeforeWhatComesLater() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 1);
        RespClient later = closed(RespClient.connect(redis.address()));
        for (int i = 0; i < 20; i++) {
            Pin left = Pin.open(pins);
            left.call("SUBSCRIBE", "c");
            assertThat(later.call("PUBLISH", "c", "m")).isEqualTo(new Reply.Whole(1));
            left.connection().close();
            // Redis forgets a client when it has served all that had arrived with the end.
            later.call("PING");
            assertThat(later.call("PUBLISH", "c", "m")).isEqualTo(new Reply.Whole(0));
            awaitStats(pins, 0, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void speaksTheVersionThatIsAskedFor(boolean resp3) throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        Pin pin = Pin.open(pins(redis.address(), 1), null, resp3, 0);
        pin.call("HSET", "h", "f", "v");
        assertThat(pin.call("HGETALL", "h"))
                .isEqualTo(resp3 ? "%1\r\n$1\r\nf\r\n$1\r\nv\r\n" : "*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
        assertThat(pin.call("SUBSCRIBE", "c"))
                .isEqualTo((resp3 ? ">" : "*") + "3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
        try (RedisControl control = redis.control()) {
            control.call("PUBLISH", "c", "m");
        }
        assertThat(pin.next()).isEqualTo((resp3 ? ">" : "*") + "3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n");
    }

    @Test
    void selectsTheDatabase() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 2);
        Pin third = Pin.open(pins, null, /* resp3= */ false, 3);
        assertThat(third.call("SET", "k", "v")).isEqualTo(OK);
        assertThat(Pin.open(pins).call("GET", "k")).isEqualTo("$-1\r\n");
        third.connection().giveBack();
        awaitStats(pins, 1, 1);
        assertThat(Pin.open(pins, null, /* resp3= */ false, 3).call("GET", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(pins.pinned().opened()).isEqualTo(2);
    }

    @Test
    void carriesLargeRequestsAndReplies() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        Pin pin = Pin.open(pins(redis.address(), 1));
        String large = "x".repeat(5_000_000);
        for (int i = 0; i < 20; i++) {
            pin.send("SET", "k" + i, large);
            pin.send("GET", "k" + i);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(pin.next()).isEqualTo(OK);
            assertThat(pin.next().equals("$5000000\r\n" + large + "\r\n")).isTrue();
        }
    }

    @Test
    void readsNothingWhilePaused() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        Pin pin = Pin.open(pins(redis.address(), 1));
        pin.call("SUBSCRIBE", "c");
        pin.connection().pause();
        try (RedisControl control = redis.control()) {
            String message = "x".repeat(100_000);
            Reply before = control.call("PUBLISH", "c", message);
            assertThat(before).isEqualTo(new Reply.Whole(1));
            for (int i = 0; i < 200; i++) {
                control.call("PUBLISH", "c", message);
            }
        }
        assertThat(pin.waiting()).isLessThanOrEqualTo(1);
        pin.connection().resume();
        for (int i = 0; i <= 200; i++) {
            assertThat(pin.next()).startsWith("*3\r\n$7\r\nmessage\r\n");
        }
    }

    /* --------------- Places --------------- */

    @Test
    void refusesMoreThanTheBound() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 20);
        List<Pin> waiting = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            Pin pin = Pin.tryOpen(pins);
            if (pin == null) {
                refused++;
            } else {
                pin.send("BLPOP", "list", "0");
                waiting.add(pin);
            }
        }
        assertThat(waiting).hasSize(20);
        assertThat(refused).isEqualTo(180);
        assertThat(pins.pinned().refused()).isEqualTo(180);
        try (RedisControl control = redis.control()) {
            Polling.atMost(LONG)
                    .until(() -> control.call("INFO", "clients").toString().contains("blocked_clients:20"));
            waiting.get(0).connection().close();
            awaitStats(pins, 19, 0);
            Polling.atMost(SECOND)
                    .until(() -> control.call("INFO", "clients").toString().contains("blocked_clients:19"));
            assertThat(Pin.open(pins).call("RPUSH", "list", "v")).isEqualTo(":1\r\n");
        }
        Polling.atMost(SECOND)
                .until(() -> waiting.stream().mapToInt(Pin::waiting).sum() == 1);
        Pin served =
                waiting.stream().filter(each -> each.waiting() > 0).findFirst().orElseThrow();
        assertThat(served.next()).isEqualTo("*2\r\n$4\r\nlist\r\n$1\r\nv\r\n");
    }

    @Test
    void withoutAnyRefusesAll() {
        assertThat(Pin.tryOpen(pins(Address.loopback(1), 0))).isNull();
    }

    @Test
    void givesTheIdleOneToTheNextThatAsksForTheSame() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 2);
        String id = null;
        for (int i = 0; i < 50; i++) {
            Pin pin = Pin.open(pins);
            String now = pin.call("CLIENT", "ID");
            assertThat(id == null || id.equals(now)).isTrue();
            id = now;
            pin.connection().giveBack();
            awaitStats(pins, 0, 1);
        }
        assertThat(pins.pinned().opened()).isEqualTo(1);
        Pin other = Pin.open(pins, null, /* resp3= */ true, 0);
        assertThat(other.call("CLIENT", "ID")).isNotEqualTo(id);
        Pin both = Pin.open(pins);
        assertThat(both.call("CLIENT", "ID")).isEqualTo(id);
        both.connection().giveBack();
        awaitStats(pins, 1, 1);
        assertThat(Pin.open(pins, null, /* resp3= */ false, 1).call("PING")).isEqualTo("+PONG\r\n");
        awaitStats(pins, 2, 0);
    }

    @Test
    void closesWhatWasIdleForLong() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 2, Duration.ofMillis(50));
        Pin pin = Pin.open(pins);
        pin.call("PING");
        pin.connection().giveBack();
        Polling.atMost(LONG)
                .until(() -> pins.pinned().opened() == 1 && pins.pinned().idle() == 0);
        awaitStats(pins, 0, 0);
    }

    @Test
    void closesInsteadOfGivingOnWhatHasMoreToSend() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 1);
        Pin pin = Pin.open(pins);
        pin.call("PING");
        pin.send("DEBUG", "SLEEP", "0.2");
        pin.connection().giveBack();
        // Its reply comes while nobody has the connection.
        Polling.atMost(LONG).until(() -> pins.pinned().inUse() + pins.pinned().idle() == 0);
        assertThat(Pin.open(pins).call("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void discardsTheTransactionOfOneThatIsClosed() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 1);
        Pin pin = Pin.open(pins);
        pin.call("MULTI");
        pin.call("SET", "k", "v");
        pin.connection().close();
        awaitStats(pins, 0, 0);
        assertThat(Pin.open(pins).call("GET", "k")).isEqualTo("$-1\r\n");
    }

    /* --------------- Failures --------------- */

    @Test
    void saysWhyItCannotBeOpened() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.stopped());
        PinnedConnections pins = pins(redis.address(), 1);
        Pin pin = Pin.open(pins);
        pin.send("PING");
        assertThat(pin.next())
                .startsWith("end: ERR Redis at " + redis.address())
                .contains("refused");
        awaitStats(pins, 0, 0);
    }

    @Test
    void tellsTheEndOfTheConnection() throws Exception {
        RedisServerProcess redis = closed(RedisServerProcess.started());
        PinnedConnections pins = pins(redis.address(), 3);
        Pin waiting = Pin.open(pins);
        waiting.send("BLPOP", "list", "0");
        Pin idle = Pin.open(pins);
        idle.call("PING");
        idle.connection().giveBack();
        awaitStats(pins, 1, 1);
        redis.kill();
        assertThat(waiting.next()).startsWith("end: ERR Redis at").contains("unknown");
        awaitStats(pins, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+PONG\r\n+PONG\r\n",
                "what\r\n",
                "$4000000000\r\n",
                "*2147483647\r\n$5\r\n",
                ">1\r\n+x\r\n:1\r\n\n"
            })
    void endsAloneByWhatIsNoReply(String sent) throws Exception {
        ScriptedPeer peer = closed(new ScriptedPeer((number, client) -> {
            ScriptedPeer.send(client, number == 2 ? sent : ":1\r\n");
            if (number == 2) {
                client.shutdownOutput();
            }
        }));
        PinnedConnections pins = pins(peer.address(), 2);
        Pin other = Pin.open(pins);
        assertThat(other.call("EXISTS", "k")).isEqualTo(":1\r\n");
        Pin pin = Pin.open(pins);
        pin.send("EXISTS", "k");
        String last = pin.next();
        while (!last.startsWith("end: ")) {
            last = pin.next();
        }
        awaitStats(pins, 1, 0);
        assertThat(other.call("EXISTS", "k")).isEqualTo(":1\r\n");
    }

    @Test
    void endsByWhatComesWhileIdle() throws Exception {
        ScriptedPeer peer = closed(new ScriptedPeer((number, client) -> {
            ScriptedPeer.send(client, ":1\r\n");
            Thread.sleep(50);
            ScriptedPeer.send(client, number == 1 ? ":2\r\n" : "");
        }));
        PinnedConnections pins = pins(peer.address(), 1);
        Pin pin = Pin.open(pins);
        assertThat(pin.call("EXISTS", "k")).isEqualTo(":1\r\n");
        pin.connection().giveBack();
        Polling.atMost(LONG).until(() -> pins.pinned().idle() + pins.pinned().inUse() == 0);
        Pin next = Pin.open(pins);
        assertThat(next.call("EXISTS", "k")).isEqualTo(":1\r\n");
        assertThat(pins.pinned().opened()).isEqualTo(2);
    }

    /* --------------- Servers --------------- */

    @Test
    void isEncrypted() throws Exception {
        TlsRedis redis = closed(TlsRedis.started(folder));
        NodeAddress address = new NodeAddress("localhost", redis.address().port());
        TlsConfig tls = new TlsConfig(
                redis.authority().cert(), null, null, TlsConfig.Verify.FULL, null, TlsConfig.Names.DEFAULT);
        RedisStore store = store(new Topology.Standalone(address), new TlsContext(tls));
        Pin pin = Pin.open(store);
        for (int i = 0; i < 100; i++) {
            pin.send("ECHO", "e".repeat(1_000 * i));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(pin.next()).hasSize(("$" + 1_000 * i).length() + 4 + 1_000 * i);
        }
        pin.send("BLPOP", "list", "0");
        pin.connection().close();
        awaitStats(store, 0, 0);
    }

    @Test
    void leadsToTheMasterThatTheSentinelsTell() throws Exception {
        SentinelSetup setup = closed(SentinelSetup.started());
        List<NodeAddress> sentinels =
                setup.sentinels().stream().map(PinnedConnectionsTest::at).toList();
        RedisStore store = store(new Topology.Sentinel(sentinels, SentinelSetup.NAME, Credentials.NONE), null);
        Pin pin = Pin.open(store);
        assertThat(pin.call("SET", "k", "v")).isEqualTo(OK);
        setup.failover();
        setup.awaitPromotion();
        Polling.atMost(LONG).until(() -> {
            Pin next = Pin.open(store);
            String reply = next.call("SET", "k", "w");
            next.connection().close();
            return reply.equals(OK);
        });
    }

    @Test
    void leadsToTheMasterOfTheSlot() throws Exception {
        RedisCluster cluster = closed(RedisCluster.started(3, 0));
        NodeAddress seed = at(cluster.node(0));
        for (Topology topology : List.of(new Topology.Cluster(List.of(seed)), new Topology.Auto(seed))) {
            RedisStore store = store(topology, null);
            if (topology instanceof Topology.Auto) {
                Polling.atMost(LONG).until(() -> store.serverOf(new byte[] {'a'}) != null);
            }
            for (String key : List.of("a", "b", "c", "d", "e", "f")) {
                Pin pin = Pin.open(store, key, /* resp3= */ false, 0);
                assertThat(pin.call("SET", key, "v")).isEqualTo(OK);
                pin.connection().giveBack();
            }
            assertThat(Pin.open(store).call("PING")).isEqualTo("+PONG\r\n");
            assertThat(store.pinned().opened()).isBetween(3L, 6L);
        }
    }
}
