package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.testkit.Bytes;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrackingStateTest {
    private final TrackingPeer peer = new TrackingPeer();
    private final TrackedStore store = new TrackedStore(peer);

    @AfterEach
    void close() {
        store.close();
    }

    /* --------------- Losses --------------- */

    @Test
    void lossDropsAllAndSoDoesReturn() {
        peer.values.put("k", "old");
        store.startTracking(TrackedStore.NEVER);
        store.assertCached("k", "old");
        CountDownLatch back = new CountDownLatch(1);
        peer.script = (client, command) -> command.startsWith("CLIENT TRACKING ON") && back.getCount() > 0
                ? "-LOADING not yet\r\n"
                : TrackingPeer.USUAL;
        peer.trackers().forEach(TrackingPeer.Client::hangUp);
        store.await(State.DISCONNECTED);
        assertThat(store.cached("k")).isNull();
        peer.values.put("k", "new");
        assertThat(store.load("k").value()).isEqualTo(Bytes.utf8("new"));
        assertThat(store.cached("k")).isNull();
        assertThat(store.status().losses()).isOne();
        back.countDown();
        store.await(State.TRACKING);
        assertThat(store.status().confirmations()).isEqualTo(2);
        store.assertCached("k", "new");
        assertThat(store.log.events().after(0)).last().satisfies(event -> {
            assertThat(event.text()).containsPattern("after .* s; answers not cached meanwhile: [1-9]");
            // None of them has failed.
            assertThat(event.requests()).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n",
                "-ERR go away\r\n",
                ">1\r\n$21\r\ntracking-redir-broken\r\n",
                ">2\r\n$10\r\ninvalidate\r\n:1\r\n",
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n$-5\r\n"
            })
    void whatIsNotUnderstoodIsALoss(String message) {
        peer.values.put("k", "old");
        store.startTracking(TrackedStore.NEVER);
        store.assertCached("k", "old");
        peer.values.put("k", "new");
        peer.push(message);
        store.await(() -> store.status().confirmations() == 2);
        assertThat(store.status().losses()).isOne();
        store.assertCached("k", "new");
    }

    /* --------------- Connections that values are read over --------------- */

    @Test
    void connectionsFromBeforeAreNotUsed() {
        peer.values.put("k", "v");
        store.startTracking(TrackedStore.NEVER);
        store.load("k").value();
        int before = peer.clients.size();
        peer.trackers().forEach(TrackingPeer.Client::hangUp);
        store.await(() -> store.status().confirmations() == 2);
        int tracker = store.trackerNumber();
        for (int i = 0; i < 20; i++) {
            store.load("other" + i).value();
        }
        assertThat(peer.clients.stream().filter(client -> client.hasAsked("GET other")))
                .isNotEmpty()
                .allMatch(client -> client.number > before && client.number > tracker);
    }

    @Test
    void otherServerIsALoss() {
        peer.values.put("k", "v");
        CountDownLatch same = new CountDownLatch(1);
        peer.script = (client, command) -> {
            if (command.equals("INFO server") && !isFirstInfo(client) && same.getCount() > 0) {
                return TrackingPeer.bulk("run_id:b2\r\n");
            }
            return TrackingPeer.USUAL;
        };
        store.startTracking(TrackedStore.NEVER);
        assertThat(store.load("k").value()).isEqualTo(Bytes.utf8("v"));
        store.await(() -> store.status().losses() > 0);
        assertThat(store.cached("k")).isNull();
        same.countDown();
        store.await(() -> store.status().state() == State.TRACKING && store.tryToCache("k"));
        assertThat(store.status().losses()).isPositive();
    }

    @Test
    void lossKeepsItsCause() {
        peer.values.put("k", "v");
        CountDownLatch back = new CountDownLatch(1);
        peer.script = (client, command) -> {
            if (command.equals("INFO server") && !isFirstInfo(client)) {
                return TrackingPeer.bulk("run_id:b2\r\n");
            }
            if (command.startsWith("HELLO") && peer.asked("CLIENT TRACKING ON") > 0 && peer.asked("GET") > 0) {
                back.await();
            }
            return TrackingPeer.USUAL;
        };
        store.startTracking(TrackedStore.NEVER);
        store.load("k").value();
        store.await(() -> store.status().losses() > 0 && peer.trackers().isEmpty());
        store.await(() -> peer.clients.get(peer.clients.size() - 1).hasAsked("HELLO"));
        assertThat(store.status().detail()).contains("different servers");
        back.countDown();
    }

    /** Whether a connection that is going to track asks; links ask as well, once one tracks. */
    private boolean isFirstInfo(TrackingPeer.Client client) {
        return client.commands.stream().anyMatch(command -> command.startsWith("HELLO 3"))
                && peer.trackers().isEmpty();
    }
}
