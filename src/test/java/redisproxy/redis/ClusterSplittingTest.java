package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisCluster;

/** Commands that concern several nodes of a real Cluster. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterSplittingTest {
    private static final int KEYS = 200;

    private final RedisCluster cluster = RedisCluster.started(3, 0);
    private ReadThroughCache cache;
    private ClusterStore store;
    private Passed.Client client;
    private Passed.Client recent;

    @BeforeEach
    void open() {
        Address seed = cluster.node(0).address();
        Topology.Cluster topology = new Topology.Cluster(List.of(new NodeAddress(seed.host(), seed.port())));
        RedisConfig config =
                new RedisConfig(topology, Credentials.NONE, null, 0, 2, Address.PATIENCE, ReadPolicy.PRIMARY);
        store = new ClusterStore(config, topology, null, StoreFixture.LONG, new EventLog());
        cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
        await().atMost(Address.PATIENCE).until(() -> store.commands().isKnown());
        client = new Passed.Client(store, 1, /* isResp3= */ false);
        recent = new Passed.Client(store, 1, /* isResp3= */ true);
    }

    @AfterEach
    void close() {
        cache.close();
        cluster.close();
        StoreFixture.awaitNoThreads();
    }

    private static String[] words(String name, int from, int to, boolean hasValues) {
        List<String> words = new ArrayList<>(List.of(name));
        for (int i = from; i < to; i++) {
            words.add("k" + i);
            if (hasValues) {
                words.add("v" + i);
            }
        }
        return words.toArray(String[]::new);
    }

    @Test
    void keysOfAllNodesAreReadAndWrittenByOneCommand() {
        assertThat(client.write(words("MSET", 0, KEYS, true)).get()).isEqualTo("+OK\r\n");
        StringBuilder expected = new StringBuilder("*" + (KEYS + 2) + "\r\n$-1\r\n");
        for (int i = 0; i < KEYS; i++) {
            String value = "v" + i;
            expected.append("$")
                    .append(value.length())
                    .append("\r\n")
                    .append(value)
                    .append("\r\n");
        }
        String[] read = words("MGET", -1, KEYS + 1, false);
        assertThat(client.write(read).get()).isEqualTo(expected + "$-1\r\n");
        assertThat(recent.write(read).get()).endsWith("_\r\n").startsWith("*" + (KEYS + 2) + "\r\n_\r\n");
        assertThat(client.write("EXISTS", "k1", "k1", "k2", "none").get()).isEqualTo(":3\r\n");
        assertThat(client.write(words("TOUCH", 0, 10, false)).get()).isEqualTo(":10\r\n");
        assertThat(client.write(words("UNLINK", 0, 10, false)).get()).isEqualTo(":10\r\n");
        assertThat(client.write(words("DEL", 0, 20, false)).get()).isEqualTo(":10\r\n");
        assertThat(client.write("MSET", "a", "1", "{a}").get()).startsWith("-ERR wrong number of arguments");
        assertThat(client.write("MGET").get()).startsWith("-ERR wrong number of arguments");
    }

    @Test
    void otherCommandsMustHaveTheKeysOfOneSlot() {
        assertThat(client.write("SUNION", "a", "b").get())
                .isEqualTo("-CROSSSLOT Keys in request don't hash to the same slot\r\n");
        assertThat(client.write("SUNION", "{a}1", "{a}2").get()).isEqualTo("*0\r\n");
    }

    @Test
    void someCommandsConcernAllMasters() {
        client.write(words("MSET", 0, KEYS, true)).get();
        assertThat(client.read(null, "DBSIZE").get()).isEqualTo(":" + KEYS + "\r\n");
        assertThat(client.read(null, "KEYS", "k1*").get()).startsWith("*111\r\n");
        assertThat(client.read(null, "RANDOMKEY").get()).containsPattern("\\$\\d\r\nk\\d+\r\n");
        assertThat(client.read(null, "PING").get()).isEqualTo("+PONG\r\n");
        assertThat(client.read(null, "PING", "hello").get()).isEqualTo("$5\r\nhello\r\n");
        assertThat(client.read(null, "WAIT", "0", "10").get()).isEqualTo(":0\r\n");
        String loaded = client.read(null, "SCRIPT", "LOAD", "return 1").get();
        String hash = loaded.split("\r\n", -1)[1];
        for (int i = 0; i < 20; i++) {
            assertThat(client.read("k" + i, "EVALSHA", hash, "1", "k" + i).get())
                    .isEqualTo(":1\r\n");
        }
        assertThat(client.read(null, "SCRIPT", "EXISTS", hash, "0").get()).isEqualTo("*2\r\n:1\r\n:0\r\n");
        assertThat(client.read(null, "SCRIPT", "FLUSH").get()).isEqualTo("+OK\r\n");
        assertThat(client.read(null, "SCRIPT", "EXISTS", hash).get()).isEqualTo("*1\r\n:0\r\n");
        assertThat(client.read(null, "FLUSHALL").get()).isEqualTo("+OK\r\n");
        assertThat(client.read(null, "DBSIZE").get()).isEqualTo(":0\r\n");
        assertThat(client.read(null, "RANDOMKEY").get()).isEqualTo("$-1\r\n");
        assertThat(client.read(null, "FLUSHDB", "NONSENSE").get()).startsWith("-ERR syntax error");
    }

    @Test
    void cursorsWalkAllNodes() {
        client.write(words("MSET", 0, KEYS, true)).get();
        for (Passed.Client each : List.of(client, recent)) {
            TreeSet<String> found = new TreeSet<>();
            String cursor = "0";
            int pages = 0;
            do {
                String page = each.read(null, "SCAN", cursor, "COUNT", "7").get();
                Matcher head = Pattern.compile("\\*2\r\n\\$\\d+\r\n(\\d+)\r\n\\*(\\d+)\r\n", Pattern.DOTALL)
                        .matcher(page);
                assertThat(head.lookingAt()).as(page).isTrue();
                cursor = head.group(1);
                String[] lines = page.substring(head.end()).split("\r\n", -1);
                Arrays.stream(lines).filter(line -> line.startsWith("k")).forEach(found::add);
                pages++;
            } while (!cursor.equals("0"));
            assertThat(found).hasSize(KEYS);
            assertThat(pages).isGreaterThan(10);
        }
        assertThat(client.read(null, "SCAN", "x").get()).isEqualTo("-ERR invalid cursor\r\n");
        assertThat(client.read(null, "SCAN").get()).startsWith("-ERR wrong number of arguments");
    }

    @Test
    void slotsAreCountedWhereTheyAre() {
        client.write(words("MSET", 0, KEYS, true)).get();
        for (int i = 0; i < 20; i++) {
            String slot = "" + RedisCluster.slot("k" + i);
            assertThat(client.read(null, "CLUSTER", "COUNTKEYSINSLOT", slot).get())
                    .isEqualTo(":1\r\n");
            assertThat(client.read(null, "CLUSTER", "GETKEYSINSLOT", slot, "5").get())
                    .endsWith("k" + i + "\r\n");
        }
    }

    @Test
    void theErrorOfOnePartIsThatOfAll() {
        cluster.requireFullCoverage(false);
        client.write(words("MSET", 0, KEYS, true)).get();
        cluster.node(1).kill();
        String error = client.write(words("DEL", 0, KEYS, false)).get();
        assertThat(error).startsWith("ERR ").endsWith("; it may have been executed on other nodes of the Cluster");
    }
}
