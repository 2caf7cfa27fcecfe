package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redisproxy.cache.NodeStats.Circuit;
import redisproxy.cache.TrackingStatus.State;

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

    @Test
    void isPartlyTrackedWhileSomeAreLost() {
        assertThat(tracked(State.OFF, State.OFF).isPartlyTracked()).isFalse();
        assertThat(tracked(State.TRACKING, State.TRACKING).isPartlyTracked()).isFalse();
        assertThat(tracked(State.TRACKING, State.DISCONNECTED).isPartlyTracked())
                .isTrue();
        assertThat(tracked(State.REFUSED, State.DISCONNECTED).isPartlyTracked()).isTrue();
        assertThat(tracked(State.DISCONNECTED, State.DISCONNECTED).isPartlyTracked())
                .isFalse();
        assertThat(tracked(State.DISCONNECTED).isPartlyTracked()).isFalse();
        assertThat(StoreStats.NONE.isPartlyTracked()).isFalse();
    }

    /** What a replica reports that is not read from does not count. */
    @Test
    void replicasThatAreNotReadFromDoNotCount() {
        TrackingStatus tracking = new TrackingStatus(State.TRACKING, "", 1, 0, 0, -1);
        TrackingStatus lost = new TrackingStatus(State.DISCONNECTED, "gone", 1, 1, 0, -1);
        NodeStats master = node(NodeStats.Role.MASTER, false, Circuit.CLOSED, tracking);
        NodeStats unread = node(NodeStats.Role.REPLICA, false, Circuit.OPEN, lost);
        StoreStats without = StoreStats.of(StoreStats.Topology.CLUSTER, false, List.of(master, unread), null);
        assertThat(without.isPartlyTracked()).isFalse();
        assertThat(without.tracking().state()).isEqualTo(State.TRACKING);
        assertThat(without.circuit()).isEqualTo("closed");
        NodeStats read = node(NodeStats.Role.REPLICA, true, Circuit.CLOSED, lost);
        assertThat(StoreStats.of(StoreStats.Topology.CLUSTER, false, List.of(master, read), null)
                        .isPartlyTracked())
                .isTrue();
    }

    private static StoreStats tracked(State... states) {
        return StoreStats.of(
                StoreStats.Topology.CLUSTER,
                false,
                Stream.of(states)
                        .map(state -> node(Circuit.CLOSED, new TrackingStatus(state, "", 0, 0, 0, -1)))
                        .toList(),
                null);
    }

    private static StoreStats stats(Circuit... circuits) {
        return StoreStats.of(
                StoreStats.Topology.STANDALONE,
                false,
                Stream.of(circuits)
                        .map(circuit -> node(circuit, TrackingStatus.OFF))
                        .toList(),
                null);
    }

    private static NodeStats node(Circuit circuit, TrackingStatus tracking) {
        return node(NodeStats.Role.ALONE, true, circuit, tracking);
    }

    private static NodeStats node(NodeStats.Role role, boolean isRead, Circuit circuit, TrackingStatus tracking) {
        return new NodeStats(
                "redis:6379",
                role,
                0,
                isRead,
                tracking,
                circuit,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                new NodeStats.Errors(0, 0, 0, 0));
    }
}
