package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.LONG;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;

/** Which servers of a shard are read from, by what they tell: zones, which not every Redis has, among it. */
final class ReplicaWatchTest {
    private static final String MASTER = "role:master\r\nmaster_replid:one\r\n";
    private static final String LINKED = replica("up", 7, "one");
    private static final String CUT = replica("down", 7, "one");
    private static final String OF_ANOTHER = replica("up", 7, "two");
    private static final String EMPTY = replica("down", 0, "three");

    private final ScriptedPeer m = peer();
    private final ScriptedPeer a = peer();
    private final ScriptedPeer b = peer();
    private final Shard shard = new Shard(address(m), List.of(address(a), address(b)));
    private final Map<NodeAddress, RedisNode> nodes = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<NodeAddress> left = new ConcurrentLinkedQueue<>();
    private ReadThroughCache cache;
    private @Nullable ReplicaWatch watch;

    @BeforeEach
    void start() {
        tell(m, MASTER, "x");
        tell(a, LINKED, "x");
        tell(b, LINKED, "y");
        StandaloneStore none = new StandaloneStore(
                StoreFixture.config(m.address(), 1, LONG), null, Duration.ofSeconds(1), new EventLog());
        cache = new ReadThroughCache(CacheConfig.defaults(), none, Ticker.system());
        for (ScriptedPeer each : List.of(m, a, b)) {
            RedisNode node = new RedisNode(
                    StoreFixture.config(each.address(), 1, LONG),
                    null,
                    Duration.ofSeconds(1),
                    Rerouting.NONE,
                    new EventLog());
            node.start(cache.addOrigin("10.0.0.1:6379"));
            nodes.put(address(each), node);
        }
    }

    @AfterEach
    void close() {
        if (watch != null) {
            watch.close();
        }
        nodes.values().forEach(RedisNode::close);
        cache.close();
        m.close();
        a.close();
        b.close();
        StoreFixture.awaitNoThreads();
    }

    private static String replica(String link, int offset, String history) {
        return "role:slave\r\nmaster_link_status:%s\r\nslave_repl_offset:%d\r\nmaster_replid:%s\r\n"
                .formatted(link, offset, history);
    }

    private static ScriptedPeer peer() {
        return new ScriptedPeer((number, client) -> ScriptedPeer.send(client, "$-1\r\n"));
    }

    private static NodeAddress address(ScriptedPeer peer) {
        Address at = peer.address();
        return new NodeAddress(at.host(), at.port());
    }

    private static void tell(ScriptedPeer peer, String replication, String zone) {
        tell(peer, replication, zone, 0);
    }

    private static void tell(ScriptedPeer peer, String replication, String zone, int delayMillis) {
        String server = "redis_version:8.0.0\r\navailability_zone:" + zone + "\r\n";
        peer.tell(section -> {
            String text = section.equals("server") ? server : replication;
            if (delayMillis > 0) {
                TimeUnit.MILLISECONDS.sleep(delayMillis);
            }
            return "$%d\r\n%s\r\n".formatted(text.length(), text);
        });
    }

    private void watch(ReadFrom from, @Nullable String zone, boolean readsDisconnected) {
        ReplicaWatch started = new ReplicaWatch(
                new ReadPolicy(from, zone, readsDisconnected),
                new LoadTimeout(LONG),
                () -> nodes,
                new ReplicaWatch.Follower() {
                    @Override
                    public List<Shard> shards() {
                        return List.of(shard);
                    }

                    @Override
                    public void readersChanged(Set<NodeAddress> told) {
                        left.addAll(told);
                    }
                },
                new EventLog());
        watch = started;
        started.start();
    }

    private void awaitReaders(ScriptedPeer... expected) {
        List<NodeAddress> addresses =
                List.of(expected).stream().map(ReplicaWatchTest::address).toList();
        await().atMost(Address.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(watch.readers(shard)).isEqualTo(addresses));
    }

    @Test
    void masterIsReadFromUntilAReplicaHasAnswered() {
        CountDownLatch asked = new CountDownLatch(1);
        for (ScriptedPeer each : List.of(a, b)) {
            each.tell(section -> {
                asked.await();
                return "$%d\r\n%s\r\n".formatted(LINKED.length(), LINKED);
            });
        }
        watch(ReadFrom.PREFER_REPLICA, null, /* readsDisconnected= */ false);
        assertThat(watch.readers(shard)).containsExactly(address(m));
        asked.countDown();
        awaitReaders(a, b);
    }

    @Test
    void nothingIsReadFromUntilAReplicaHasAnsweredIfTheMasterMustNot() {
        watch(ReadFrom.REPLICA, null, /* readsDisconnected= */ false);
        awaitReaders(a, b);
        tell(a, CUT, "x");
        awaitReaders(b);
        tell(b, MASTER, "y");
        awaitReaders();
        await().atMost(Address.PATIENCE).until(() -> left.size() == 2);
        assertThat(left).containsExactlyInAnyOrder(address(a), address(b));
        tell(a, LINKED, "x");
        awaitReaders(a);
    }

    @Test
    void replicaOfAnotherMasterIsNotReadFrom() {
        tell(b, OF_ANOTHER, "y");
        watch(ReadFrom.PREFER_REPLICA, null, /* readsDisconnected= */ false);
        awaitReaders(a);
        tell(b, LINKED, "y");
        awaitReaders(a, b);
        tell(a, OF_ANOTHER, "x");
        awaitReaders(b);
        await().atMost(Address.PATIENCE).until(() -> left.contains(address(a)));
    }

    @Test
    void disconnectedReplicaIsReadFromIfThatIsSet() {
        tell(a, CUT, "x");
        watch(ReadFrom.REPLICA, null, /* readsDisconnected= */ true);
        awaitReaders(a, b);
        tell(b, replica("down", 7, "two"), "y");
        awaitReaders(a);
    }

    /** It has been started without what it had, and its master is down. */
    @Test
    void replicaThatHasCopiedNothingIsNeverReadFrom() {
        tell(a, EMPTY, "x");
        tell(b, CUT, "y");
        watch(ReadFrom.REPLICA, null, /* readsDisconnected= */ true);
        awaitReaders(b);
    }

    @Test
    void historyOfAMasterThatIsDownStillCounts() {
        tell(a, OF_ANOTHER, "x");
        watch(ReadFrom.PREFER_REPLICA, null, /* readsDisconnected= */ false);
        awaitReaders(b);
        m.close();
        nodes.get(address(m)).take(List.of(new ProbeRequest(error -> {}, LONG.toNanos())));
        assertThat(watch.suspect(address(m), "gone", /* asksAtOnce= */ true)).isTrue();
        await().during(Duration.ofMillis(1_500))
                .atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(watch.readers(shard)).containsExactly(address(b)));
    }

    @Test
    void replicasOfAMasterThatTellsNothingAreNotReadFrom() {
        m.tell(section -> "-NOPERM this user has no permissions to run the 'info' command\r\n");
        watch(ReadFrom.REPLICA, null, /* readsDisconnected= */ false);
        await().during(Duration.ofMillis(500))
                .atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(watch.readers(shard)).isEmpty());
        tell(m, MASTER, "x");
        awaitReaders(a, b);
    }

    @Test
    void suspectIsNotReadFromUntilItIsAskedInItsTurn() {
        watch(ReadFrom.REPLICA, null, /* readsDisconnected= */ false);
        awaitReaders(a, b);
        assertThat(watch.suspect(address(a), "it replies LOADING", /* asksAtOnce= */ false))
                .isTrue();
        assertThat(watch.readers(shard)).containsExactly(address(b));
        assertThat(watch.suspect(address(a), "it replies LOADING", /* asksAtOnce= */ false))
                .as("news")
                .isFalse();
        awaitReaders(a, b);
    }

    @Test
    void replyWithoutARoleFailsNoLink() {
        watch(ReadFrom.PREFER_REPLICA, null, /* readsDisconnected= */ false);
        awaitReaders(a, b);
        int before = a.connections();
        a.tell(section -> "$2\r\nhi\r\n");
        awaitReaders(b);
        assertThat(a.connections()).isEqualTo(before);
    }

    @Test
    void serversOfTheZoneAreReadFromAsLongAsThereAre() {
        watch(ReadFrom.PREFER_REPLICA, "y", /* readsDisconnected= */ false);
        awaitReaders(b);
        tell(b, CUT, "y");
        awaitReaders(a);
        tell(b, LINKED, "y");
        awaitReaders(b);
    }

    @Test
    void nearestOfTheZoneIsReadFrom() {
        tell(a, LINKED, "x", 20);
        watch(ReadFrom.NEAREST, "x", /* readsDisconnected= */ false);
        awaitReaders(m);
        tell(m, MASTER, "x", 100);
        awaitReaders(a);
    }

    @Test
    void nearestServerChangesWhenAnotherOneIsNearerByFar() {
        tell(m, MASTER, "x", 20);
        tell(a, LINKED, "x", 20);
        watch(ReadFrom.NEAREST, null, /* readsDisconnected= */ false);
        awaitReaders(b);
        tell(b, LINKED, "y", 100);
        tell(a, LINKED, "x");
        awaitReaders(a);
    }

    @Test
    void serverThatRefusesInfoIsNotReadFrom() {
        a.tell(section -> "-NOPERM this user has no permissions to run the 'info' command\r\n");
        watch(ReadFrom.PREFER_REPLICA, null, /* readsDisconnected= */ false);
        awaitReaders(b);
    }

    @Test
    void serverThatOwesAnAnswerIsLeft() {
        watch(ReadFrom.PREFER_REPLICA, null, /* readsDisconnected= */ false);
        awaitReaders(a, b);
        AtomicInteger waiting = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        a.tell(section -> {
            waiting.incrementAndGet();
            end.await();
            return "$%d\r\n%s\r\n".formatted(LINKED.length(), LINKED);
        });
        awaitReaders(b);
        assertThat(waiting).hasValue(1);
        await().atMost(Address.PATIENCE).until(() -> left.contains(address(a)));
        end.countDown();
        awaitReaders(a, b);
    }
}
