package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
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

/**
 * What was read from a real replica that does not get writes any more, however that shows: it must not be served, for the replica
 * reports no writes that it does not get.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LostReplicaTest {
    private static final int KEYS = 50;
    private static final TrackingConfig TRACKING = new TrackingConfig(List.of(), Duration.ofMillis(500), Duration.ZERO);

    /** Less than a Sentinel takes to make a replica again of what has become a master. */
    private static final Duration SOON = Duration.ofSeconds(6);

    private static final String[][] CUT_FROM_MASTER = {
        {"CONFIG", "SET", "masterauth", "wrong"},
        {"CONFIG", "SET", "masteruser", "nobody"},
        {"CLIENT", "KILL", "TYPE", "master"}
    };

    private SentinelSetup setup;
    private ReadThroughCache cache;
    private RedisServerProcess replica;

    @BeforeEach
    void readFromReplicas() {
        setup = SentinelSetup.started();
        replica = setup.servers().get(1);
        // It would report what the other one does not get.
        setup.servers().get(2).kill();
        List<NodeAddress> sentinels = setup.sentinels().stream()
                .map(each ->
                        new NodeAddress(each.address().host(), each.address().port()))
                .toList();
        RedisConfig config = new RedisConfig(
                new Topology.Sentinel(sentinels, SentinelSetup.NAME, Credentials.NONE),
                Credentials.NONE,
                null,
                0,
                4,
                Address.PATIENCE,
                new ReadPolicy(ReadFrom.PREFER_REPLICA, null, /* readsDisconnected= */ false));
        CacheConfig held =
                new CacheConfig(1_000, Duration.ofHours(1), 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, TRACKING);
        RedisStore store = RedisStores.open(config, TRACKING, new EventLog());
        cache = new ReadThroughCache(held, store, Ticker.system());
        store.start(cache);
        await(() -> cache.storeStats().nodes().stream()
                        .filter(node -> node.role() == NodeStats.Role.REPLICA && node.isRead())
                        .count()
                == 1);
        await(() -> cache.storeStats().tracking().state() == State.TRACKING);
        try (RedisControl master = setup.firstMaster().control()) {
            write(master, "old");
            master.call("WAIT", "1", "5000");
        }
        for (int i = 0; i < KEYS; i++) {
            int number = i;
            // A report of the write may come after the first read.
            await(() -> StoreFixture.load(cache, "k" + number).now("old" + number) && isServed("old", number));
        }
    }

    @AfterEach
    void close() {
        cache.close();
        StoreFixture.awaitNoThreads();
        setup.close();
    }

    private static void write(RedisControl master, String value) {
        for (int i = 0; i < KEYS; i++) {
            master.call("SET", "k" + i, value + i);
        }
    }

    /** Returns whether the cache answers that key itself, by that value. */
    private boolean isServed(String value, int key) {
        byte[] bytes = Bytes.utf8("k" + key).toArray();
        return cache.getIfPresent(bytes, 0, bytes.length) != null
                && StoreFixture.load(cache, "k" + key).now(value + key);
    }

    /** Has the replica do all that at one moment, and break off the connections that values are read over, if told to. */
    private void atOnce(boolean breaksLinks, String[]... commands) {
        try (RedisControl control = replica.control()) {
            List<String> links = breaksLinks ? connections(control, /* reporting= */ false) : List.of();
            control.call("MULTI");
            for (String[] command : commands) {
                control.call(command);
            }
            kill(links, control);
            control.call("EXEC");
        }
    }

    /** Returns the ids of the proxy's connections: of that on which writes are reported, or of the others. */
    private static List<String> connections(RedisControl control, boolean reporting) {
        String all = ((Reply.Bulk) control.call("CLIENT", "LIST")).bytes().asUtf8();
        Matcher each = Pattern.compile("id=(\\d+) .* name=redis-proxy .* flags=([^ ]+) ")
                .matcher(all);
        List<String> ids = new ArrayList<>();
        while (each.find()) {
            if (each.group(2).contains("t") == reporting) {
                ids.add(each.group(1));
            }
        }
        assertThat(ids).isNotEmpty();
        return ids;
    }

    private static void kill(List<String> connections, RedisControl control) {
        connections.forEach(each -> control.call("CLIENT", "KILL", "ID", each));
    }

    /** Writes to the master, which does not report it, as while no connection to it is possible. */
    private void assertUnreportedWritesAreSeen() {
        try (RedisControl master = setup.firstMaster().control()) {
            List<String> reporting = connections(master, /* reporting= */ true);
            master.call("MULTI");
            kill(reporting, master);
            write(master, "new");
            master.call("EXEC");
        }
        Awaitility.await()
                .atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    for (int i = 0; i < KEYS; i++) {
                        assertThat(StoreFixture.load(cache, "k" + i).value()).isEqualTo(Bytes.utf8("new" + i));
                    }
                });
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Address.PATIENCE.multipliedBy(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    @Test
    void replicaIsKilled() {
        replica.kill();
        assertUnreportedWritesAreSeen();
    }

    @Test
    void connectionsBreakAsTheLinkToTheMasterDoes() {
        atOnce(/* breaksLinks= */ true, CUT_FROM_MASTER);
        assertUnreportedWritesAreSeen();
    }

    @Test
    void connectionsBreakAsTheReplicaBecomesAMaster() {
        atOnce(/* breaksLinks= */ true, new String[] {"REPLICAOF", "NO", "ONE"});
        assertUnreportedWritesAreSeen();
    }

    @Test
    void replicaDoesNotTellItsLinkAnyMore() {
        List<String[]> commands = new ArrayList<>(List.of(CUT_FROM_MASTER));
        commands.add(new String[] {"ACL", "SETUSER", "default", "-info"});
        atOnce(/* breaksLinks= */ false, commands.toArray(String[][]::new));
        assertUnreportedWritesAreSeen();
    }
}
