package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisBackingStoreTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(400);
    /** How much later than its timeout a load may end: 100 ms by design, and what a busy machine adds. */
    private static final long GRACE_MILLIS = 400;

    private static RedisServerProcess redis;
    private static RedisControl control;

    private final List<ReadThroughCache> caches = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
        control = redis.control();
    }

    @AfterAll
    static void stopRedis() {
        control.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        control.call("FLUSHALL");
    }

    @AfterEach
    void close() {
        caches.forEach(ReadThroughCache::close);
        awaitNoThreads();
    }

    /* --------------- Answers --------------- */

    @Test
    void loadsValues() {
        control.call("SET", "Batman", "Superhero");
        ReadThroughCache cache = cache(config(redis.address(), 2, LONG));
        assertThat(load(cache, "Batman").value()).isEqualTo(Bytes.utf8("Superhero"));
    }

    @Test
    void tellsEmptyFromAbsent() {
        control.call("SET", "empty", "");
        ReadThroughCache cache = cache(config(redis.address(), 2, LONG));
        assertThat(load(cache, "empty").value()).isEqualTo(Bytes.of());
        assertThat(load(cache, "absent").value()).isNull();
    }

    @Test
    void carriesEveryByte() {
        Bytes every = Bytes.everyValue();
        control.set(every, every.plus(every));
        control.set(Bytes.of(), Bytes.utf8("empty key"));
        ReadThroughCache cache = cache(config(redis.address(), 2, LONG));
        assertThat(load(cache, every).value()).isEqualTo(every.plus(every));
        assertThat(load(cache, Bytes.of()).value()).isEqualTo(Bytes.utf8("empty key"));
    }

    @Test
    void carriesLargeValues() {
        Bytes large = Bytes.of(new byte[8 * 1024 * 1024]);
        control.set(Bytes.utf8("large"), large);
        ReadThroughCache cache = cache(config(redis.address(), 2, LONG));
        assertThat(load(cache, "large").value().equals(large)).isTrue();
    }

    @Test
    void passesErrorRepliesVerbatim() {
        control.call("RPUSH", "list", "a");
        control.call("SET", "k", "v");
        ReadThroughCache cache = cache(config(redis.address(), 1, LONG));
        BackingStoreException failure = load(cache, "list").failure();
        assertThat(failure).hasMessage("WRONGTYPE Operation against a key holding the wrong kind of value");
        assertThat(failure.isErrorReply()).isTrue();
        assertThat(failure.isNotAString()).isTrue();
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
    }

    @Test
    void readsTheDatabaseItIsTold() {
        control.call("SELECT", "3");
        control.call("SET", "k", "in 3");
        control.call("SELECT", "0");
        Address at = redis.address();
        ReadThroughCache cache = cache(new RedisConfig(at.host(), at.port(), null, null, 3, 1, LONG));
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("in 3"));
    }

    @Test
    void eachOfManyGetsItsOwn() {
        ReadThroughCache cache = cache(config(redis.address(), 3, LONG));
        for (int i = 0; i < 2_000; i += 3) {
            control.call("SET", "k" + i, "v" + i);
            control.call("RPUSH", "k" + (i + 1), "x");
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        for (int i = 0; i < 2_000; i++) {
            switch (i % 3) {
                case 0 -> assertThat(outcomes.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
                case 1 -> assertThat(outcomes.get(i).failure().isNotAString()).isTrue();
                default -> assertThat(outcomes.get(i).value()).isNull();
            }
        }
    }

    @Test
    void queuedLoadsLeaveAsFewPipelines() {
        ReadThroughCache cache = cache(config(redis.address(), 1, LONG));
        assertThat(load(cache, "warm").value()).isNull();
        long before = figure("total_reads_processed");
        control.pause(Duration.ofMillis(500));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        outcomes.forEach(Outcome::value);
        assertThat(figure("total_reads_processed") - before).isLessThan(12);
    }

    /* --------------- Dead connections --------------- */

    @Test
    void killedConnectionsGoUnnoticed() {
        ReadThroughCache cache = cache(config(redis.address(), 4, LONG));
        for (int round = 0; round < 5; round++) {
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                control.call("SET", "k" + round + "." + i, "v" + i);
                outcomes.add(load(cache, "k" + round + "." + i));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(outcomes.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
            }
            control.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
    }

    @Test
    void restartGoesUnnoticed() {
        try (RedisServerProcess other = RedisServerProcess.started()) {
            ReadThroughCache cache = cache(config(other.address(), 2, LONG));
            assertThat(load(cache, "a").value()).isNull();
            assertThat(load(cache, "b").value()).isNull();
            other.stop();
            other.start();
            try (RedisControl itsControl = other.control()) {
                itsControl.call("SET", "a", "1");
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                outcomes.add(load(cache, i == 0 ? "a" : "k" + i));
            }
            assertThat(outcomes.get(0).value()).isEqualTo(Bytes.utf8("1"));
            outcomes.forEach(Outcome::value);
        }
    }

    @Test
    void unreachableNamesAddressAndCause() {
        try (RedisServerProcess stopped = RedisServerProcess.stopped()) {
            ReadThroughCache cache = cache(config(stopped.address(), 2, LONG));
            Outcome outcome = load(cache, "k");
            assertThat(outcome.failure())
                    .hasMessage("Redis at %s is unreachable: Connection refused", stopped.address());
            assertThat(outcome.failure().isErrorReply()).isFalse();
            assertThat(outcome.millis()).isLessThan(5_000);
            stopped.start();
            recovers(() -> assertThat(load(cache, "k").value()).isNull());
            stopped.kill();
            await().atMost(Address.PATIENCE).until(() -> !stopped.address().isOpen());
            assertThat(load(cache, "k").failure())
                    .hasMessageContaining(stopped.address().toString());
            stopped.start();
            recovers(() -> assertThat(load(cache, "k").value()).isNull());
        }
    }

    /* --------------- Time --------------- */

    @Test
    void pausedRedisFailsAllInTime() {
        ReadThroughCache cache = cache(config(redis.address(), 2, SHORT));
        assertThat(load(cache, "warm").value()).isNull();
        control.pause(Duration.ofMillis(1_500));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        for (Outcome outcome : outcomes) {
            assertThat(outcome.failure()).hasMessage("Redis at %s did not answer within 0.4 s", redis.address());
            assertThat(outcome.millis()).isBetween(SHORT.toMillis() - 1, SHORT.toMillis() + GRACE_MILLIS);
        }
        control.call("SET", "back", "again");
        assertThat(load(cache, "back").value()).isEqualTo(Bytes.utf8("again"));
    }

    @Test
    void loadsThatComeWhilePausedEndInTime() {
        ReadThroughCache cache = cache(config(redis.address(), 1, SHORT));
        assertThat(load(cache, "warm").value()).isNull();
        control.pause(Duration.ofMillis(1_500));
        Outcome first = load(cache, "first");
        assertThat(first.failure()).hasMessageContaining("did not answer within");
        Outcome second = load(cache, "second");
        assertThat(second.failure()).hasMessageContaining("did not answer within");
        assertThat(second.millis()).isLessThan(SHORT.toMillis() + GRACE_MILLIS);
    }

    @Test
    void shortPauseIsWaitedFor() {
        ReadThroughCache cache = cache(config(redis.address(), 2, LONG));
        control.call("SET", "k", "v");
        control.pause(Duration.ofMillis(500));
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
    }

    /* --------------- Credentials --------------- */

    @Test
    void missingPasswordIsNamed() {
        withPassword("secret", () -> {
            ReadThroughCache cache = cache(config(redis.address(), 1, LONG));
            assertThat(load(cache, "k").failure()).hasMessageContaining("NOAUTH");
        });
    }

    @Test
    void wrongPasswordIsNamed() {
        withPassword("secret", () -> {
            Address at = redis.address();
            ReadThroughCache cache = cache(new RedisConfig(at.host(), at.port(), null, "guess", 0, 1, LONG));
            assertThat(load(cache, "k").failure())
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("guess");
        });
    }

    @Test
    void rightPasswordIsTaken() {
        withPassword("secret", () -> {
            Address at = redis.address();
            assertThat(load(cache(new RedisConfig(at.host(), at.port(), null, "secret", 0, 1, LONG)), "k")
                            .value())
                    .isNull();
            assertThat(load(cache(new RedisConfig(at.host(), at.port(), "default", "secret", 0, 1, LONG)), "k")
                            .value())
                    .isNull();
        });
    }

    /* --------------- Closing --------------- */

    @Test
    void closeFailsWhatWaits() {
        RedisBackingStore store = new RedisBackingStore(config(redis.address(), 2, LONG), null);
        ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
        assertThat(load(cache, "warm").value()).isNull();
        control.pause(Duration.ofSeconds(3));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        cache.close();
        for (Outcome outcome : outcomes) {
            assertThat(outcome.isDone()).isTrue();
            assertThat(outcome.failure()).hasMessage("the proxy is shutting down");
        }
        assertThat(load(cache, "late").failure()).hasMessage("the proxy is shutting down");
        awaitNoThreads();
    }

    @Test
    void closeEndsTheThreads() {
        RedisBackingStore store = new RedisBackingStore(config(redis.address(), 3, LONG), null);
        ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
        assertThat(load(cache, "k").value()).isNull();
        assertThat(ownThreads()).isNotEmpty();
        cache.close();
        cache.close();
        awaitNoThreads();
    }

    @Test
    void closesWithoutBeingStarted() {
        RedisBackingStore store = new RedisBackingStore(config(redis.address(), 3, LONG), null);
        store.close();
        assertThat(ownThreads()).isEmpty();
    }

    /* --------------- Faulty peers --------------- */

    @Test
    void replyCutOffIsAskedAgain() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                ScriptedPeer.send(client, "$10\r\nabc");
                client.close();
            } else {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            }
        })) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("ok"));
            assertThat(peer.gets()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "$10",
                "$10\r\n",
                "$10\r\nabc",
                "hello\r\n",
                "\0\0\0\0\r\n",
                ":5\r\n",
                "+OK\r\n",
                "*1\r\n$1\r\na\r\n",
                "$x\r\n"
            })
    void faultyRepliesFailOnlyThatLoad(String reply) {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number <= 2) {
                ScriptedPeer.send(client, reply);
                client.close();
            } else {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            }
        })) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            Outcome outcome = load(cache, "bad");
            assertThat(outcome.failure().getMessage()).startsWith("Redis at " + peer.address() + " ");
            assertThat(outcome.failure().isErrorReply()).isFalse();
            assertThat(outcome.millis()).isLessThan(5_000);
            assertThat(peer.gets()).as("asked once, and once again").isEqualTo(2);
            recovers(() -> assertThat(load(cache, "good").value()).isEqualTo(Bytes.utf8("ok")));
        }
    }

    /** Else each load would make two connections, as fast as clients ask. */
    @Test
    void connectionsThatAllBreakAreNotMadeForEachLoad() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> client.close())) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            for (int i = 0; i < 3; i++) {
                assertThat(cache.storeStats().circuit()).isEqualTo("closed");
                assertThat(load(cache, "k").failure().isErrorReply()).isFalse();
            }
            await().atMost(Address.PATIENCE)
                    .until(() -> cache.storeStats().circuit().equals("open"));
            assertThat(peer.gets()).isEqualTo(6);
        }
    }

    /** What is there to read before anything is asked would be taken for the next value, and so on for ever. */
    @Test
    void surplusRepliesShiftNothing() {
        try (ScriptedPeer peer =
                new ScriptedPeer((number, client) -> ScriptedPeer.send(client, "$2\r\nok\r\n$5\r\nwrong\r\n"))) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            for (int i = 0; i < 10; i++) {
                assertThat(load(cache, "k" + i).value()).isEqualTo(Bytes.utf8("ok"));
            }
        }
    }

    /** Each connection answers once and ends, so that there are answers in between. */
    @Test
    void connectionsThatBreakAgainAndAgainAreFew() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            ScriptedPeer.send(client, "$2\r\nok\r\n");
            client.close();
        })) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            long started = System.nanoTime();
            for (int values = 0; values < 100; ) {
                if (load(cache, "k" + values).isSuccess()) {
                    values++;
                } else {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
            long seconds = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
            assertThat(peer.connections()).isLessThan((int) (60 * seconds));
        }
    }

    @Test
    void valueThatBreaksItsConnectionsHarmsNoOther() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number % 3 == 0) {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            } else {
                client.close();
            }
        })) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            for (int i = 0; i < 10; i++) {
                assertThat(load(cache, "bad").failure().isErrorReply()).isFalse();
                assertThat(load(cache, "good " + i).value()).isEqualTo(Bytes.utf8("ok"));
            }
        }
    }

    @Test
    void garbageIsNotReadAsTheNextReply() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number <= 2) {
                ScriptedPeer.send(client, "?\r\n$5\r\nwrong\r\n");
            } else {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            }
        })) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            assertThat(load(cache, "bad").failure())
                    .hasMessageContaining(peer.address().toString());
            recovers(() -> assertThat(load(cache, "good").value()).isEqualTo(Bytes.utf8("ok")));
        }
    }

    @Test
    void letsOutWhatIsThere() throws InterruptedException {
        CountDownLatch bothWait = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                bothWait.await();
            } else if (number == 3) {
                second.await();
            }
            ScriptedPeer.send(client, "$2\r\nok\r\n");
        })) {
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            Outcome blocker = load(cache, "blocker");
            await().atMost(Address.PATIENCE).until(() -> peer.gets() == 1);
            CountDownLatch flushed = new CountDownLatch(1);
            cache.load(Bytes.utf8("early").toArray(), new LoadListener() {
                @Override
                public void loaded(Entry entry, Provenance provenance) {}

                @Override
                public void failed(BackingStoreException cause) {}

                @Override
                public void flush() {
                    flushed.countDown();
                }
            });
            Outcome late = load(cache, "late");
            bothWait.countDown();
            assertThat(flushed.await(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(late.isDone()).isFalse();
            second.countDown();
            assertThat(late.value()).isEqualTo(Bytes.utf8("ok"));
            assertThat(blocker.value()).isEqualTo(Bytes.utf8("ok"));
        }
    }

    @Test
    void drippingReplyEndsInTime() {
        ScriptedPeer[] self = new ScriptedPeer[1];
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                self[0].drip(client, "$5000\r\n" + "x".repeat(5_000), /* pauseMillis= */ 20);
            } else {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            }
        })) {
            self[0] = peer;
            ReadThroughCache cache = cache(config(peer.address(), 1, SHORT));
            Outcome outcome = load(cache, "k");
            assertThat(outcome.failure()).hasMessage("Redis at %s did not answer within 0.4 s", peer.address());
            assertThat(outcome.millis()).isBetween(SHORT.toMillis() - 1, SHORT.toMillis() + GRACE_MILLIS);
            recovers(() -> assertThat(load(cache, "good").value()).isEqualTo(Bytes.utf8("ok")));
        }
    }

    @Test
    void drippingReplyThatEndsIsTaken() {
        ScriptedPeer[] self = new ScriptedPeer[1];
        try (ScriptedPeer peer =
                new ScriptedPeer((number, client) -> self[0].drip(client, "$5\r\nvalue\r\n", /* pauseMillis= */ 5))) {
            self[0] = peer;
            ReadThroughCache cache = cache(config(peer.address(), 1, LONG));
            assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("value"));
        }
    }

    @Test
    void silentPeerFailsInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ScriptedPeer mute = new ScriptedPeer((number, client) -> self(client))) {
            for (Address address : List.of(Address.loopback(silent.getLocalPort()), mute.address())) {
                ReadThroughCache cache = cache(config(address, 1, SHORT));
                Outcome first = load(cache, "a");
                Outcome second = load(cache, "b");
                assertThat(first.failure()).hasMessage("Redis at %s did not answer within 0.4 s", address);
                assertThat(second.failure()).hasMessage("Redis at %s did not answer within 0.4 s", address);
                assertThat(first.millis()).isLessThan(SHORT.toMillis() + GRACE_MILLIS);
                assertThat(second.millis()).isLessThan(SHORT.toMillis() + GRACE_MILLIS);
            }
        }
    }

    /** Reads nothing and says nothing. */
    private static void self(Socket client) {
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void neverMoreConnectionsThanPooled() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> ScriptedPeer.send(client, "$1\r\nx\r\n"))) {
            ReadThroughCache cache = cache(config(peer.address(), 3, LONG));
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                outcomes.add(load(cache, "k" + i));
            }
            outcomes.forEach(Outcome::value);
            assertThat(peer.connections()).isLessThanOrEqualTo(3);
        }
    }

    private ReadThroughCache cache(RedisConfig config) {
        RedisBackingStore store = new RedisBackingStore(config, null);
        ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
        caches.add(cache);
        return cache;
    }

    private static RedisConfig config(Address address, int poolSize, Duration timeout) {
        return new RedisConfig(address.host(), address.port(), null, null, 0, poolSize, timeout);
    }

    private static Outcome load(ReadThroughCache cache, String key) {
        return load(cache, Bytes.utf8(key));
    }

    private static Outcome load(ReadThroughCache cache, Bytes key) {
        Outcome outcome = new Outcome();
        cache.load(key.toArray(), outcome);
        return outcome;
    }

    /** After an outage the next request may be refused at once, and one soon is let through. */
    private static void recovers(ThrowingRunnable request) {
        await().atMost(Duration.ofSeconds(1)).untilAsserted(request);
    }

    private static long figure(String name) {
        Matcher found = Pattern.compile(name + ":(\\d+)")
                .matcher(((Reply.Bulk) control.call("INFO", "stats")).bytes().asUtf8());
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static void withPassword(String password, Runnable test) {
        control.call("CONFIG", "SET", "requirepass", password);
        try {
            test.run();
        } finally {
            control.call("CONFIG", "SET", "requirepass", "");
        }
    }

    private static void awaitNoThreads() {
        await().atMost(Duration.ofSeconds(1)).until(() -> ownThreads().isEmpty());
    }

    private static List<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("redis-proxy-"))
                .toList();
    }
}
