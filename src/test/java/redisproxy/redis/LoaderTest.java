package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.GRACE_MILLIS;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.SHORT;
import static redisproxy.redis.StoreFixture.ask;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;
import static redisproxy.redis.StoreFixture.recovers;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.upstream.Question;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LoaderTest {
    private final StoreFixture stores = new StoreFixture();

    @AfterEach
    void close() {
        stores.close();
    }

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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
            Outcome outcome = load(cache, "bad");
            assertThat(outcome.failure().getMessage()).startsWith("Redis at " + peer.address() + " ");
            assertThat(outcome.failure().isErrorReply()).isFalse();
            assertThat(outcome.millis()).isLessThan(5_000);
            assertThat(peer.gets()).as("asked once, and once again").isEqualTo(2);
            recovers(() -> assertThat(load(cache, "good").value()).isEqualTo(Bytes.utf8("ok")));
        }
    }

    /** Each is followed by what would be taken for the next reply, or for the missing end of this one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$3\r\nabcXY",
                "$3\r\nabc\r\r",
                "$-5\r\n",
                "$99999999999\r\n",
                "$+3\r\nabc\r\n",
                ":1\r\n",
                "+abc\r\n",
                "*-1\r\n"
            })
    void malformedReplyFailsItsConnection(String reply) {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) ->
                ScriptedPeer.send(client, number <= 2 ? reply + "$5\r\nwrong\r\n" : "$2\r\nok\r\n"))) {
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
            Outcome outcome = load(cache, "bad");
            assertThat(outcome.failure().getMessage()).startsWith("Redis at " + peer.address() + " sent ");
            assertThat(outcome.failure().isErrorReply()).isFalse();
            assertThat(peer.gets()).as("asked once, and once again").isEqualTo(2);
            assertThat(cache.stats().size()).isZero();
            recovers(() -> assertThat(load(cache, "bad").value()).isEqualTo(Bytes.utf8("ok")));
            assertThat(peer.connections()).as("a fresh one each time").isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$3\r\nabcXY", "$-5\r\n", "$+3\r\nabc\r\n", ":1\r\n"})
    void malformedReplyIsAskedForAgain(String reply) {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) ->
                ScriptedPeer.send(client, number == 1 ? reply + "$5\r\nwrong\r\n" : "$2\r\nok\r\n"))) {
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
            assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("ok"));
            assertThat(peer.gets()).isEqualTo(2);
            assertThat(peer.connections()).isEqualTo(2);
            NodeStats stats = cache.storeStats().nodes().get(0);
            assertThat(stats.linksOpened()).isEqualTo(2);
            assertThat(stats.linksBroken()).isOne();
        }
    }

    /** A bulk string without its line end would be followed by the reply to another request. */
    @Test
    void malformedReplyToAQuestionFailsItsConnection() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) ->
                ScriptedPeer.send(client, number <= 2 ? "$6\r\nstringXY$4\r\nhash\r\n" : "+set\r\n"))) {
            StandaloneStore store = new StandaloneStore(config(peer.address(), 1, LONG), null, new EventLog());
            store.start(stores.add(store));
            assertThat(ask(store, Question.About.TYPE))
                    .isEqualTo("ERR Redis at %s sent more than the length that was declared", peer.address());
            assertThat(peer.gets()).as("asked once, and once again").isEqualTo(2);
            recovers(() -> assertThat(ask(store, Question.About.TYPE)).isEqualTo("set"));
        }
    }

    @ParameterizedTest
    @CsvSource({"TYPE, :1", "EXISTS, +yes", "EXISTS, _", "STRLEN, $-1", "STRLEN, +5"})
    void replyOfAnotherTypeToAQuestionFailsItsConnection(Question.About about, String reply) {
        try (ScriptedPeer peer =
                new ScriptedPeer((number, client) -> ScriptedPeer.send(client, reply + "\r\n:7\r\n"))) {
            StandaloneStore store = new StandaloneStore(config(peer.address(), 1, LONG), null, new EventLog());
            store.start(stores.add(store));
            assertThat(ask(store, about))
                    .isEqualTo("ERR Redis at %s sent a reply of the wrong type to %s", peer.address(), about);
            assertThat(peer.gets()).as("asked once, and once again").isEqualTo(2);
        }
    }

    @Test
    void valuesBeforeAMalformedReplyAreRight() throws InterruptedException {
        CountDownLatch allWait = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                allWait.await();
            }
            // The batch is 2, 3, 4; the repeated rest of it 5 and 6.
            ScriptedPeer.send(client, number == 3 ? "$2\r\nnoXY" : TrackingPeer.bulk("value " + number));
        })) {
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
            Outcome blocker = load(cache, "blocker");
            await().atMost(Address.PATIENCE).until(() -> peer.gets() == 1);
            List<Outcome> batch = List.of(load(cache, "a"), load(cache, "b"), load(cache, "c"));
            allWait.countDown();
            assertThat(blocker.value()).isEqualTo(Bytes.utf8("value 1"));
            assertThat(batch.get(0).value()).isEqualTo(Bytes.utf8("value 2"));
            assertThat(batch.get(1).value().asUtf8()).startsWith("value ").isNotEqualTo("value 2");
            assertThat(batch.get(2).value().asUtf8()).startsWith("value ").isNotEqualTo("value 2");
        }
    }

    /** Else each load would make two connections, as fast as clients ask. */
    @Test
    void connectionsThatAllBreakAreNotMadeForEachLoad() {
        EventLog events = new EventLog();
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> client.close())) {
            StandaloneStore store = new StandaloneStore(config(peer.address(), 1, LONG), null, events);
            ReadThroughCache cache = stores.add(store);
            store.start(cache);
            for (int i = 0; i < 3; i++) {
                assertThat(cache.storeStats().circuit()).isEqualTo("closed");
                assertThat(load(cache, "k").failure().isErrorReply()).isFalse();
            }
            // A PING is answered, so the circuit is closed again soon.
            await().atMost(Address.PATIENCE)
                    .until(() -> events.events().after(0).stream()
                            .anyMatch(event -> event.kind() == EventKind.REDIS_UNREACHABLE));
            assertThat(peer.gets()).isEqualTo(6);
        }
    }

    /** What is there to read before anything is asked would be taken for the next value, and so on for ever. */
    @Test
    void surplusRepliesShiftNothing() {
        try (ScriptedPeer peer =
                new ScriptedPeer((number, client) -> ScriptedPeer.send(client, "$2\r\nok\r\n$5\r\nwrong\r\n"))) {
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, SHORT));
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
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
            assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("value"));
        }
    }

    /** On a busy machine a thread starts late. The peer is to blame if it has had three quarters of the time. */
    private static final Duration SILENCE = Duration.ofMillis(1_500);

    @Test
    void silentPeerFailsInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ScriptedPeer mute = new ScriptedPeer((number, client) -> stayMute(client))) {
            for (Address address : List.of(Address.loopback(silent.getLocalPort()), mute.address())) {
                ReadThroughCache cache = stores.open(config(address, 1, SILENCE));
                Outcome first = load(cache, "a");
                Outcome second = load(cache, "b");
                assertThat(first.failure()).hasMessage("Redis at %s did not answer within 1.5 s", address);
                assertThat(second.failure()).hasMessage("Redis at %s did not answer within 1.5 s", address);
                assertThat(first.millis()).isLessThan(SILENCE.toMillis() + GRACE_MILLIS);
                assertThat(second.millis()).isLessThan(SILENCE.toMillis() + GRACE_MILLIS);
            }
        }
    }

    /** Reads nothing and says nothing. */
    private static void stayMute(Socket client) {
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void neverMoreConnectionsThanPooled() {
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> ScriptedPeer.send(client, "$1\r\nx\r\n"))) {
            ReadThroughCache cache = stores.open(config(peer.address(), 3, LONG));
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                outcomes.add(load(cache, "k" + i));
            }
            outcomes.forEach(Outcome::value);
            assertThat(peer.connections()).isLessThanOrEqualTo(3);
        }
    }
}
