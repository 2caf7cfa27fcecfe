package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.Ticker;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;

/** Peers that tell slots as nodes of a Cluster do, or keep silent. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterWatchTest {
    private static final int SILENT = 3;
    private static final int LOOKS = 8;

    private final List<TrackingPeer> peers = new ArrayList<>();

    @AfterEach
    void close() {
        peers.forEach(TrackingPeer::close);
    }

    @Test
    void doesNotWaitForSilentNodesEachTime() {
        List<NodeAddress> seeds = new ArrayList<>();
        for (int i = 0; i < SILENT; i++) {
            seeds.add(addressOf(add((client, command) -> TrackingPeer.NOTHING)));
        }
        TrackingPeer node = add(ClusterWatchTest::answerInFailure);
        seeds.add(addressOf(node));
        Topology.Cluster topology = new Topology.Cluster(seeds);
        RedisConfig config =
                new RedisConfig(topology, Credentials.NONE, null, 0, 2, Duration.ofSeconds(5), ReadPolicy.PRIMARY);
        List<ClusterSlots> told = new ArrayList<>();
        try (ClusterWatch watch = new ClusterWatch(
                config, seeds, told::add, new ClusterHealth(Ticker.system(), new EventLog()), new EventLog())) {
            watch.start();
            await().atMost(Address.PATIENCE).until(() -> {
                watch.refresh();
                return node.asked("CLUSTER INFO") >= LOOKS;
            });
        }
        assertThat(told).hasSizeGreaterThanOrEqualTo(LOOKS - 1);
        int waits = peers.subList(0, SILENT).stream()
                .mapToInt(peer -> peer.clients.size())
                .sum();
        assertThat(waits).as("connections to silent nodes").isLessThan(LOOKS);
    }

    /** As nodes do while a master is lost and no other one has its slots yet. */
    private static String answerInFailure(TrackingPeer.Client client, String command) {
        return switch (command) {
            case "CLUSTER INFO" ->
                TrackingPeer.bulk("cluster_state:fail\r\ncluster_known_nodes:4\r\ncluster_current_epoch:4\r\n");
            case "CLUSTER SLOTS" -> "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n" + TrackingPeer.bulk("127.0.0.1") + ":7000\r\n";
            default -> TrackingPeer.USUAL;
        };
    }

    private TrackingPeer add(TrackingPeer.Script script) {
        TrackingPeer peer = new TrackingPeer();
        peer.script = script;
        peers.add(peer);
        return peer;
    }

    private static NodeAddress addressOf(TrackingPeer peer) {
        return new NodeAddress(peer.address().host(), peer.address().port());
    }
}
