package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redisproxy.cache.NodeStats.Circuit;

final class StoreStatsTest {
    @Test
    void circuitIsThatOfTheWorstNode() {
        assertThat(StoreStats.NONE.circuit()).isEqualTo("closed");
        assertThat(stats(Circuit.CLOSED).circuit()).isEqualTo("closed");
        assertThat(stats(Circuit.CLOSED, Circuit.HALF_OPEN).circuit()).isEqualTo("half_open");
        assertThat(stats(Circuit.OPEN, Circuit.CLOSED, Circuit.HALF_OPEN).circuit())
                .isEqualTo("open");
    }

    @Test
    void circuitIsOpenWhileNoServerIsKnown() {
        WatchStats watch = new WatchStats(3, 0, 0, "none answers");
        assertThat(new StoreStats(StoreStats.Topology.SENTINEL, false, List.of(), TrackingStatus.OFF, watch).circuit())
                .isEqualTo("open");
    }

    private static StoreStats stats(Circuit... circuits) {
        List<NodeStats> nodes = Stream.of(circuits)
                .map(circuit -> new NodeStats(
                        "redis:6379",
                        NodeStats.Role.ALONE,
                        0,
                        true,
                        TrackingStatus.OFF,
                        circuit,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        new NodeStats.Errors(0, 0, 0, 0)))
                .toList();
        return new StoreStats(StoreStats.Topology.STANDALONE, false, nodes, TrackingStatus.OFF, null);
    }
}
