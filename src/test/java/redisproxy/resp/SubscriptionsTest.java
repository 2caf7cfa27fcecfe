package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Subscriptions, whose messages a real Redis sends over the client's own connection. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SubscriptionsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Duration SECONDS = Duration.ofSeconds(5);

    private static final String[] COMMANDS = {
        "SUBSCRIBE a",
        "SUBSCRIBE a b c",
        "UNSUBSCRIBE a",
        "UNSUBSCRIBE a x",
        "UNSUBSCRIBE",
        "PSUBSCRIBE a*",
        "PSUBSCRIBE a* b*",
        "PUNSUBSCRIBE a*",
        "PUNSUBSCRIBE",
        "PING",
        "PING x",
        "GET k",
        "SET k v",
        "ECHO e",
        "LRANGE l 0 -1",
        "RPUSH l 1",
        "NOSUCH x",
        "MULTI",
        "DISCARD",
        "PUBLISH a own",
        "RESET"
    };

    private final PassingPort port = new PassingPort(REDIS.address(), "all");

    @AfterEach
    void close() {
        port.close();
    }

    private static Reply confirmation(String kind, String channel, int count) {
        return new Reply.Items(List.of(Reply.bulk(kind), Reply.bulk(channel), new Reply.Whole(count)));
    }

    private static Reply message(String channel, String text) {
        return new Reply.Items(List.of(Reply.bulk("message"), Reply.bulk(channel), Reply.bulk(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void givesMessagesUntilTheClientUnsubscribes(String protocol) {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            client.call("HELLO", protocol);
            String id = Long.toString(((Reply.Whole) client.call("CLIENT", "ID")).value());
            client.send(RespClient.encode("SUBSCRIBE", "a", "b"));
            assertThat(client.read()).isEqualTo(confirmation("subscribe", "a", 1));
            assertThat(client.read()).isEqualTo(confirmation("subscribe", "b", 2));
            assertThat(other.call("PUBLISH", "a", "one")).isEqualTo(new Reply.Whole(1));
            assertThat(client.read()).isEqualTo(message("a", "one"));
            assertThat(other.call("CLIENT", "LIST", "ID", id).toString())
                    .contains("flags=P")
                    .contains("sub=2 psub=0 ssub=0");
            client.send(RespClient.encode("UNSUBSCRIBE"));
            Reply first = client.read();
            Reply second = client.read();
            assertThat(List.of(first.toString(), second.toString())).allMatch(text -> text.contains("unsubscribe"));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            assertThat(other.call("PUBLISH", "a", "two")).isEqualTo(new Reply.Whole(0));
            await().atMost(SECONDS).until(() -> port.pinned().inUse() == 0);
        }
    }

    @Test
    void answersOtherCommandsBetweenMessagesInResp3() {
        try (RespClient client = port.connect()) {
            client.call("HELLO", "3");
            client.send(RespClient.encode("SUBSCRIBE", "a"));
            assertThat(client.read()).isEqualTo(confirmation("subscribe", "a", 1));
            assertThat(client.call("SET", "k", "v")).isEqualTo(new Reply.Simple("OK"));
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("v"));
            assertThat(client.call("CLIENT", "GETNAME").toString()).contains("Nil");
            assertThat(client.call("HELLO", "2").toString()).contains("while the client has subscriptions");
            // An array that looks as a message does.
            client.call("RPUSH", "l", "message", "a", "x");
            assertThat(client.call("LRANGE", "l", "0", "-1")).isEqualTo(message("a", "x"));
            client.call("DEL", "l");
        }
    }

    @Test
    void refusesInResp2WhatRedisRefuses() {
        try (RespClient client = port.connect()) {
            client.call("SUBSCRIBE", "a");
            assertThat(client.call("CLIENT", "ID"))
                    .isEqualTo(
                            new Reply.Failure(
                                    "ERR Can't execute 'client|id': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"));
            assertThat(client.call("GET", "k").toString()).contains("Can't execute 'get'");
            assertThat(client.call("PING")).isEqualTo(new Reply.Items(List.of(Reply.bulk("pong"), Reply.bulk(""))));
            assertThat(client.call("RESET")).isEqualTo(new Reply.Simple("RESET"));
            assertThat(client.call("GET", "k").toString()).doesNotContain("Can't");
        }
    }

    /** The proxy itself has the channel of invalidations, and so cannot count it among those of Redis. */
    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void keepsTheChannelOfInvalidationsApart(String protocol) {
        String own = "__redis__:invalidate";
        try (RespClient client = port.connect()) {
            client.call("HELLO", protocol);
            assertThat(client.call("SUBSCRIBE", "a", own).toString()).contains("by a connection of its own");
            assertThat(client.call("SUBSCRIBE", own)).isEqualTo(confirmation("subscribe", own, 1));
            assertThat(client.call("SUBSCRIBE", "a").toString()).contains("by a connection of its own");
            assertThat(client.call("PSUBSCRIBE", "a*").toString()).contains("by a connection of its own");
            boolean isRefused = client.call("LPUSH", "l").toString().contains("Can't execute 'lpush'");
            assertThat(isRefused).isEqualTo(protocol.equals("2"));
            assertThat(port.pinned().inUse()).isZero();
            assertThat(client.call("UNSUBSCRIBE")).isEqualTo(confirmation("unsubscribe", own, 0));
            assertThat(client.call("SUBSCRIBE", "a")).isEqualTo(confirmation("subscribe", "a", 1));
            assertThat(client.call("SUBSCRIBE", own).toString()).contains("by a connection of its own");
        }
    }

    /** However they arrive: the request announces more than any command of the proxy may have. */
    @Test
    void takesAnyNumberOfChannels() {
        int channels = 1_500;
        String[] words = new String[channels + 1];
        Arrays.setAll(words, i -> i == 0 ? "SUBSCRIBE" : "channel" + i);
        byte[] request = RespClient.encode(words).toArray();
        try (RespClient client = port.connect()) {
            client.call("PING");
            client.send(Bytes.of(Arrays.copyOf(request, 100)));
            assertThat(client.hasInput()).isFalse();
            client.send(Bytes.of(Arrays.copyOfRange(request, 100, request.length)));
            for (int i = 1; i <= channels; i++) {
                assertThat(client.read()).isEqualTo(confirmation("subscribe", "channel" + i, i));
            }
        }
    }

    @Test
    void takesNoSubscriptionInATransaction() {
        try (RespClient client = port.connect()) {
            client.call("MULTI");
            assertThat(client.call("SUBSCRIBE", "a").toString()).contains("no subscription as part of a transaction");
            assertThat(client.call("EXEC").toString()).contains("EXECABORT");
        }
    }

    @Test
    void allowsTheChannelsThatTheRulesOfTheUserAllow() {
        port.authority.replace(
                TestUsers.of("user bob on >x +@all ~* resetchannels &news:*", "user ann on >y +@all ~* allchannels"));
        Reply refused = new Reply.Failure("NOPERM No permissions to access a channel");
        try (RespClient client = port.connect()) {
            client.call("AUTH", "bob", "x");
            assertThat(client.call("SUBSCRIBE", "news:a", "other")).isEqualTo(refused);
            assertThat(client.call("PSUBSCRIBE", "news:a*")).isEqualTo(refused);
            assertThat(client.call("PUBLISH", "other", "news:a")).isEqualTo(refused);
            assertThat(client.call("PUBLISH", "news:a", "other")).isEqualTo(new Reply.Whole(0));
            client.call("MULTI");
            assertThat(client.call("PUBLISH", "other", "x")).isEqualTo(refused);
            assertThat(client.call("EXEC").toString()).contains("EXECABORT");
            assertThat(client.call("SUBSCRIBE", "__redis__:invalidate")).isEqualTo(refused);
            assertThat(client.call("ACL", "LOG").toString()).contains("channel").contains("other");
            String[] many = new String[600];
            Arrays.fill(many, "news:a");
            many[0] = "SUBSCRIBE";
            assertThat(client.call(many).toString()).contains("at most 512");
            assertThat(client.call("SUBSCRIBE", "news:a")).isEqualTo(confirmation("subscribe", "news:a", 1));
            assertThat(client.call("PSUBSCRIBE", "news:*")).isEqualTo(confirmation("psubscribe", "news:*", 2));
            assertThat(client.call("UNSUBSCRIBE", "other")).isEqualTo(confirmation("unsubscribe", "other", 2));
        }
        try (RespClient client = port.connect()) {
            client.call("AUTH", "ann", "y");
            assertThat(client.call("SUBSCRIBE", "news")).isEqualTo(confirmation("subscribe", "news", 1));
        }
    }

    /** As Redis, which disconnects them. */
    @Test
    void endsClientsWhoseUserLosesChannels() {
        String ann = "user ann on >y +@all ~* resetchannels ";
        port.authority.replace(TestUsers.of(ann + "&a &b"));
        try (RespClient subscribed = port.connect();
                RespClient monitoring = port.connect();
                RespClient other = port.connect()) {
            for (RespClient each : List.of(subscribed, monitoring, other)) {
                each.call("AUTH", "ann", "y");
            }
            subscribed.call("SUBSCRIBE", "a");
            monitoring.call("MONITOR");
            port.authority.replace(TestUsers.of(ann + "&a &b &c"));
            assertThat(other.call("PUBLISH", "a", "m")).isEqualTo(new Reply.Whole(1));
            assertThat(subscribed.read()).isEqualTo(message("a", "m"));
            String seen;
            do {
                seen = ((Reply.Simple) monitoring.read()).text();
            } while (!seen.endsWith("\"PUBLISH\" \"a\" \"m\""));
            port.authority.replace(TestUsers.of(ann + "&a -monitor"));
            assertThat(subscribed.readToEnd()).isEqualTo(Bytes.utf8(""));
            assertThat(monitoring.readToEnd()).isEqualTo(Bytes.utf8(""));
            assertThat(other.call("PUBLISH", "a", "m")).isInstanceOf(Reply.Whole.class);
        }
    }

    @Test
    void readsNoMoreThanTheClientTakes() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            client.call("SUBSCRIBE", "a");
            String text = "x".repeat(50_000);
            int count = 400;
            for (int i = 0; i < count; i++) {
                assertThat(other.call("PUBLISH", "a", i + text)).isEqualTo(new Reply.Whole(1));
            }
            for (int i = 0; i < count; i++) {
                assertThat(client.read()).isEqualTo(message("a", i + text));
            }
            assertThat(client.call("UNSUBSCRIBE", "a")).isEqualTo(confirmation("unsubscribe", "a", 0));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void endsTheClientWhoseSubscriptionsAreLost() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                PassingPort passing = new PassingPort(redis.address(), "all");
                RespClient client = passing.connect()) {
            client.call("SUBSCRIBE", "a");
            redis.kill();
            assertThat(client.readToEnd()).isEqualTo(Bytes.utf8(""));
        }
    }

    @Test
    void freesThePlaceOfAClientThatVanishes() {
        RespClient client = port.connect();
        client.call("SUBSCRIBE", "a");
        assertThat(port.pinned().inUse()).isEqualTo(1);
        client.close();
        await().atMost(SECONDS).until(() -> port.pinned().inUse() == 0);
    }

    /** Random commands, in pipelines, here and at a Redis without a proxy, while somebody publishes. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9})
    void answersAsRedis(int seed) {
        Random random = new Random(seed);
        try (RedisServerProcess behind = RedisServerProcess.started();
                RedisServerProcess bare = RedisServerProcess.started();
                PassingPort passing = new PassingPort(behind.address(), "all");
                RespClient here = passing.connect();
                RespClient there = RespClient.connect(bare.address());
                RespClient publishHere = RespClient.connect(behind.address());
                RespClient publishThere = RespClient.connect(bare.address())) {
            String protocol = seed % 2 == 0 ? "2" : "3";
            here.call("HELLO", protocol);
            there.call("HELLO", protocol);
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Bytes requests = Bytes.of(new byte[0]);
                int pipelined = 1 + random.nextInt(4);
                boolean isMulti = false;
                for (int j = 0; j < pipelined; j++) {
                    String command = COMMANDS[random.nextInt(COMMANDS.length)];
                    isMulti |= command.equals("MULTI");
                    sent.add(command);
                    requests = requests.plus(RespClient.encode(command.split(" ", -1)));
                    if (isMulti) {
                        // Subscriptions in a transaction are not taken.
                        sent.add("DISCARD");
                        requests = requests.plus(RespClient.encode("DISCARD"));
                        isMulti = false;
                    }
                }
                String end = "end" + i;
                requests = requests.plus(RespClient.encode("PING", end));
                here.send(requests);
                there.send(requests);
                expectSame(here, there, end, sent);
                if (random.nextInt(2) == 0) {
                    publishHere.call("PUBLISH", "a", end);
                    publishThere.call("PUBLISH", "a", end);
                }
            }
        }
    }

    /** The order of the channels that are left is that of a hash table. */
    private static String comparable(Reply reply) {
        return reply.toString().replaceAll("(Bulk\\[bytes=p?unsubscribe\\], )Bulk\\[bytes=[^]]*\\]", "$1any");
    }

    private static void expectSame(RespClient here, RespClient there, String end, List<String> sent) {
        while (true) {
            String expected = comparable(there.read());
            List<String> latest = sent.subList(Math.max(0, sent.size() - 12), sent.size());
            assertThat(comparable(here.read())).as("a reply to %s", latest).isEqualTo(expected);
            if (expected.contains(Reply.bulk(end).toString())
                    && !expected.contains(Reply.bulk("message").toString())) {
                return;
            }
        }
    }
}
