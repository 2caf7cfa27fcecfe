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
        return new NodeStats(
                "redis:6379",
                NodeStats.Role.ALONE,
                0,
                true,
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
