package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.SHORT;
import static redisproxy.redis.StoreFixture.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.NodeStats;
import redisproxy.fixtures.ClassRedis;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.FreePort;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Relay;

/** Commands that are passed on to one server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PassTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final StoreFixture stores = new StoreFixture();

    @AfterEach
    void close() {
        stores.close();
    }

    /** Returns what commands are passed on by. */
    Relay relay(StandaloneStore store) {
        return store;
    }

    StandaloneStore open(Address address, Duration timeout) {
        StandaloneStore store = new StandaloneStore(config(address, 1, timeout), null, new EventLog());
        store.start(stores.add(store));
        return store;
    }

    Passed.Client client(StandaloneStore store) {
        return new Passed.Client(relay(store), 7, /* isResp3= */ false);
    }

    /* --------------- Replies --------------- */

    @Test
    void repliesAreThoseOfTheProtocolOfTheClient() {
        StandaloneStore store = open(REDIS.address(), LONG);
        Passed.Client old = new Passed.Client(relay(store), 0, /* isResp3= */ false);
        Passed.Client recent = new Passed.Client(relay(store), 0, /* isResp3= */ true);
        assertThat(old.write("SET", "k", "v").get()).isEqualTo("+OK\r\n");
        assertThat(old.write("HSET", "h", "f", "1.5").get()).isEqualTo(":1\r\n");
        assertThat(old.read("h", "HGETALL", "h").get()).isEqualTo("*2\r\n$1\r\nf\r\n$3\r\n1.5\r\n");
        assertThat(recent.read("h", "HGETALL", "h").get()).isEqualTo("%1\r\n$1\r\nf\r\n$3\r\n1.5\r\n");
        assertThat(old.read("n", "GET", "n").get()).isEqualTo("$-1\r\n");
        assertThat(recent.read("n", "GET", "n").get()).isEqualTo("_\r\n");
        assertThat(recent.write("NO-SUCH", "k").get()).startsWith("-ERR unknown command");
        assertThat(recent.write("LPUSH", "k", "x").get()).startsWith("-WRONGTYPE ");
        assertThat(old.read(null, "EVAL", "return {1,{2,{3,{}}}}", "0").get())
                .isEqualTo("*2\r\n:1\r\n*2\r\n:2\r\n*2\r\n:3\r\n*0\r\n");
        assertThat(recent.read(null, "INFO", "server").get()).startsWith("=");
    }

    @Test
    void largeRequestsAndRepliesPass() {
        Passed.Client client = client(open(REDIS.address(), LONG));
        String large = "x".repeat(5_000_000);
        assertThat(client.write("SET", "k", large).get()).isEqualTo("+OK\r\n");
        assertThat(client.read("k", "GET", "k").get()).isEqualTo("$5000000\r\n" + large + "\r\n");
    }

    @Test
    void commandsOfOneClientKeepTheirOrder() {
        StandaloneStore store = open(REDIS.address(), LONG);
        List<Passed> all = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            for (int lane = 0; lane < 4; lane++) {
                Passed.Client each = new Passed.Client(relay(store), lane, lane > 1);
                all.add(each.write("RPUSH", "list" + lane, "" + i));
            }
        }
        all.forEach(Passed::get);
        for (int lane = 0; lane < 4; lane++) {
            StringBuilder expected = new StringBuilder("*3000\r\n");
            for (int i = 0; i < 3_000; i++) {
                expected.append("$")
                        .append(("" + i).length())
                        .append("\r\n")
                        .append(i)
                        .append("\r\n");
            }
            Passed.Client each = new Passed.Client(relay(store), 0, /* isResp3= */ false);
            assertThat(each.read("list", "LRANGE", "list" + lane, "0", "-1").get())
                    .isEqualTo(expected.toString());
        }
        NodeStats figures = store.stats().nodes().get(0);
        assertThat(figures.linksOpened())
                .as("a connection for each protocol, and one for reads")
                .isBetween(2L, 3L);
    }

    @Test
    void pushMessagesArePassedOver() {
        try (ScriptedPeer peer = new ScriptedPeer(
                (number, client) -> ScriptedPeer.send(client, ">2\r\n+news\r\n*1\r\n:1\r\n$2\r\nok\r\n"))) {
            assertThat(client(open(peer.address(), LONG)).read("k", "GET", "k").get())
                    .isEqualTo("$2\r\nok\r\n");
        }
    }

    /** Whether nothing of the second reply has arrived, or a part. */
    @ParameterizedTest
    @ValueSource(strings = {"", "$", "$10\r\n", "$10\r\n01234567", "$10\r\n0123456789\r"})
    void noReplyWaitsForTheNextOne(String beginning) throws Exception {
        CountDownLatch isFlushed = new CountDownLatch(1);
        String second = "$10\r\n0123456789\r\n";
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                ScriptedPeer.send(client, "$5\r\nfirst\r\n" + beginning);
            } else {
                isFlushed.await();
                ScriptedPeer.send(client, second.substring(beginning.length()));
            }
        })) {
            Passed.Client client = client(open(peer.address(), LONG));
            List<Passed> both =
                    client.together(List.of(words("GET", "a"), words("GET", "b")), /* isRepeatable= */ true);
            both.get(0).awaitFlush();
            assertThat(both.get(0).get()).isEqualTo("$5\r\nfirst\r\n");
            isFlushed.countDown();
            both.get(1).awaitFlush();
            assertThat(both.get(1).get()).isEqualTo(second);
        } finally {
            isFlushed.countDown();
        }
    }

    @Test
    void nobodyWaitsForWhatIsLarge() throws Exception {
        CountDownLatch isOtherAnswered = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                isOtherAnswered.await();
            }
            ScriptedPeer.send(client, "$2\r\nok\r\n");
        })) {
            StandaloneStore store = open(peer.address(), LONG);
            Passed large = client(store).read("k", "GET", "x".repeat(PassedCommand.BULK_BYTES));
            await().until(() -> peer.gets() == 1);
            Passed.Client other = new Passed.Client(relay(store), 7, /* isResp3= */ false);
            assertThat(other.read("k", "GET", "k").get()).isEqualTo("$2\r\nok\r\n");
            isOtherAnswered.countDown();
            assertThat(large.get()).isEqualTo("$2\r\nok\r\n");
        } finally {
            isOtherAnswered.countDown();
        }
    }

    private static String[] words(String... words) {
        return words;
    }

    /* --------------- Failures --------------- */

    @Test
    void whatMayHaveBeenExecutedIsNotSentAgain() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                client.close();
            } else {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            }
        })) {
            Passed.Client client = client(open(peer.address(), LONG));
            assertThat(client.write("GET", "k").get())
                    .startsWith("ERR Redis at %s is unreachable".formatted(peer.address()))
                    .endsWith(PassRequest.UNKNOWN_FATE);
            assertThat(client.write("GET", "k").get()).isEqualTo("$2\r\nok\r\n");
            assertThat(peer.gets()).isEqualTo(2);
        }
    }

    @Test
    void whatIsRepeatableIsSentOnceMore() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                client.close();
            } else {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            }
        })) {
            assertThat(client(open(peer.address(), LONG)).read("k", "GET", "k").get())
                    .isEqualTo("$2\r\nok\r\n");
            assertThat(peer.gets()).isEqualTo(2);
        }
    }

    @Test
    void ofOnePipelineOnlyWhatIsRepeatableIsSentAgain() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                client.close();
            } else {
                ScriptedPeer.send(client, "$2\r\nok\r\n");
            }
        })) {
            StandaloneStore store = open(peer.address(), LONG);
            Passed.Client client = client(store);
            Passed write = new Passed(client);
            Passed read = new Passed(client);
            relay(store)
                    .pass(List.of(
                            client.command(/* isRepeatable= */ false, "k", write, "GET", "k"),
                            client.command(/* isRepeatable= */ true, "k", read, "GET", "k")));
            assertThat(write.get()).endsWith(PassRequest.UNKNOWN_FATE);
            assertThat(read.get()).isEqualTo("$2\r\nok\r\n");
        }
    }

    @Test
    void whatHasNotLeftIsKnownNotToBeExecuted() {
        Address closed = Address.loopback(FreePort.find());
        Passed write = client(open(closed, LONG)).write("SET", "k", "v");
        assertThat(write.get()).startsWith("ERR Redis at %s is unreachable".formatted(closed));
        assertThat(write.get()).doesNotContain(PassRequest.UNKNOWN_FATE);
        assertThat(write.isInDoubt()).isFalse();
    }

    @Test
    void theFateOfWhatIsNotAnsweredInTimeIsUnknown() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {})) {
            Passed.Client client = client(open(peer.address(), SHORT));
            Passed write = client.write("GET", "k");
            assertThat(write.get())
                    .isEqualTo(
                            "ERR Redis at %s did not answer within 0.4 s%s", peer.address(), PassRequest.UNKNOWN_FATE);
            assertThat(write.isInDoubt()).isTrue();
            Passed read = client.read("k", "GET", "k");
            assertThat(read.get()).startsWith("ERR Redis at ");
            assertThat(read.isInDoubt()).as("it changes nothing").isFalse();
        }
    }

    /** Two that are waited for: one whose connection was closed is found to be dead before anything leaves on it. */
    @Test
    void aConnectionThatWasClosedWhileIdleCostsNoCommand() {
        Passed.Client client = client(open(REDIS.address(), LONG));
        for (int i = 0; i < 3; i++) {
            assertThat(client.write("INCR", "n").get()).isEqualTo(":%d\r\n", i + 1);
            REDIS.control().call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hello\r\n", "$x\r\n", "$3\r\nabcd\r\n", "*1\r\n>0\r\n", "+a\n", "*-2\r\n", "$99999999999\r\n"})
    void whatIsNoReplyFailsTheCommand(String bytes) {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> ScriptedPeer.send(client, bytes))) {
            assertThat(client(open(peer.address(), LONG)).write("GET", "k").get())
                    .startsWith("ERR Redis at %s sent ".formatted(peer.address()))
                    .endsWith(PassRequest.UNKNOWN_FATE);
        }
    }

    /* --------------- Commands of the server --------------- */

    @Test
    void aServerIsAskedForItsCommandsWhenTheyAreWanted() {
        StandaloneStore store = open(REDIS.address(), LONG);
        assertThat(store.commands().isKnown()).isFalse();
        await().atMost(Address.PATIENCE).until(() -> store.commands().isKnown());
        assertThat(store.commands().names()).contains("get", "set", "flushall");
    }
}
