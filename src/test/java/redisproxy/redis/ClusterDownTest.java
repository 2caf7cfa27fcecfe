package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.WatchStats;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisCluster;

/** A real Cluster without replicas that ceases to serve when one node is lost, and serves again. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterDownTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final RedisCluster cluster = RedisCluster.started(3, 0);
    private final LogLines log = new LogLines();
    private final ReadThroughCache cache;

    ClusterDownTest() {
        Address seed = cluster.node(0).address();
        Topology.Cluster topology = new Topology.Cluster(List.of(new NodeAddress(seed.host(), seed.port())));
        RedisConfig config =
                new RedisConfig(topology, Credentials.NONE, null, 0, 2, Address.PATIENCE, ReadPolicy.PRIMARY);
        ClusterStore store = new ClusterStore(config, topology, null, Duration.ofMillis(50), new EventLog());
        cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
    }

    @AfterEach
    void close() {
        cache.close();
        log.close();
        cluster.close();
        StoreFixture.awaitNoThreads();
    }

    @Test
    void refusesAtOnceWhatItsNodesRefuse() {
        String key = keyOf(0);
        String onLost = keyOf(2);
        String lost = cluster.node(2).address().toString();
        await().atMost(LONG).until(() -> StoreFixture.load(cache, key).isSuccess());
        assertThat(watch()).isEqualTo(new WatchStats(3, 1, 0, ""));
        cluster.node(2).kill();
        assertThat(StoreFixture.load(cache, onLost).failure()).hasMessageContaining(lost + " is unreachable");
        await().atMost(LONG).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            Outcome outcome = StoreFixture.load(cache, key);
            assertThat(outcome.failure()).hasMessageContaining(" replied CLUSTERDOWN ");
            assertThat(outcome.millis()).as("not repeated").isLessThan(200);
        });
        assertThat(watch().detail()).contains("cluster_state:fail");
        assertThat(log.with("The Cluster does not serve")).hasSize(1);
        cluster.node(2).start();
        await().atMost(LONG).until(() -> StoreFixture.load(cache, key).isSuccess());
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(log.with("The Cluster serves again")).hasSize(1));
        assertThat(watch().detail()).isEmpty();
        await().atMost(LONG).until(() -> StoreFixture.load(cache, onLost).isSuccess());
        assertThat(log.with("Redis at " + lost + " is unreachable")).hasSize(1);
        assertThat(log.with("Redis at " + lost + " answers again")).hasSize(1);
    }

    /** Nodes that do not mind the loss of others go on with their own slots. */
    @Test
    void asksTheNodesThatServeTheirOwnSlots() {
        for (int node = 0; node < 3; node++) {
            cluster.call(node, "CONFIG", "SET", "cluster-require-full-coverage", "no");
        }
        String key = keyOf(0);
        String lost = keyOf(2);
        cluster.node(2).kill();
        await().atMost(LONG).until(() -> {
            Outcome outcome = StoreFixture.load(cache, lost);
            return !outcome.isSuccess() && outcome.millis() < 200;
        });
        long untilNanos = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        while (System.nanoTime() - untilNanos < 0) {
            assertThat(StoreFixture.load(cache, key).isSuccess()).isTrue();
            await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        }
    }

    private WatchStats watch() {
        return cache.storeStats().watch();
    }

    private String keyOf(int node) {
        for (int i = 0; ; i++) {
            String key = "k" + i;
            if (cluster.holderOf(key) == node) {
                return key;
            }
        }
    }
}
