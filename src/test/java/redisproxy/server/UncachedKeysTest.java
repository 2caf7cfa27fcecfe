package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.TrackingStatus;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** EXISTS and STRLEN of keys that are not cached: what they answer, and what they leave in a real Redis. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UncachedKeysTest {
    private static final int IDLE_SECONDS = 5_000;
    private static final int READERS = 3;
    private static final int READS = 1_000;
    private static final int DROPPED_EVERY = 20;

    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private ProxyServer proxy;
    private RespClient client;

    private void start(String coherence, String... flags) {
        List<String> all = new ArrayList<>(List.of(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--redis-port=" + REDIS.address().port(),
                "--coherence=" + coherence));
        all.addAll(List.of(flags));
        proxy = ProxyServer.start(ProxyConfig.fromArgs(all.toArray(String[]::new)));
        client = RespClient.connect(Address.loopback(proxy.respPort()));
        if (coherence.equals("tracking")) {
            CoherentProxy.await(() -> proxy.trackingStatus().state() == TrackingStatus.State.TRACKING);
        }
    }

    @AfterEach
    void stop() {
        client.close();
        proxy.close();
    }

    /** Makes a key look as if nobody had used it for long. */
    private static void holdIdle(String key, String... set) {
        REDIS.control().call(set);
        Bytes dump = ((Reply.Bulk) REDIS.control().call("DUMP", key)).bytes();
        REDIS.control()
                .call(Stream.of("RESTORE", key, "0", "", "REPLACE", "IDLETIME", Integer.toString(IDLE_SECONDS))
                        .map(word -> word.isEmpty() ? dump : Bytes.utf8(word))
                        .toArray(Bytes[]::new));
    }

    private static long idleSeconds(String key) {
        return ((Reply.Whole) REDIS.control().call("OBJECT", "IDLETIME", key)).value();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ttl", "tracking"})
    void existsLeavesTheIdleTime(String coherence) {
        start(coherence);
        holdIdle("text", "SET", "text", "value");
        holdIdle("list", "RPUSH", "list", "a");
        assertThat(client.call("EXISTS", "text", "list", "text", "absent")).isEqualTo(new Reply.Whole(3));
        assertThat(client.call("EXISTS", "list")).isEqualTo(new Reply.Whole(1));
        assertThat(idleSeconds("text")).isGreaterThanOrEqualTo(IDLE_SECONDS);
        assertThat(idleSeconds("list")).isGreaterThanOrEqualTo(IDLE_SECONDS);
        assertThat(client.call("GET", "text")).isEqualTo(Reply.bulk("value"));
        assertThat(idleSeconds("text")).as("after GET").isLessThan(IDLE_SECONDS);
    }

    /** No command of Redis tells the length of a string without using the key. */
    @ParameterizedTest
    @ValueSource(strings = {"ttl", "tracking"})
    void strlenUsesTheKeyAsTheOneOfRedisDoes(String coherence) {
        start(coherence);
        holdIdle("proxied", "SET", "proxied", "value");
        holdIdle("direct", "SET", "direct", "value");
        assertThat(client.call("STRLEN", "proxied")).isEqualTo(new Reply.Whole(5));
        assertThat(REDIS.control().call("STRLEN", "direct")).isEqualTo(new Reply.Whole(5));
        assertThat(idleSeconds("proxied") < IDLE_SECONDS).isEqualTo(idleSeconds("direct") < IDLE_SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ttl", "tracking"})
    void neitherLoadsAValue(String coherence) {
        start(coherence);
        REDIS.control().call("SET", "k", "value");
        REDIS.control().call("CONFIG", "RESETSTAT");
        assertThat(client.call("EXISTS", "k", "k", "k")).isEqualTo(new Reply.Whole(3));
        assertThat(client.call("STRLEN", "k")).isEqualTo(new Reply.Whole(5));
        String calls = ((Reply.Bulk) REDIS.control().call("INFO", "commandstats"))
                .bytes()
                .asUtf8();
        assertThat(calls).contains("cmdstat_exists:calls=3,", "cmdstat_strlen:calls=1,");
        assertThat(calls).doesNotContain("cmdstat_get:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ttl", "tracking"})
    void whatIsCachedIsAnsweredFromMemory(String coherence) {
        REDIS.control().call("SET", "k", "value");
        start(coherence, "--negative-ttl=60");
        assertThat(client.call("MGET", "k", "absent"))
                .isEqualTo(new Reply.Items(List.of(Reply.bulk("value"), new Reply.Nil("$-1"))));
        REDIS.control().call("CONFIG", "RESETSTAT");
        assertThat(client.call("EXISTS", "k", "absent", "k")).isEqualTo(new Reply.Whole(2));
        assertThat(client.call("STRLEN", "k")).isEqualTo(new Reply.Whole(5));
        assertThat(client.call("STRLEN", "absent")).isEqualTo(new Reply.Whole(0));
        String calls = ((Reply.Bulk) REDIS.control().call("INFO", "commandstats"))
                .bytes()
                .asUtf8();
        assertThat(calls).doesNotContain("cmdstat_exists:", "cmdstat_strlen:", "cmdstat_get:");
    }

    @Test
    void answersAreThoseOfRedis() {
        start("ttl");
        REDIS.control().call("RPUSH", "list", "a");
        REDIS.control().call("SET", "empty", "");
        REDIS.control().call("SET", "long", "x".repeat(100_000));
        assertThat(client.call("STRLEN", "list"))
                .isEqualTo(new Reply.Failure("WRONGTYPE Operation against a key holding the wrong kind of value"));
        assertThat(client.call("STRLEN", "empty")).isEqualTo(new Reply.Whole(0));
        assertThat(client.call("STRLEN", "long")).isEqualTo(new Reply.Whole(100_000));
        assertThat(client.call("STRLEN", "absent")).isEqualTo(new Reply.Whole(0));
        assertThat(client.call("EXISTS", "empty", "list", "list")).isEqualTo(new Reply.Whole(3));
    }

    @Test
    void pipelinesAreAnsweredInTheirOrder() {
        start("ttl");
        REDIS.control().call("SET", "cached", "hit");
        REDIS.control().call("SET", "other", "other value");
        REDIS.control().call("RPUSH", "list", "a");
        assertThat(client.call("GET", "cached")).isEqualTo(Reply.bulk("hit"));
        List<String> requests = List.of(
                "GET cached",
                "EXISTS cached",
                "GET first",
                "EXISTS first",
                "STRLEN other",
                "STRLEN list",
                "GET other",
                "EXISTS list other cached none",
                "MGET cached none other",
                "STRLEN cached",
                "TYPE list",
                "ECHO end");
        List<Reply> replies = List.of(
                Reply.bulk("hit"),
                new Reply.Whole(1),
                Reply.bulk("missed"),
                new Reply.Whole(1),
                new Reply.Whole(11),
                new Reply.Failure("WRONGTYPE Operation against a key holding the wrong kind of value"),
                Reply.bulk("other value"),
                new Reply.Whole(3),
                new Reply.Items(List.of(Reply.bulk("hit"), new Reply.Nil("$-1"), Reply.bulk("other value"))),
                new Reply.Whole(3),
                new Reply.Simple("list"),
                Reply.bulk("end"));
        for (int round = 0; round < 20; round++) {
            // Not cached in any round.
            REDIS.control().call("SET", "first" + round, "missed");
            String first = "first" + round;
            requests.forEach(request -> client.send(
                    RespClient.encode(request.replace("first", first).split(" ", -1))));
            for (int i = 0; i < requests.size(); i++) {
                assertThat(client.read()).as(requests.get(i)).isEqualTo(replies.get(i));
            }
        }
    }

    @Test
    void manyKeysAreCounted() {
        start("ttl");
        int keys = 20_000;
        List<String> set = new ArrayList<>(List.of("MSET"));
        List<String> exists = new ArrayList<>(Collections.nCopies(1, "EXISTS"));
        for (int i = 0; i < keys; i++) {
            exists.add("k" + i);
            if (i % 3 == 0) {
                set.addAll(List.of("k" + i, "v"));
            }
        }
        REDIS.control().call(set.toArray(String[]::new));
        assertThat(client.call(exists.toArray(String[]::new))).isEqualTo(new Reply.Whole((keys + 2) / 3));
    }

    /** A value grows all the time, and readers mix the ways to see how long it is. */
    @ParameterizedTest
    @CsvSource({"ttl, 0.001", "ttl, 60", "tracking, 60"})
    void readersNeverGoBack(String coherence, String ttl) throws Exception {
        REDIS.control().call("SET", "k", "x");
        start(coherence, "--ttl=" + ttl);
        AtomicBoolean isRead = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int seed = 0; seed < READERS; seed++) {
                Random random = new Random(seed);
                readers.add(threads.submit(() -> readGrowing(random)));
            }
            Future<?> writer = threads.submit(() -> append(isRead));
            for (Future<?> reader : readers) {
                reader.get();
            }
            isRead.set(true);
            writer.get();
        } finally {
            isRead.set(true);
            threads.shutdownNow();
        }
    }

    private static void append(AtomicBoolean isOver) {
        try (RedisControl writer = REDIS.server().control()) {
            while (!isOver.get()) {
                writer.call("APPEND", "k", "x");
            }
        }
    }

    private void readGrowing(Random random) {
        try (RespClient reader = RespClient.connect(Address.loopback(proxy.respPort()))) {
            long longest = 0;
            for (int i = 0; i < READS; i++) {
                if (random.nextInt(DROPPED_EVERY) == 0) {
                    reader.call("CACHE", "INVALIDATE", "k");
                }
                Reply reply = random.nextInt(3) == 0 ? reader.call("GET", "k") : reader.call("STRLEN", "k");
                long length = reply instanceof Reply.Bulk value ? value.bytes().size() : ((Reply.Whole) reply).value();
                assertThat(length).isGreaterThanOrEqualTo(longest);
                longest = length;
            }
        }
    }
}
