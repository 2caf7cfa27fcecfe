package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.cache.Coherence;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Bytes;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrackerTest {
    private final TrackingPeer peer = new TrackingPeer();
    private final TrackedStore store = new TrackedStore(peer);

    @AfterEach
    void close() {
        store.close();
    }

    /* --------------- Telling --------------- */

    @Test
    void asksForAllKeys() {
        store.start(TrackedStore.NEVER);
        store.await(State.TRACKING);
        assertThat(store.cache().coherence()).isEqualTo(Coherence.TRACKING);
        assertThat(peer.trackers()).hasSize(1);
        assertThat(peer.trackers().get(0).commands)
                .containsSubsequence("INFO server", "CLIENT TRACKING ON BCAST", "CLIENT TRACKINGINFO", "PING");
        assertThat(store.status().confirmations()).isOne();
        assertThat(store.status().losses()).isZero();
    }

    @Test
    void asksForPrefixes() {
        peer.script = (client, command) -> command.equals("CLIENT TRACKINGINFO")
                ? TrackingPeer.trackingInfo("on bcast", "b:", "a:")
                : TrackingPeer.USUAL;
        store.start(TrackedStore.NEVER, "a:", "b:");
        store.await(State.TRACKING);
        assertThat(peer.asked("CLIENT TRACKING ON BCAST PREFIX a: PREFIX b:")).isOne();
    }

    @Test
    void dropsWhatIsWritten() {
        peer.values.put("k", "old");
        store.startTracking(TrackedStore.NEVER);
        store.assertCached("k", "old");
        peer.write("k", "new");
        store.await(() -> store.status().messages() == 1);
        store.assertCached("k", "new");
        assertThat(store.cache().stats().invalidations()).isOne();
    }

    @Test
    void hearsWhatComesAmongReplies() {
        peer.values.put("k", "old");
        peer.script = (client, command) -> {
            if (command.equals("CLIENT TRACKINGINFO") || (command.equals("PING") && client.isTracking)) {
                client.send(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nx\r\n>2\r\n+news\r\n:1\r\n");
            }
            return TrackingPeer.USUAL;
        };
        store.startTracking(TrackedStore.SOON);
        store.assertCached("k", "old");
        store.await(
                () -> store.status().heartbeatMicros() >= 0 && store.status().messages() >= 4);
        store.assertCached("k", "old");
    }

    @Test
    void wordOfAWriteOvertakesAReply() {
        peer.values.put("k", "old");
        peer.script = (client, command) -> {
            if (command.equals("GET k") && peer.values.get("k").equals("old")) {
                long before = store.status().messages();
                peer.write("k", "new");
                store.await(() -> store.status().messages() > before);
                return TrackingPeer.bulk("old");
            }
            return TrackingPeer.USUAL;
        };
        store.startTracking(TrackedStore.NEVER);
        assertThat(store.load("k").value()).isEqualTo(Bytes.utf8("old"));
        assertThat(store.cached("k")).isNull();
        store.assertCached("k", "new");
    }

    /* --------------- Refusals --------------- */

    @ParameterizedTest
    @CsvSource({
        "HELLO, -ERR unknown command 'HELLO'",
        "HELLO, -NOPROTO unsupported protocol version",
        "CLIENT TRACKING ON, -ERR unknown subcommand 'TRACKING'",
        "CLIENT TRACKING ON, -NOPERM User default has no permissions to run the 'client|tracking' command",
        "CLIENT TRACKING ON, -ERR command 'client|tracking' is not allowed",
        "CLIENT TRACKINGINFO, -ERR unknown subcommand 'TRACKINGINFO'",
        "PING, -NOPERM User default has no permissions to run the 'ping' command"
    })
    void refusalsAreTakenAsSuch(String command, String answer) {
        assertRefused(command, answer + "\r\n");
    }

    @Test
    void whatRedisSaysOfItselfIsChecked() {
        assertRefused("CLIENT TRACKINGINFO", TrackingPeer.trackingInfo("off"));
    }

    @Test
    void trackingOfOtherKeysIsARefusal() {
        assertRefused("CLIENT TRACKINGINFO", TrackingPeer.trackingInfo("on bcast", "other:"));
    }

    @Test
    void trackingOfWhatWasReadIsARefusal() {
        assertRefused("CLIENT TRACKINGINFO", TrackingPeer.trackingInfo("on"));
    }

    /** Values live for their time, Redis is asked again and again, and what it grants in the end counts. */
    private void assertRefused(String refused, String answer) {
        peer.values.put("k", "v");
        CountDownLatch granted = new CountDownLatch(1);
        peer.script = (client, command) -> {
            boolean isRefused = command.startsWith(refused) && granted.getCount() > 0 && isTracker(client, command);
            return isRefused ? answer : TrackingPeer.USUAL;
        };
        Warnings warnings = new Warnings();
        store.start(TrackedStore.NEVER);
        store.await(State.REFUSED);
        assertThat(store.cache().coherence()).isEqualTo(Coherence.TTL);
        assertThat(store.status().detail()).isNotEmpty();
        store.assertCached("k", "v");
        long before = peer.asked(refused);
        store.await(() -> peer.asked(refused) > before + 1);
        assertThat(warnings.count()).isOne();
        warnings.close();
        store.assertCached("k", "v");
        granted.countDown();
        store.await(State.TRACKING);
        assertThat(store.cached("k")).isNull();
        assertThat(store.status().losses()).isZero();
    }

    /** Whether this is not one of the connections that values are read over. */
    private static boolean isTracker(TrackingPeer.Client client, String command) {
        return command.startsWith("HELLO 3") || client.hasAsked("CLIENT TRACKING ON");
    }

    @ParameterizedTest
    @CsvSource({
        "HELLO, -LOADING Redis is loading the dataset in memory",
        "HELLO, -ERR max number of clients reached",
        "CLIENT TRACKING ON, -LOADING Redis is loading the dataset in memory",
        "CLIENT TRACKING ON, -BUSY Redis is busy running a script",
        "PING, -MASTERDOWN Link with MASTER is down"
    })
    void whatPassesIsNoRefusal(String command, String answer) {
        peer.values.put("k", "v");
        CountDownLatch passed = new CountDownLatch(1);
        peer.script = (client, asked) -> asked.startsWith(command) && passed.getCount() > 0 && isTracker(client, asked)
                ? answer + "\r\n"
                : TrackingPeer.USUAL;
        store.start(TrackedStore.NEVER);
        store.await(() -> peer.asked(command) > 2 && !store.status().detail().isEmpty());
        assertThat(store.status().state()).isEqualTo(State.DISCONNECTED);
        assertThat(store.cache().coherence()).isEqualTo(Coherence.LOST);
        assertThat(store.status().detail()).contains(answer.substring(1));
        passed.countDown();
        store.await(State.TRACKING);
    }

    /* --------------- Closing --------------- */

    @Test
    void closesWhileConnected() {
        store.startTracking(TrackedStore.SOON);
        store.cache().close();
        store.awaitNoThreads();
        assertThat(store.cache().coherence()).isEqualTo(Coherence.TRACKING);
    }

    @Test
    void closesWhileConnecting() {
        CountDownLatch connecting = new CountDownLatch(1);
        peer.script = (client, command) -> {
            connecting.countDown();
            return peer.keepSilent();
        };
        store.start(TrackedStore.NEVER);
        store.await(() -> connecting.getCount() == 0);
        store.cache().close();
        store.awaitNoThreads();
    }

    @Test
    void closesBetweenTwoAttempts() {
        peer.close();
        store.start(TrackedStore.NEVER);
        store.await(() -> !store.status().detail().isEmpty());
        store.cache().close();
        store.awaitNoThreads();
    }

    @Test
    void closesWhileRefused() {
        peer.script = (client, command) ->
                command.startsWith("CLIENT TRACKING ON") ? "-ERR unknown subcommand\r\n" : TrackingPeer.USUAL;
        store.start(TrackedStore.NEVER);
        store.await(State.REFUSED);
        store.cache().close();
        store.awaitNoThreads();
    }

    /** What operators are told. */
    private static final class Warnings extends Handler {
        private final Logger logger = Logger.getLogger(EventLog.LOGGER);
        private final AtomicInteger count = new AtomicInteger();

        Warnings() {
            logger.addHandler(this);
        }

        int count() {
            return count.get();
        }

        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().equals(Level.WARNING)) {
                count.incrementAndGet();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }
}
