package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrackerTest {
    /** Longer than any test. */
    private static final Duration NEVER = Duration.ofHours(1);

    private static final Duration SOON = Duration.ofMillis(200);

    private final TrackingPeer peer = new TrackingPeer();
    private final Deque<AutoCloseable> open = new ArrayDeque<>(List.of(peer));
    private ReadThroughCache cache;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        awaitNoThreads();
    }

    /* --------------- Telling --------------- */

    @Test
    void asksForAllKeys() {
        start(NEVER);
        await(State.TRACKING);
        assertThat(cache.coherence()).isEqualTo(Coherence.TRACKING);
        assertThat(peer.trackers()).hasSize(1);
        assertThat(peer.trackers().get(0).commands)
                .containsSubsequence("INFO server", "CLIENT TRACKING ON BCAST", "CLIENT TRACKINGINFO", "PING");
        assertThat(status().confirmations()).isOne();
        assertThat(status().losses()).isZero();
    }

    @Test
    void asksForPrefixes() {
        peer.script = (client, command) -> command.equals("CLIENT TRACKINGINFO")
                ? TrackingPeer.trackingInfo("on bcast", "b:", "a:")
                : TrackingPeer.USUAL;
        start(NEVER, "a:", "b:");
        await(State.TRACKING);
        assertThat(peer.asked("CLIENT TRACKING ON BCAST PREFIX a: PREFIX b:")).isOne();
    }

    @Test
    void dropsWhatIsWritten() {
        peer.values.put("k", "old");
        startTracking(NEVER);
        assertCached("k", "old");
        peer.write("k", "new");
        await(() -> status().messages() == 1);
        assertCached("k", "new");
        assertThat(cache.stats().invalidations()).isOne();
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
        startTracking(SOON);
        assertCached("k", "old");
        await(() -> status().heartbeatMicros() >= 0 && status().messages() >= 4);
        assertCached("k", "old");
    }

    @Test
    void wordOfAWriteOvertakesAReply() {
        peer.values.put("k", "old");
        peer.script = (client, command) -> {
            if (command.equals("GET k") && peer.values.get("k").equals("old")) {
                long before = status().messages();
                peer.write("k", "new");
                await(() -> status().messages() > before);
                return TrackingPeer.bulk("old");
            }
            return TrackingPeer.USUAL;
        };
        startTracking(NEVER);
        assertThat(load("k").value()).isEqualTo(Bytes.utf8("old"));
        assertThat(cached("k")).isNull();
        assertCached("k", "new");
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
        start(NEVER);
        await(State.REFUSED);
        assertThat(cache.coherence()).isEqualTo(Coherence.TTL);
        assertThat(status().detail()).isNotEmpty();
        assertCached("k", "v");
        long before = peer.asked(refused);
        await(() -> peer.asked(refused) > before + 1);
        assertThat(warnings.count()).isOne();
        warnings.close();
        assertCached("k", "v");
        granted.countDown();
        await(State.TRACKING);
        assertThat(cached("k")).isNull();
        assertThat(status().losses()).isZero();
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
        start(NEVER);
        await(() -> peer.asked(command) > 2 && !status().detail().isEmpty());
        assertThat(status().state()).isEqualTo(State.DISCONNECTED);
        assertThat(cache.coherence()).isEqualTo(Coherence.LOST);
        assertThat(status().detail()).contains(answer.substring(1));
        passed.countDown();
        await(State.TRACKING);
    }

    /* --------------- Losses --------------- */

    @Test
    void lossDropsAllAndSoDoesReturn() {
        peer.values.put("k", "old");
        startTracking(NEVER);
        assertCached("k", "old");
        CountDownLatch back = new CountDownLatch(1);
        peer.script = (client, command) -> command.startsWith("CLIENT TRACKING ON") && back.getCount() > 0
                ? "-LOADING not yet\r\n"
                : TrackingPeer.USUAL;
        peer.trackers().forEach(TrackingPeer.Client::hangUp);
        await(State.DISCONNECTED);
        assertThat(cached("k")).isNull();
        peer.values.put("k", "new");
        assertThat(load("k").value()).isEqualTo(Bytes.utf8("new"));
        assertThat(cached("k")).isNull();
        assertThat(status().losses()).isOne();
        back.countDown();
        await(State.TRACKING);
        assertThat(status().confirmations()).isEqualTo(2);
        assertCached("k", "new");
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
        startTracking(NEVER);
        assertCached("k", "old");
        peer.values.put("k", "new");
        peer.push(message);
        await(() -> status().confirmations() == 2);
        assertThat(status().losses()).isOne();
        assertCached("k", "new");
    }

    @Test
    void silenceIsNoticed() {
        peer.values.put("k", "old");
        CountDownLatch silent = new CountDownLatch(1);
        peer.script = (client, command) ->
                command.equals("PING") && client.number == trackerNumber() && silent.getCount() == 0
                        ? TrackingPeer.NOTHING
                        : TrackingPeer.USUAL;
        startTracking(SOON);
        assertCached("k", "old");
        int first = trackerNumber();
        peer.values.put("k", "new");
        silent.countDown();
        await(() -> status().losses() > 0);
        peer.script = (client, command) -> TrackingPeer.USUAL;
        await(() -> status().state() == State.TRACKING && trackerNumber() > first);
        assertCached("k", "new");
    }

    @Test
    void heartbeatsGoOn() {
        peer.values.put("k", "v");
        startTracking(SOON);
        await(() -> peer.clients.stream().anyMatch(TrackerTest::hasBeenPinged));
        assertThat(status().heartbeatMicros()).isNotNegative();
        assertCached("k", "v");
    }

    private static boolean hasBeenPinged(TrackingPeer.Client client) {
        return client.commands.stream().filter("PING"::equals).count() > 5;
    }

    private int trackerNumber() {
        List<TrackingPeer.Client> trackers = peer.trackers();
        return trackers.isEmpty() ? 0 : trackers.get(trackers.size() - 1).number;
    }

    /* --------------- Connections that values are read over --------------- */

    @Test
    void connectionsFromBeforeAreNotUsed() {
        peer.values.put("k", "v");
        startTracking(NEVER);
        load("k").value();
        int before = peer.clients.size();
        peer.trackers().forEach(TrackingPeer.Client::hangUp);
        await(() -> status().confirmations() == 2);
        int tracker = trackerNumber();
        for (int i = 0; i < 20; i++) {
            load("other" + i).value();
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
        startTracking(NEVER);
        assertThat(load("k").value()).isEqualTo(Bytes.utf8("v"));
        await(() -> status().losses() > 0);
        assertThat(cached("k")).isNull();
        same.countDown();
        await(() -> status().state() == State.TRACKING && tryToCache("k"));
        assertThat(status().losses()).isPositive();
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
        startTracking(NEVER);
        load("k").value();
        await(() -> status().losses() > 0 && peer.trackers().isEmpty());
        await(() -> peer.clients.get(peer.clients.size() - 1).hasAsked("HELLO"));
        assertThat(status().detail()).contains("different servers");
        back.countDown();
    }

    /** Trackers ask who they talk to before they track; so does whoever reads values, after somebody tracks. */
    private boolean isFirstInfo(TrackingPeer.Client client) {
        return client.commands.stream().anyMatch(command -> command.startsWith("HELLO 3"))
                && peer.trackers().isEmpty();
    }

    /* --------------- Closing --------------- */

    @Test
    void closesWhileConnected() {
        startTracking(SOON);
        cache.close();
        awaitNoThreads();
        assertThat(cache.coherence()).isEqualTo(Coherence.TRACKING);
    }

    @Test
    void closesWhileConnecting() {
        CountDownLatch connecting = new CountDownLatch(1);
        peer.script = (client, command) -> {
            connecting.countDown();
            return peer.keepSilent();
        };
        start(NEVER);
        await(() -> connecting.getCount() == 0);
        cache.close();
        awaitNoThreads();
    }

    @Test
    void closesBetweenTwoAttempts() {
        peer.close();
        start(NEVER);
        await(() -> !status().detail().isEmpty());
        cache.close();
        awaitNoThreads();
    }

    @Test
    void closesWhileRefused() {
        peer.script = (client, command) ->
                command.startsWith("CLIENT TRACKING ON") ? "-ERR unknown subcommand\r\n" : TrackingPeer.USUAL;
        start(NEVER);
        await(State.REFUSED);
        cache.close();
        awaitNoThreads();
    }

    private void startTracking(Duration heartbeat) {
        start(heartbeat);
        await(State.TRACKING);
    }

    private void start(Duration heartbeat, String... prefixes) {
        CacheConfig config = cacheConfig(heartbeat, prefixes);
        RedisBackingStore store = new RedisBackingStore(
                config(peer.address()), config.tracking(), /* refusedPause= */ Duration.ofMillis(20));
        cache = new ReadThroughCache(config, store, Ticker.system());
        open.push(cache);
        store.start(cache);
    }

    private static CacheConfig cacheConfig(Duration heartbeat, String... prefixes) {
        TrackingConfig tracking = new TrackingConfig(List.of(prefixes), heartbeat, Duration.ZERO);
        return new CacheConfig(100, NEVER, 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
    }

    static RedisConfig config(Address address) {
        return new RedisConfig(address.host(), address.port(), null, null, 0, 2, Address.PATIENCE);
    }

    private TrackingStatus status() {
        return cache.storeStats().tracking();
    }

    private void await(State state) {
        await(() -> status().state() == state);
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    private Outcome load(String key) {
        Outcome outcome = new Outcome();
        cache.load(Bytes.utf8(key).toArray(), outcome);
        return outcome;
    }

    private Entry cached(String key) {
        byte[] bytes = Bytes.utf8(key).toArray();
        return cache.getIfPresent(bytes, 0, bytes.length);
    }

    private boolean tryToCache(String key) {
        load(key).value();
        return cached(key) != null;
    }

    private void assertCached(String key, String value) {
        // More than once if a machine is so slow that a heartbeat fails.
        AtomicReference<Entry> entry = new AtomicReference<>(cached(key));
        await(() -> entry.get() != null || (tryToCache(key) && entry.compareAndSet(null, cached(key))));
        byte[] bytes = new byte[entry.get().valueLength()];
        entry.get().putValue(ByteBuffer.wrap(bytes));
        assertThat(Bytes.of(bytes)).isEqualTo(Bytes.utf8(value));
    }

    private static void awaitNoThreads() {
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("redis-proxy-")));
    }

    /** What operators are told. */
    private static final class Warnings extends Handler {
        private final Logger logger = Logger.getLogger(Tracker.class.getName());
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
