package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** MONITOR, whose lines a real Redis sends over the client's own connection. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MonitorTest {
    private static final Reply OK = new Reply.Simple("OK");

    private final RedisServerProcess redis = RedisServerProcess.started();
    private final RedisControl control = redis.control();
    private final PassingPort port = new PassingPort(redis.address(), "all");

    @AfterEach
    void close() {
        port.close();
        control.close();
        redis.close();
    }

    /** Reads lines until one ends like that, and returns it. */
    private static String lineOf(RespClient client, String end) {
        while (true) {
            String line = ((Reply.Simple) client.read()).text();
            if (line.endsWith(end)) {
                return line;
            }
        }
    }

    /** Returns the next reply, which comes between the lines. */
    private static Reply replyOf(RespClient client) {
        while (true) {
            Reply next = client.read();
            if (!(next instanceof Reply.Simple line) || !line.text().matches("\\d+\\.\\d+ \\[.*")) {
                return next;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void showsWhatRedisExecutesUntilItIsReset(String protocol) {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            client.call("HELLO", protocol);
            String id = Long.toString(((Reply.Whole) client.call("CLIENT", "ID")).value());
            assertThat(client.call("MONITOR")).isEqualTo(OK);
            control.call("SET", "k", "a\nb");
            assertThat(lineOf(client, "\"SET\" \"k\" \"a\\nb\"")).matches("\\d+\\.\\d+ \\[0 127.0.0.1:\\d+\\] .*");
            assertThat(other.call("CLIENT", "LIST", "ID", id).toString()).contains("flags=O");
            // As Redis, which takes it for a replica.
            client.send(RespClient.encode("GET", "k"));
            assertThat(replyOf(client).toString()).contains("keyspace");
            assertThat(client.call("HELLO", protocol.equals("2") ? "3" : "2").toString())
                    .contains("monitors");
            // As Redis, which replies nothing to the second one.
            client.send(RespClient.encode("MONITOR").plus(RespClient.encode("CLIENT", "ID")));
            assertThat(replyOf(client)).isEqualTo(new Reply.Whole(Long.parseLong(id)));
            client.send(RespClient.encode("RESET"));
            assertThat(replyOf(client)).isEqualTo(new Reply.Simple("RESET"));
            await().atMost(Address.PATIENCE).until(() -> port.pinned().inUse() == 0);
            control.call("SET", "k", "c");
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("c"));
        }
    }

    @Test
    void endsWithTheClient() {
        try (RespClient client = port.connect()) {
            client.call("MONITOR");
            client.send(RespClient.encode("QUIT"));
            assertThat(client.readToEnd().asUtf8()).endsWith("+OK\r\n");
        }
        await().atMost(Address.PATIENCE).until(() -> port.pinned().inUse() == 0);
    }

    @Test
    void isNoPartOfATransaction() {
        try (RespClient client = port.connect()) {
            client.call("MULTI");
            client.call("MONITOR");
            assertThat(client.call("EXEC").toString()).contains("DENY BLOCKING");
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            await().atMost(Address.PATIENCE).until(() -> port.pinned().inUse() == 0);
        }
    }

    @Test
    void keepsItsRepliesInOrder() {
        try (RespClient client = port.connect()) {
            client.call("MONITOR");
            for (int i = 0; i < 300; i++) {
                control.call("SET", "k", Integer.toString(i));
                client.send(RespClient.encode("TIME")
                        .plus(RespClient.encode("ECHO", "e" + i))
                        .plus(RespClient.encode("CLUSTER", "COUNTKEYSINSLOT", "x")));
                assertThat(replyOf(client)).isInstanceOf(Reply.Items.class);
                assertThat(replyOf(client)).isEqualTo(Reply.bulk("e" + i));
                assertThat(replyOf(client)).isInstanceOf(Reply.Failure.class);
            }
        }
    }

    /** Its lines have the keys of everybody. */
    @Test
    void isForUsersWithAllKeysWhoMayRunIt() {
        port.authority.replace(TestUsers.of(
                "user bob on >x +@all ~app:* allchannels",
                "user ann on >y +@all ~* -@dangerous",
                "user eve on >z +@all ~*"));
        try (RespClient client = port.connect()) {
            client.call("AUTH", "bob", "x");
            assertThat(client.call("MONITOR").toString()).contains("NOPERM").contains("keys");
            client.call("AUTH", "ann", "y");
            assertThat(client.call("MONITOR").toString()).contains("NOPERM").contains("'monitor'");
            client.call("AUTH", "eve", "z");
            assertThat(client.call("MONITOR")).isEqualTo(OK);
        }
    }

    @Test
    void isRefusedWhereNothingElseIsPassedOn() {
        port.allow("read");
        try (RespClient client = port.connect()) {
            assertThat(client.call("MONITOR").toString()).contains("administers nothing");
            port.allow("+@read +@write");
            assertThat(client.call("MONITOR").toString()).contains("NOPERM");
        }
    }

    @Test
    void readsNoMoreThanTheClientTakes() {
        try (RespClient client = port.connect()) {
            client.call("MONITOR");
            String text = "x".repeat(50_000);
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                sent.add("\"" + i + text + "\"");
                control.call("SET", "k", i + text);
            }
            for (String each : sent) {
                lineOf(client, each);
            }
            client.send(RespClient.encode("PING"));
            assertThat(replyOf(client)).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void endsTheClientIfRedisGoes() {
        try (RespClient client = port.connect()) {
            client.call("MONITOR");
            redis.kill();
            assertThat(client.readToEnd()).isEqualTo(Bytes.utf8(""));
        }
    }
}
