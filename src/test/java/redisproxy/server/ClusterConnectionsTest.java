package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Connections of clients' own in front of a real Cluster: the client sees one server. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterConnectionsTest {
    private static final Reply OK = new Reply.Simple("OK");
    private static final Reply QUEUED = new Reply.Simple("QUEUED");
    private static final Reply PONG = new Reply.Simple("PONG");
    private static final Reply OTHER_SLOT = new Reply.Failure("CROSSSLOT Keys in request don't hash to the same slot");
    private static final Reply ABORTED =
            new Reply.Failure("EXECABORT Transaction discarded because of previous errors.");

    private static final String[] COMMANDS = {
        "MULTI",
        "MULTI",
        "MULTI",
        "EXEC",
        "EXEC",
        "EXEC",
        "EXEC now",
        "DISCARD",
        "WATCH {}a",
        "WATCH {}a {}b",
        "WATCH",
        "UNWATCH",
        "PING",
        "ECHO e",
        "GET {}a",
        "GET",
        "MGET {}a {}b {}c",
        "SET {}a 1",
        "INCR {}b",
        "APPEND {}c z",
        "DEL {}a {}b",
        "RPUSH {}l 1",
        "BLPOP {}l 0.01",
        "LRANGE {}l 0 -1",
        "NOSUCH x",
        "RESET",
        "EVAL return{1,2} 0",
        "EVAL return(KEYS[1]) 1 {}a"
    };

    private static RedisCluster cluster;
    private static ProxyServer proxy;
    private static Address resp;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.started(3, 0);
        proxy = ProxyServer.start(
                LoopbackConfig.of(cluster.node(0).address(), "--redis-mode=cluster", "--commands=all"));
        resp = Address.loopback(proxy.respPort());
        try (RespClient client = RespClient.connect(resp)) {
            await().until(() -> client.call("SET", "first", "value").equals(OK));
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
        cluster.close();
    }

    @Test
    void executesATransactionAtTheServerOfItsFirstKey() {
        try (RespClient client = RespClient.connect(resp);
                RespClient other = RespClient.connect(resp)) {
            for (int i = 0; i < 20; i++) {
                String key = "key" + i;
                assertThat(other.call("GET", key)).isInstanceOf(Reply.Nil.class);
                assertThat(client.call("MULTI")).isEqualTo(OK);
                assertThat(client.call("PING")).isEqualTo(QUEUED);
                assertThat(client.call("SET", key, "v")).isEqualTo(QUEUED);
                assertThat(client.call("GET", key)).isEqualTo(QUEUED);
                assertThat(client.call("ECHO", "e")).isEqualTo(QUEUED);
                assertThat(client.call("EXEC"))
                        .isEqualTo(new Reply.Items(List.of(PONG, OK, Reply.bulk("v"), Reply.bulk("e"))));
                assertThat(other.call("GET", key)).isEqualTo(Reply.bulk("v"));
            }
        }
    }

    @Test
    void executesTransactionsInPipelines() {
        try (RespClient client = RespClient.connect(resp)) {
            for (int i = 0; i < 50; i++) {
                String key = "piped" + i;
                client.send(RespClient.encode("BLPOP", "none" + i, "0.01")
                        .plus(RespClient.encode("MULTI"))
                        .plus(RespClient.encode("ECHO", "e"))
                        .plus(RespClient.encode("INCR", key))
                        .plus(RespClient.encode("EXEC"))
                        .plus(RespClient.encode("GET", key))
                        .plus(RespClient.encode("GET", "other" + i)));
                assertThat(client.read()).isInstanceOf(Reply.Nil.class);
                assertThat(client.read()).isEqualTo(OK);
                assertThat(client.read()).isEqualTo(QUEUED);
                assertThat(client.read()).isEqualTo(QUEUED);
                assertThat(client.read()).isEqualTo(new Reply.Items(List.of(Reply.bulk("e"), new Reply.Whole(1))));
                assertThat(client.read()).isEqualTo(Reply.bulk("1"));
                assertThat(client.read()).isInstanceOf(Reply.Nil.class);
            }
        }
    }

    @Test
    void needsNoServerForATransactionOfNothing() {
        try (RespClient client = RespClient.connect(resp)) {
            assertThat(client.call("MULTI")).isEqualTo(OK);
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Items(List.of()));
            assertThat(client.call("MULTI")).isEqualTo(OK);
            assertThat(client.call("DISCARD")).isEqualTo(OK);
            assertThat(client.call("MULTI")).isEqualTo(OK);
            assertThat(client.call("MULTI").toString()).contains("can not be nested");
            assertThat(client.call("WATCH", "k").toString()).contains("inside MULTI is not allowed");
            assertThat(client.call("EXEC", "now").toString())
                    .contains("EXECABORT")
                    .contains("wrong number");
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Failure("ERR EXEC without MULTI"));
            assertThat(client.call("PING")).isEqualTo(PONG);
        }
    }

    @Test
    void executesATransactionWithoutKeysAnywhere() {
        try (RespClient client = RespClient.connect(resp)) {
            client.call("MULTI");
            assertThat(client.call("PUBLISH", "nobody", "x")).isEqualTo(QUEUED);
            assertThat(client.call("PING")).isEqualTo(QUEUED);
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Items(List.of(new Reply.Whole(0), PONG)));
        }
    }

    @Test
    void refusesKeysOfSeveralSlots() {
        try (RespClient client = RespClient.connect(resp)) {
            client.call("MULTI");
            assertThat(client.call("SET", "a", "1")).isEqualTo(QUEUED);
            assertThat(client.call("SET", "b", "1")).isEqualTo(OTHER_SLOT);
            assertThat(client.call("GET", "c")).isEqualTo(OTHER_SLOT);
            assertThat(client.call("EXEC")).isEqualTo(ABORTED);
            client.call("MULTI");
            assertThat(client.call("MSET", "a", "1", "b", "2")).isEqualTo(OTHER_SLOT);
            assertThat(client.call("EXEC")).isEqualTo(ABORTED);
            assertThat(client.call("GET", "a")).isInstanceOf(Reply.Nil.class);
        }
    }

    @Test
    void abortsWhatHasARefusedRequest() {
        try (RespClient client = RespClient.connect(resp)) {
            for (String[] refused : new String[][] {{"NOSUCH"}, {"CLIENT", "ID"}, {"GET"}, {"SELECT", "1"}}) {
                client.call("MULTI");
                assertThat(client.call(refused)).isInstanceOf(Reply.Failure.class);
                assertThat(client.call("EXEC")).isEqualTo(ABORTED);
                client.call("MULTI");
                assertThat(client.call(refused)).isInstanceOf(Reply.Failure.class);
                assertThat(client.call("SET", "refused", "x")).isEqualTo(QUEUED);
                assertThat(client.call("EXEC")).isEqualTo(ABORTED);
            }
            assertThat(client.call("GET", "refused")).isInstanceOf(Reply.Nil.class);
        }
    }

    @Test
    void readsAndWritesOtherSlotsWhileItWatches() {
        try (RespClient client = RespClient.connect(resp)) {
            assertThat(client.call("WATCH", "w")).isEqualTo(OK);
            assertThat(client.call("WATCH", "x")).isEqualTo(OTHER_SLOT);
            for (int i = 0; i < 20; i++) {
                assertThat(client.call("SET", "while" + i, "v")).isEqualTo(OK);
                assertThat(client.call("GET", "while" + i)).isEqualTo(Reply.bulk("v"));
            }
            client.call("MULTI");
            assertThat(client.call("SET", "w", "1")).isEqualTo(QUEUED);
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Items(List.of(OK)));
        }
    }

    @Test
    void hasOneDatabase() {
        try (RespClient client = RespClient.connect(resp)) {
            assertThat(client.call("SELECT", "1"))
                    .isEqualTo(new Reply.Failure("ERR SELECT is not allowed in cluster mode"));
            assertThat(client.call("SELECT", "0")).isEqualTo(OK);
            client.call("WATCH", "k");
            assertThat(client.call("SELECT", "0")).isEqualTo(OK);
        }
    }

    @Test
    void refersNobodyToAnotherServer() {
        String key = "moving";
        int slot = RedisCluster.slot(key);
        try (RespClient client = RespClient.connect(resp)) {
            int from = cluster.holderOf(key);
            assertThat(client.call("WATCH", key)).isEqualTo(OK);
            cluster.move(slot, from, (from + 1) % 3);
            client.call("MULTI");
            assertThat(client.call("SET", key, "1").toString()).contains("TRYAGAIN");
            assertThat(client.call("EXEC")).isEqualTo(ABORTED);
            await().atMost(Address.PATIENCE)
                    .until(() -> client.call("BLPOP", "{moving}list", "0.01") instanceof Reply.Nil);
            client.call("MULTI");
            assertThat(client.call("SET", key, "1")).isEqualTo(QUEUED);
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Items(List.of(OK)));
        }
    }

    @Test
    void subscribesToShardChannelsAtTheirServers() {
        try (RespClient publisher = RespClient.connect(resp)) {
            assumeThat(publisher.call("SPUBLISH", "c", "x")).isInstanceOf(Reply.Whole.class);
            for (int i = 0; i < 10; i++) {
                String channel = "channel" + i;
                try (RespClient client = RespClient.connect(resp)) {
                    client.call("HELLO", "3");
                    assertThat(client.call("SSUBSCRIBE", channel).toString()).contains("ssubscribe");
                    assertThat(publisher.call("SPUBLISH", channel, "m")).isEqualTo(new Reply.Whole(1));
                    assertThat(client.read())
                            .isEqualTo(new Reply.Items(
                                    List.of(Reply.bulk("smessage"), Reply.bulk(channel), Reply.bulk("m"))));
                    assertThat(client.call("SSUBSCRIBE", channel + "x")).isEqualTo(OTHER_SLOT);
                    client.send(RespClient.encode("SUNSUBSCRIBE"));
                    assertThat(client.read().toString()).contains("sunsubscribe");
                    assertThat(client.call("SET", "after" + i, "v")).isEqualTo(OK);
                }
            }
        }
    }

    /** Redis 6.2 has other quotes. */
    private static String comparable(Reply reply) {
        return reply.toString().replaceAll("(unknown command).*", "$1");
    }

    /** Random commands about keys of one slot, in pipelines, here and at a Redis that is no Cluster. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void answersAsOneServer(int seed) {
        Random random = new Random(seed);
        String tag = "{random" + seed + "}";
        try (RedisServerProcess bare = RedisServerProcess.started();
                RespClient here = RespClient.connect(resp);
                RespClient there = RespClient.connect(bare.address())) {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Bytes requests = Bytes.of(new byte[0]);
                int pipelined = 1 + random.nextInt(5);
                for (int j = 0; j < pipelined; j++) {
                    String command = COMMANDS[random.nextInt(COMMANDS.length)].replace("{}", tag);
                    sent.add(command);
                    requests = requests.plus(RespClient.encode(command.split(" ", -1)));
                }
                here.send(requests);
                there.send(requests);
                for (int j = 0; j < pipelined; j++) {
                    assertThat(comparable(here.read()))
                            .as(
                                    "reply %d of %d to %s",
                                    j + 1, pipelined, sent.subList(Math.max(0, sent.size() - 12), sent.size()))
                            .isEqualTo(comparable(there.read()));
                }
            }
        }
    }

    /** Redis executes nothing of a transaction whose client has gone. */
    @Test
    void discardsTheTransactionOfAClientThatVanishes() {
        try (RespClient other = RespClient.connect(resp)) {
            RespClient client = RespClient.connect(resp);
            client.send(RespClient.encode("MULTI").plus(RespClient.encode("SET", "vanished", "v")));
            assertThat(client.read()).isEqualTo(OK);
            assertThat(client.read()).isEqualTo(QUEUED);
            client.close();
            assertThat(other.get(Bytes.utf8("vanished"))).isInstanceOf(Reply.Nil.class);
        }
    }
}
