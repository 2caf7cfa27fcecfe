package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Transactions and waiting commands, which need a connection to a real Redis of the client's own. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OwnConnectionTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Reply OK = new Reply.Simple("OK");
    private static final Reply QUEUED = new Reply.Simple("QUEUED");

    private static final String[] COMMANDS = {
        "MULTI",
        "MULTI",
        "EXEC",
        "EXEC",
        "DISCARD",
        "WATCH a",
        "WATCH a b",
        "UNWATCH",
        "GET a",
        "GET b",
        "GET c",
        "MGET a b c",
        "SET a 1",
        "SET b x",
        "INCR a",
        "INCR b",
        "APPEND c z",
        "DEL a",
        "DEL b c",
        "EXISTS a b",
        "STRLEN c",
        "TYPE a",
        "LPUSH l 1",
        "RPUSH l 2",
        "BLPOP l 0.01",
        "BRPOP nothing l 0.01",
        "BLMOVE l l2 LEFT RIGHT 0.01",
        "LRANGE l2 0 -1",
        "HSET h f v",
        "HGETALL h",
        "NOSUCH x",
        "GET",
        "SET a",
        "PING",
        "ECHO e",
        "PERSIST a",
        "WAIT 0 0",
        "EVAL return{1,2} 0",
        "XADD s 1-1 f v",
        "XREAD COUNT 1 BLOCK 1 STREAMS s 0",
        "WATCH",
        "EXEC now",
        "SET a y EX 100",
        "GETRANGE c 0 0",
        "RESET",
        "SELECT 0",
        "SELECT 1",
        "SELECT 1",
        "SELECT 99",
        "SELECT",
        "MOVE a 0",
        "FLUSHDB",
        "DBSIZE"
    };

    private final PassingPort port = new PassingPort(REDIS.address(), "all");

    @AfterEach
    void close() {
        port.close();
    }

    private static void awaitPins(PassingPort of, int inUse) {
        await().atMost(Address.PATIENCE).until(() -> of.pinned().inUse() == inUse);
    }

    /* --------------- Transactions --------------- */

    @Test
    void executesTransactionsAndReadsWhatTheyWrite() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            assertThat(client.call("MULTI")).isEqualTo(OK);
            assertThat(client.call("SET", "k", "1")).isEqualTo(QUEUED);
            assertThat(client.call("GET", "k")).isEqualTo(QUEUED);
            assertThat(client.call("PING")).isEqualTo(QUEUED);
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            assertThat(port.pinned().inUse()).isEqualTo(1);
            assertThat(client.call("EXEC"))
                    .isEqualTo(new Reply.Items(List.of(OK, Reply.bulk("1"), new Reply.Simple("PONG"))));
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("1"));
            awaitPins(port, 0);
        }
    }

    /** Else the replies of its connection would be those of the former version. */
    @Test
    void keepsTheVersionOfTheProtocolWhileItWatchesKeys() {
        try (RespClient client = port.connect()) {
            assertThat(client.call("WATCH", "k")).isEqualTo(OK);
            assertThat(client.call("HELLO", "3").toString()).contains("UNWATCH first");
            assertThat(client.call("HELLO", "2")).isNotInstanceOf(Reply.Failure.class);
            assertThat(client.call("UNWATCH")).isEqualTo(OK);
            assertThat(client.call("HELLO", "3")).isNotInstanceOf(Reply.Failure.class);
        }
    }

    @Test
    void watchesKeys() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            assertThat(client.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            assertThat(client.call("WATCH", "k")).isEqualTo(OK);
            assertThat(other.call("SET", "k", "2")).isEqualTo(OK);
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("2"));
            client.call("MULTI");
            client.call("SET", "k", "3");
            assertThat(client.call("EXEC")).isInstanceOf(Reply.Nil.class);
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("2"));
            awaitPins(port, 0);
        }
    }

    @Test
    void discardsWhatHasARefusedRequest() {
        try (RespClient client = port.connect()) {
            for (String[] refused : new String[][] {{"SHUTDOWN"}, {"CLIENT", "ID"}, {"GET"}}) {
                client.call("MULTI");
                client.call("SET", "k", "1");
                assertThat(client.call(refused)).isInstanceOf(Reply.Failure.class);
                assertThat(client.call("EXEC"))
                        .isEqualTo(new Reply.Failure("EXECABORT Transaction discarded because of previous errors."));
                assertThat(client.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            }
            assertThat(client.call("CLIENT", "ID")).isInstanceOf(Reply.Whole.class);
        }
    }

    @Test
    void dropsAllThatATransactionOfUnknownKeysMayWrite() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            other.call("SET", "k", "1");
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("1"));
            client.call("MULTI");
            assertThat(client.call("FLUSHALL")).isEqualTo(QUEUED);
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("1"));
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Items(List.of(OK)));
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
        }
    }

    @Test
    void leavesNothingOfAClientThatVanishes() {
        try (RespClient other = port.connect()) {
            RespClient client = port.connect();
            client.call("MULTI");
            client.call("SET", "k", "1");
            client.close();
            awaitPins(port, 0);
            RespClient waiting = port.connect();
            waiting.send(RespClient.encode("BLPOP", "list", "0"));
            awaitPins(port, 1);
            waiting.close();
            awaitPins(port, 0);
            assertThat(other.call("RPUSH", "list", "v")).isEqualTo(new Reply.Whole(1));
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
        }
    }

    @Test
    void endsTheClientWhoseTransactionIsLost() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                PassingPort passing = new PassingPort(redis.address(), "all");
                RespClient client = passing.connect();
                RespClient waiting = passing.connect()) {
            client.call("MULTI");
            waiting.send(RespClient.encode("BLPOP", "list", "0"));
            awaitPins(passing, 2);
            redis.kill();
            assertThat(client.readToEnd()).isEqualTo(Bytes.utf8(""));
            assertThat(waiting.read().toString()).contains("Redis at").contains("unknown");
            assertThat(waiting.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    /* --------------- Waiting --------------- */

    @Test
    void waitsWithoutHoldingUpOthers() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            client.send(RespClient.encode("BLPOP", "list", "0").plus(RespClient.encode("GET", "k")));
            awaitPins(port, 1);
            assertThat(other.call("SET", "k", "v")).isEqualTo(OK);
            assertThat(other.call("RPUSH", "list", "x")).isEqualTo(new Reply.Whole(1));
            assertThat(client.read()).isEqualTo(new Reply.Items(List.of(Reply.bulk("list"), Reply.bulk("x"))));
            assertThat(client.read()).isEqualTo(Reply.bulk("v"));
            awaitPins(port, 0);
        }
    }

    @Test
    void dropsWhatAWaitingCommandWrites() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            client.send(RespClient.encode("BLMOVE", "from", "to", "LEFT", "LEFT", "0"));
            awaitPins(port, 1);
            assertThat(other.call("INFO", "clients").toString()).contains("blocked_clients:1");
            assertThat(other.call("GET", "to")).isInstanceOf(Reply.Nil.class);
            other.call("RPUSH", "from", "x");
            assertThat(client.read()).isEqualTo(Reply.bulk("x"));
            assertThat(other.call("GET", "to").toString()).contains("WRONGTYPE");
        }
    }

    @Test
    void refusesMoreThanTheBound() {
        List<RespClient> waiting = new ArrayList<>();
        try (PassingPort few = new PassingPort(REDIS.address(), "all", 3);
                PassingPort none = new PassingPort(REDIS.address(), "all", 0);
                RespClient unserved = none.connect()) {
            assertThat(unserved.call("MULTI").toString()).contains("PINNED_CONNECTIONS is 0");
            int refused = 0;
            for (int i = 0; i < 10; i++) {
                RespClient client = few.connect();
                waiting.add(client);
                client.send(RespClient.encode("BLPOP", "list", "0"));
            }
            await().atMost(Address.PATIENCE).until(() -> few.pinned().refused() == 7);
            for (RespClient each : waiting) {
                if (each.hasInput()) {
                    refused++;
                    assertThat(each.read().toString()).contains("PINNED_CONNECTIONS allows (3)");
                    assertThat(each.call("PING")).isEqualTo(new Reply.Simple("PONG"));
                }
            }
            assertThat(refused).isBetween(1, 7);
        } finally {
            waiting.forEach(RespClient::close);
        }
    }

    /** What follows a waiting command goes over its connection, or another way if that has been given back, and is never refused. */
    @Test
    void refusesNothingThatNeedsNoConnection() throws Exception {
        int clients = 4;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try (PassingPort few = new PassingPort(REDIS.address(), "all", 1)) {
            List<Callable<Integer>> loops = Collections.nCopies(clients, () -> waitAndGoOn(few));
            int refused = 0;
            for (Future<Integer> each : threads.invokeAll(loops)) {
                refused += each.get();
            }
            assertThat(refused).isPositive();
        } finally {
            threads.shutdownNow();
        }
    }

    /** Returns how often there was no connection to wait with. */
    private static int waitAndGoOn(PassingPort port) {
        int refused = 0;
        try (RespClient client = port.connect()) {
            for (int i = 0; i < 200; i++) {
                client.send(RespClient.encode("BLPOP", "nothing", "0.01")
                        .plus(RespClient.encode("SADD", "s", "x"))
                        .plus(RespClient.encode("GET", "absent")));
                refused += client.read() instanceof Reply.Failure ? 1 : 0;
                assertThat(client.read()).isInstanceOf(Reply.Whole.class);
                assertThat(client.read()).isInstanceOf(Reply.Nil.class);
            }
        }
        return refused;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TIMEOUT", "ERROR", ""})
    void endsTheWaitOfAClientThatIsUnblocked(String how) {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            String id = Long.toString(((Reply.Whole) client.call("CLIENT", "ID")).value());
            String[] unblock = how.isEmpty()
                    ? new String[] {"CLIENT", "UNBLOCK", id}
                    : new String[] {"CLIENT", "UNBLOCK", id, how};
            assertThat(other.call(unblock)).isEqualTo(new Reply.Whole(0));
            client.send(RespClient.encode("BLPOP", "list", "0"));
            await().atMost(Address.PATIENCE)
                    .until(() ->
                            REDIS.control().call("INFO", "clients").toString().contains("blocked_clients:1"));
            assertThat(other.call(unblock)).isEqualTo(new Reply.Whole(1));
            Reply reply = client.read();
            if (how.equals("ERROR")) {
                assertThat(reply).isEqualTo(new Reply.Failure("UNBLOCKED client unblocked via CLIENT UNBLOCK"));
            } else {
                assertThat(reply).isInstanceOf(Reply.Nil.class);
            }
            awaitPins(port, 0);
            other.call("RPUSH", "list", "x");
            assertThat(other.call("LLEN", "list")).isEqualTo(new Reply.Whole(1));
            assertThat(other.call("CLIENT", "UNBLOCK", "x").toString()).contains("not an integer");
            assertThat(other.call("CLIENT", "UNBLOCK", id, "NOW").toString()).contains("TIMEOUT or ERROR");
            assertThat(other.call("CLIENT", "UNBLOCK", "999999")).isEqualTo(new Reply.Whole(0));
        }
    }

    @Test
    void unblocksNobodyWhereNothingIsPassedOn() {
        port.allow("read");
        try (RespClient client = port.connect()) {
            assertThat(client.call("CLIENT", "UNBLOCK", "1").toString()).contains("unknown subcommand");
        }
    }

    /** A client that waits in vain would hold its place for ever. */
    @Test
    void waitsNoLongerThanAskedAndTheTimeoutForARedisThatHangs() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                PassingPort passing = new PassingPort(redis.address(), "all", 10, Duration.ofMillis(400));
                RespClient waiting = passing.connect();
                RespClient client = passing.connect()) {
            waiting.call("WATCH", "x");
            client.call("WATCH", "x");
            waiting.send(RespClient.encode("BLPOP", "list", "1.5"));
            assertThat(waiting.read()).isInstanceOf(Reply.Nil.class);
            client.call("UNWATCH");
            awaitPins(passing, 1);
            client.send(RespClient.encode("BLPOP", "list", "0.5"));
            awaitPins(passing, 2);
            redis.suspend();
            try {
                assertThat(client.read().toString())
                        .contains("no reply within 0.4 s")
                        .contains("unknown");
                waiting.send(RespClient.encode("GET", "k"));
                // It watched a key.
                assertThat(waiting.readToEnd().asUtf8()).contains("no reply within 0.4 s");
            } finally {
                redis.resume();
            }
            awaitPins(passing, 0);
        }
    }

    /* --------------- As Redis --------------- */

    /** Random commands of several connections, one after the other, here and at a Redis without a proxy. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void answersAsRedis(int seed) {
        Random random = new Random(seed);
        try (RedisServerProcess bare = RedisServerProcess.started();
                RedisControl control = bare.control()) {
            control.call("FLUSHALL");
            List<RespClient> proxied = new ArrayList<>();
            List<RespClient> direct = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                proxied.add(port.connect());
                direct.add(RespClient.connect(bare.address()));
            }
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                int one = random.nextInt(proxied.size());
                int pipelined = 1 + random.nextInt(4);
                Bytes requests = Bytes.of(new byte[0]);
                for (int j = 0; j < pipelined; j++) {
                    String command = COMMANDS[random.nextInt(COMMANDS.length)];
                    sent.add(one + ": " + command);
                    requests = requests.plus(RespClient.encode(command.split(" ", -1)));
                }
                proxied.get(one).send(requests);
                direct.get(one).send(requests);
                for (int j = 0; j < pipelined; j++) {
                    String here = proxied.get(one).read().toString();
                    String there = direct.get(one).read().toString();
                    assertThat(here)
                            .as(
                                    "reply %d of %d to %s",
                                    j + 1, pipelined, sent.subList(Math.max(0, sent.size() - 12), sent.size()))
                            .isEqualTo(there);
                }
            }
            proxied.forEach(RespClient::close);
            direct.forEach(RespClient::close);
        }
    }

    @Test
    void scriptsThatDoNotEndAreKilled() {
        REDIS.control().call("CONFIG", "SET", "lua-time-limit", "20");
        try (RespClient client = port.connect()) {
            for (int i = 0; i < 4; i++) {
                client.send(RespClient.encode("EVAL", "while true do end", "0"));
                try (RespClient killer = port.connect()) {
                    await().atMost(Address.PATIENCE)
                            .untilAsserted(() ->
                                    assertThat(killer.call("SCRIPT", "KILL")).isEqualTo(OK));
                }
                assertThat(client.read().toString()).contains("Script killed by user");
            }
        }
        awaitPins(port, 0);
    }
}
