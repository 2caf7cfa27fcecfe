package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Caches of clients where commands are passed on: what is written through the proxy, and what is read by commands that it passes on. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrackingOfWritesTest {
    private static final Reply OK = new Reply.Simple("OK");
    private static final Reply QUEUED = new Reply.Simple("QUEUED");

    private static RedisServerProcess redis;
    private static CoherentProxy proxy;

    private RespClient keeper;
    private RespClient writer;
    private final List<Reply> told = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = RedisServerProcess.started();
        proxy = CoherentProxy.tracking(redis, "--commands", "all");
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
    }

    @BeforeEach
    void connect() {
        writer = proxy.connect();
        call(writer, "MSET", "a", "1", "b", "2");
        call(writer, "DEL", "h");
        call(writer, "HSET", "h", "f", "1");
        awaitReports();
        keeper = proxy.connect();
        call(keeper, "HELLO", "3");
    }

    /** Reports of Redis may come later than replies, and must not be taken for those of other writes. */
    private void awaitReports() {
        try (RespClient watcher = proxy.connect();
                RespClient direct = RespClient.connect(redis.address())) {
            call(watcher, "HELLO", "3");
            call(watcher, "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "mark");
            call(direct, "SET", "mark", "1");
            assertThat(watcher.read()).isEqualTo(push("mark"));
        }
    }

    @AfterEach
    void close() {
        keeper.close();
        writer.close();
    }

    @Test
    void hasBeenToldBeforeTheWriterHasItsReply() {
        track();
        assertThat(call(keeper, "GET", "a")).isEqualTo(Reply.bulk("1"));
        assertThat(call(writer, "SET", "a", "2")).isEqualTo(OK);
        assertThat(keeper.read()).isEqualTo(push("a"));
        assertThat(call(keeper, "GET", "a")).isEqualTo(Reply.bulk("2"));
    }

    @Test
    void isToldOfItsOwnWrites() {
        track();
        call(keeper, "GET", "a");
        assertThat(call(keeper, "SET", "a", "2")).isEqualTo(OK);
        assertThat(told).contains(push("a"));
    }

    /** Among them those whose keys the cache does not know to hold anything. */
    @ParameterizedTest
    @ValueSource(strings = {"HGETALL h", "HGET h f", "HLEN h", "TYPE h"})
    void isToldOfWhatItHasReadByPassedOnCommands(String read) {
        track();
        call(keeper, read.split(" "));
        call(writer, "HSET", "h", "f", "2");
        assertThat(keeper.read()).isEqualTo(push("h"));
    }

    @Test
    void isToldOfGetsBehindItsOwnCommands() {
        track();
        keeper.send(RespClient.encode("INCR", "other"));
        keeper.send(RespClient.encode("GET", "a"));
        keeper.send(RespClient.encode("MGET", "b", "none"));
        for (int i = 0; i < 3; i++) {
            reply(keeper);
        }
        told.clear();
        call(writer, "DEL", "a", "b");
        assertThat(List.of(keeper.read(), keeper.read())).containsExactlyInAnyOrder(push("a"), push("b"));
    }

    @Test
    void noReadIsTakenForAWrite() {
        RespClient other = proxy.connect();
        call(other, "HELLO", "3");
        call(other, "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a", "PREFIX", "b", "PREFIX", "h");
        writer.send(RespClient.encode("PING"));
        writer.send(RespClient.encode("HGETALL", "h"));
        writer.send(RespClient.encode("GET", "a"));
        writer.send(RespClient.encode("MGET", "a", "b"));
        for (int i = 0; i < 4; i++) {
            writer.read();
        }
        assertThat(call(other, "PING")).isEqualTo(new Reply.Simple("PONG"));
        assertThat(told).isEmpty();
        other.close();
    }

    @Test
    void cachingHoldsUntilTheEndOfATransaction() {
        assertThat(call(keeper, "CLIENT", "TRACKING", "ON", "OPTIN")).isEqualTo(OK);
        assertThat(call(keeper, "CLIENT", "CACHING", "YES")).isEqualTo(OK);
        assertThat(call(keeper, "MULTI")).isEqualTo(OK);
        assertThat(call(keeper, "PTTL", "a")).isEqualTo(QUEUED);
        assertThat(call(keeper, "GET", "a")).isEqualTo(QUEUED);
        // Is not read before EXEC, so that this is nothing to be told of.
        call(writer, "SET", "a", "between");
        awaitReports();
        assertThat(call(keeper, "EXEC"))
                .isEqualTo(new Reply.Items(List.of(new Reply.Whole(-1), Reply.bulk("between"))));
        call(keeper, "GET", "b");
        told.clear();
        call(writer, "MSET", "b", "3", "a", "2");
        assertThat(keeper.read()).isEqualTo(push("a"));
        assertThat(call(keeper, "PING")).isEqualTo(new Reply.Simple("PONG"));
        assertThat(told).doesNotContain(push("b"));
    }

    /** Byte for byte, and each step in one write, as rueidis and valkey-go do by default. */
    @ParameterizedTest
    @ValueSource(strings = {"all", "+multi +exec"})
    void servesWhatRueidisSends(String commands) {
        try (CoherentProxy other = CoherentProxy.tracking(redis, "--commands", commands);
                RespClient rueidis = other.connect()) {
            rueidis.send(pipeline(
                    "HELLO 3",
                    "CLIENT TRACKING ON OPTIN",
                    "CLIENT SETINFO LIB-NAME rueidis",
                    "CLIENT SETINFO LIB-VER 1.0.66"));
            assertThat(rueidis.read().toString()).contains("proto");
            expect(rueidis, "+OK\r\n+OK\r\n+OK\r\n");
            Bytes read = pipeline("CLIENT CACHING YES", "MULTI", "PTTL a", "GET a", "EXEC");
            String begun = "+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n";
            rueidis.send(read);
            expect(rueidis, begun + ":-1\r\n$1\r\n1\r\n");
            call(writer, "SET", "a", "2");
            expect(rueidis, ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n");
            rueidis.send(read.plus(pipeline("CLIENT CACHING YES", "MULTI", "PTTL none", "GET none", "EXEC")));
            expect(rueidis, begun + ":-1\r\n$1\r\n2\r\n" + begun + ":-2\r\n_\r\n");
        }
    }

    private static Bytes pipeline(String... commands) {
        Bytes all = Bytes.of();
        for (String command : commands) {
            all = all.plus(RespClient.encode(command.split(" ")));
        }
        return all;
    }

    private static void expect(RespClient client, String wire) {
        Bytes expected = Bytes.utf8(wire);
        assertThat(client.read(expected.size())).isEqualTo(expected);
    }

    @Test
    void keepsNothingOfMoreKeysThanAreNoted() {
        track();
        List<String> words = new ArrayList<>(List.of("SUNION"));
        for (int i = 0; i < 600; i++) {
            words.add("many:" + i);
        }
        call(keeper, words.toArray(String[]::new));
        assertThat(keeper.read()).asString().contains("invalidate").contains("Nil");
    }

    private void track() {
        assertThat(call(keeper, "CLIENT", "TRACKING", "ON")).isEqualTo(OK);
    }

    private Reply call(RespClient client, String... words) {
        client.send(RespClient.encode(words));
        return reply(client);
    }

    /** Reads a reply, and what is told before it. */
    private Reply reply(RespClient client) {
        Reply next = client.read();
        while (isPush(next)) {
            told.add(next);
            next = client.read();
        }
        return next;
    }

    private static boolean isPush(Reply reply) {
        return reply instanceof Reply.Items items
                && !items.items().isEmpty()
                && items.items().get(0).equals(Reply.bulk("invalidate"));
    }

    private static Reply push(String key) {
        return new Reply.Items(List.of(Reply.bulk("invalidate"), new Reply.Items(List.of(Reply.bulk(key)))));
    }
}
