package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.TrackingStatus.State;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HeartbeatTest {
    private final TrackingPeer peer = new TrackingPeer();
    private final TrackedStore store = new TrackedStore(peer);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void silenceIsNoticed() {
        peer.values.put("k", "old");
        CountDownLatch silent = new CountDownLatch(1);
        peer.script = (client, command) ->
                command.equals("PING") && client.number == store.trackerNumber() && silent.getCount() == 0
                        ? TrackingPeer.NOTHING
                        : TrackingPeer.USUAL;
        store.startTracking(TrackedStore.SOON);
        store.assertCached("k", "old");
        int first = store.trackerNumber();
        peer.values.put("k", "new");
        silent.countDown();
        store.await(() -> store.status().losses() > 0);
        peer.script = (client, command) -> TrackingPeer.USUAL;
        store.await(() -> store.status().state() == State.TRACKING && store.trackerNumber() > first);
        store.assertCached("k", "new");
    }

    @Test
    void heartbeatsGoOn() {
        peer.values.put("k", "v");
        store.startTracking(TrackedStore.SOON);
        store.await(() -> peer.clients.stream().anyMatch(HeartbeatTest::hasBeenPinged));
        assertThat(store.status().heartbeatMicros()).isNotNegative();
        store.assertCached("k", "v");
    }

    private static boolean hasBeenPinged(TrackingPeer.Client client) {
        return client.commands.stream().filter("PING"::equals).count() > 5;
    }
}
