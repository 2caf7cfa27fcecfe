package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.BackingStoreException;
import redisproxy.fixtures.FakeStore;
import redisproxy.net.LingeringClose;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RespConnectorTest {
    private static final Pattern CONNECTED = Pattern.compile("connected_clients:(\\d+)");

    private final RunningResp resp = new RunningResp();
    private final FakeStore store = resp.store;

    @AfterEach
    void stop() {
        resp.close();
    }

    /* --------------- Values --------------- */

    @Test
    void answersMissThenHit() {
        store.put("Batman", "Superhero");
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            assertThat(client.call("get", "Batman")).isEqualTo(Reply.bulk("Superhero"));
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("Batman"));
    }

    @Test
    void carriesEveryByte() {
        Bytes every = Bytes.everyValue();
        store.put(every, every.plus(every));
        try (RespClient client = resp.connect()) {
            assertThat(client.get(every)).isEqualTo(new Reply.Bulk(every.plus(every)));
            assertThat(client.get(every)).isEqualTo(new Reply.Bulk(every.plus(every)));
        }
    }

    @Test
    void tellsEmptyFromAbsent() {
        store.put("empty", "").put("", "empty key");
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "empty")).isEqualTo(Reply.bulk(""));
            assertThat(client.call("GET", "")).isEqualTo(Reply.bulk("empty key"));
            assertThat(client.call("GET", "absent")).isEqualTo(new Reply.Nil("$-1"));
            client.call("HELLO", "3");
            assertThat(client.call("GET", "absent")).isEqualTo(new Reply.Nil("_"));
            assertThat(client.call("GET", "empty")).isEqualTo(Reply.bulk(""));
        }
    }

    @Test
    void sendsLargeValues() {
        int[] sizes = {32_752, 32_753, 32_768, 65_536, 1024 * 1024, 48 * 1024 * 1024};
        for (int size : sizes) {
            store.put(Bytes.utf8("v" + size), pattern(size, size));
        }
        try (RespClient client = resp.connect()) {
            for (int size : sizes) {
                Reply expected = new Reply.Bulk(pattern(size, size));
                assertThat(client.call("GET", "v" + size).equals(expected))
                        .as("miss of %d bytes", size)
                        .isTrue();
                assertThat(client.call("GET", "v" + size).equals(expected))
                        .as("hit of %d bytes", size)
                        .isTrue();
            }
        }
    }

    @Test
    void takesLargeKeys() {
        Bytes key = pattern(7, 3 * 1024 * 1024);
        store.put(key, Bytes.utf8("found"));
        try (RespClient client = resp.connect()) {
            assertThat(client.get(key)).isEqualTo(Reply.bulk("found"));
            assertThat(client.get(key)).isEqualTo(Reply.bulk("found"));
            assertThat(client.call("ECHO", "after")).isEqualTo(Reply.bulk("after"));
        }
    }

    /* --------------- Failures --------------- */

    @Test
    void passesErrorsOfTheStoreOn() {
        String wrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
        store.refuse("list", BackingStoreException.notAString(wrongType))
                .refuse(
                        "down",
                        BackingStoreException.unavailable("Redis at x:1 is unreachable: Connection refused", null));
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "list")).isEqualTo(new Reply.Failure(wrongType));
            assertThat(client.call("GET", "down"))
                    .isEqualTo(new Reply.Failure("ERR Redis at x:1 is unreachable: Connection refused"));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void unknownCommandsKeepTheConnection() {
        try (RespClient client = resp.connect()) {
            assertThat(client.call("SETT", "a", "b"))
                    .isEqualTo(new Reply.Failure("ERR unknown command 'SETT', with args beginning with: 'a' 'b' "));
            assertThat(client.call("Set", "a", "b"))
                    .isEqualTo(new Reply.Failure(
                            "ERR unknown command 'Set': this is a read-through proxy, write to Redis itself"));
            assertThat(client.call("MULTI")).isInstanceOf(Reply.Failure.class);
            assertThat(client.call("SUBSCRIBE", "news")).isInstanceOf(Reply.Failure.class);
            assertThat(client.call("GET"))
                    .isEqualTo(new Reply.Failure("ERR wrong number of arguments for 'get' command"));
            assertThat(client.call("GET", "a", "b"))
                    .isEqualTo(new Reply.Failure("ERR wrong number of arguments for 'get' command"));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void protocolErrorClosesThatConnectionOnly() {
        store.put("k", "v");
        try (RespClient good = resp.connect();
                RespClient bad = resp.connect()) {
            bad.send(Bytes.utf8("GET k\r\n*1\r\n:5\r\nPING\r\n"));
            assertThat(bad.readToEnd().asUtf8()).isEqualTo("$1\r\nv\r\n-ERR Protocol error: expected '$', got ':'\r\n");
            assertThat(good.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            awaitConnected(good, 1);
        }
    }

    @Test
    void protocolErrorWaitsItsTurn() {
        store.put("k", "v").hold();
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("GET k\r\n*x\r\n"));
            store.awaitHeld(1);
            assertThat(client.hasInput()).isFalse();
            store.release();
            assertThat(client.readToEnd().asUtf8())
                    .isEqualTo("$1\r\nv\r\n-ERR Protocol error: invalid multibulk length\r\n");
        }
    }

    @Test
    void protocolErrorIsToldLate() {
        try (RespClient client = resp.connect()) {
            long sent = System.nanoTime();
            client.send(Bytes.utf8("*x\r\n"));
            assertThat(client.read()).isEqualTo(new Reply.Failure("ERR Protocol error: invalid multibulk length"));
            assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(LingeringClose.TARPIT_MILLIS * 1_000_000);
        }
    }

    @Test
    void protocolErrorReachesAClientStillSending() {
        Bytes rest = Bytes.of(new byte[200_000]);
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("*1\r\n!\r\n").plus(rest));
            assertThat(client.readToEnd().asUtf8()).isEqualTo("-ERR Protocol error: expected '$', got '!'\r\n");
        }
    }

    @Test
    void executesNothingAfterHttp() throws Exception {
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            client.send(Bytes.utf8("POST / HTTP/1.1\r\nHost: x\r\n\r\nGET secret\r\n"));
            assertThat(closedSilently(client)).isTrue();
            assertThat(other.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
        assertThat(store.asked()).isEmpty();
    }

    /* --------------- Pipelines --------------- */

    @Test
    void answersInOrderWhateverMix() {
        Random random = new Random(42);
        for (int i = 0; i < 40; i++) {
            store.put("hit" + i, "hit value " + i).put("miss" + i, "miss value " + "x".repeat(random.nextInt(3000)));
        }
        try (RespClient client = resp.connect()) {
            for (int i = 0; i < 40; i++) {
                client.call("GET", "hit" + i);
            }
            store.hold();
            Bytes pipeline = Bytes.of();
            List<Reply> expected = new ArrayList<>();
            List<String> misses = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                int n = random.nextInt(40);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        pipeline = pipeline.plus(RespClient.encode("GET", "hit" + n));
                        expected.add(Reply.bulk("hit value " + n));
                    }
                    case 1 -> {
                        pipeline = pipeline.plus(RespClient.encode("ECHO", "echo " + i));
                        expected.add(Reply.bulk("echo " + i));
                    }
                    case 2 -> {
                        pipeline = pipeline.plus(RespClient.encode("GET", "absent" + i));
                        expected.add(new Reply.Nil("$-1"));
                        misses.add("absent" + i);
                    }
                    default -> {
                        pipeline = pipeline.plus(RespClient.encode("GET", "miss" + n));
                        expected.add(null);
                        if (!misses.contains("miss" + n)) {
                            misses.add("miss" + n);
                        }
                    }
                }
            }
            client.send(pipeline);
            store.awaitHeld(misses.size());
            store.releaseBackwards();
            for (int i = 0; i < expected.size(); i++) {
                Reply reply = client.read();
                if (expected.get(i) != null) {
                    assertThat(reply).as("reply %d", i).isEqualTo(expected.get(i));
                } else {
                    assertThat(text(reply)).as("reply %d", i).startsWith("miss value ");
                }
            }
        }
    }

    @Test
    void hitsWaitBehindMissOnly() {
        store.put("hit", "1").put("slow", "2");
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            client.call("GET", "hit");
            store.hold();
            client.send(RespClient.encode("GET", "slow").plus(RespClient.encode("GET", "hit")));
            store.awaitHeld(1);
            assertThat(other.call("GET", "hit")).isEqualTo(Reply.bulk("1"));
            assertThat(client.hasInput()).isFalse();
            store.release("slow");
            assertThat(client.read()).isEqualTo(Reply.bulk("2"));
            assertThat(client.read()).isEqualTo(Reply.bulk("1"));
        }
    }

    /** A client of whom nothing is known might ask for large values, and not read them. */
    @Test
    void fewLargeValuesAreLoadedForOneClient() {
        int requests = 1_000;
        for (int i = 0; i < requests; i++) {
            store.put("large" + i, "x".repeat(100_000));
        }
        try (RespClient deaf = resp.connect();
                RespClient other = resp.connect()) {
            deaf.send(Bytes.of(encodeGets(requests, i -> "large" + i)));
            await().atMost(Address.PATIENCE).until(() -> !store.asked().isEmpty());
            assertThat(other.call("GET", "small")).isInstanceOf(Reply.Nil.class);
            // What the sockets hold, what may be queued, and some that were under way.
            assertThat(store.asked().size()).isLessThan(150);
            for (int i = 0; i < requests; i++) {
                assertThat(deaf.read()).isEqualTo(Reply.bulk("x".repeat(100_000)));
            }
        }
    }

    /** Returns a connection that has been seen to ask for small values. */
    private RespClient connectOfSmallValues() {
        RespClient client = resp.connect();
        for (int i = 0; i < 10; i++) {
            assertThat(client.call("GET", "small" + i)).isInstanceOf(Reply.Nil.class);
        }
        return client;
    }

    /** Longer than a connection that is hung up on stays open. */
    @Test
    void whoBreaksTheProtocolLateIsToldSo() throws InterruptedException {
        try (RespClient client = resp.connect()) {
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            Thread.sleep(1_100);
            client.send(Bytes.utf8("*x\r\n"));
            assertThat(client.read()).isEqualTo(new Reply.Failure("ERR Protocol error: invalid multibulk length"));
            assertThat(client.readToEnd()).isEqualTo(Bytes.of());
        }
    }

    @Test
    void lastCommandIsListed() {
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            assertThat(client.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            assertThat(list(other)).contains("cmd=get ", "cmd=client|list ");
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            assertThat(list(other)).contains("cmd=ping ").doesNotContain("cmd=get ");
        }
    }

    private static String list(RespClient client) {
        return ((Reply.Bulk) client.call("CLIENT", "LIST")).bytes().asUtf8();
    }

    @Test
    void deepPipelinesOfMissesAreAnswered() {
        int requests = 5_000;
        Bytes pipeline = Bytes.of(encodeGets(requests, i -> "k" + i));
        for (int i = 0; i < requests; i++) {
            store.put("k" + i, "v" + i);
        }
        try (RespClient client = connectOfSmallValues()) {
            store.hold();
            client.send(pipeline);
            await().atMost(Address.PATIENCE).until(() -> store.heldCount() >= 512);
            assertThat(store.heldCount()).as("misses under way for one client").isLessThanOrEqualTo(512);
            CompletableFuture<Void> releasing = CompletableFuture.runAsync(store::release);
            for (int i = 0; i < requests; i++) {
                assertThat(client.read()).isEqualTo(Reply.bulk("v" + i));
            }
            assertThat(releasing).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void protocolVersionCountsInPipelineOrder() {
        store.hold();
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("GET a\r\nHELLO 3\r\nGET b\r\nHELLO 2\r\nGET c\r\n"));
            store.awaitHeld(3);
            store.releaseBackwards();
            assertThat(client.read()).isEqualTo(new Reply.Nil("$-1"));
            assertThat(client.read()).isInstanceOf(Reply.Pairs.class);
            assertThat(client.read()).isEqualTo(new Reply.Nil("_"));
            assertThat(client.read()).isInstanceOf(Reply.Items.class);
            assertThat(client.read()).isEqualTo(new Reply.Nil("$-1"));
        }
    }

    @Test
    void takesRequestsSplitAtEveryByte() {
        store.put("k", "v").put("a b", "quoted");
        Bytes request = Bytes.utf8("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n\r\nGET \"a b\"\r\n*1\r\n$4\r\nPING\r\nGET nix\n");
        byte[] bytes = request.toArray();
        String expected = "$1\r\nv\r\n$6\r\nquoted\r\n+PONG\r\n$-1\r\n";
        try (RespClient client = resp.connect()) {
            for (int split = 0; split <= bytes.length; split++) {
                client.send(slice(bytes, 0, split));
                client.send(slice(bytes, split, bytes.length));
                assertThat(client.read(expected.length()).asUtf8())
                        .as("split at %d", split)
                        .isEqualTo(expected);
            }
            for (byte each : bytes) {
                client.send(Bytes.of(each));
            }
            assertThat(client.read(expected.length()).asUtf8()).isEqualTo(expected);
        }
    }

    @Test
    void quitDropsWhatFollows() {
        store.put("k", "v").put("after", "never");
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("GET k\r\nQUIT\r\nGET after\r\nPING\r\n"));
            assertThat(client.readToEnd().asUtf8()).isEqualTo("$1\r\nv\r\n+OK\r\n");
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("k"));
    }

    @Test
    void quitWaitsForMissesBeforeIt() {
        store.put("k", "v").hold();
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("GET k\r\nquit\r\n"));
            store.awaitHeld(1);
            store.release();
            assertThat(client.readToEnd().asUtf8()).isEqualTo("$1\r\nv\r\n+OK\r\n");
        }
    }

    @Test
    void halfClosedClientGetsEveryAnswer() {
        int requests = 2_000;
        for (int i = 0; i < requests; i++) {
            store.put("k" + i, "v" + i);
        }
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            expected.append("$")
                    .append(("v" + i).length())
                    .append("\r\nv")
                    .append(i)
                    .append("\r\n");
        }
        try (RespClient client = connectOfSmallValues()) {
            store.hold();
            client.send(Bytes.of(encodeGets(requests, i -> "k" + i)));
            client.finishSending();
            await().atMost(Address.PATIENCE).until(() -> store.heldCount() >= 512);
            CompletableFuture<Void> releasing = CompletableFuture.runAsync(store::release);
            assertThat(client.readToEnd().asUtf8()).isEqualTo(expected.toString());
            assertThat(releasing).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void halfCloseAlone() {
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("PING\r\nGET unfinis"));
            client.finishSending();
            assertThat(client.readToEnd().asUtf8()).isEqualTo("+PONG\r\n");
        }
    }

    /* --------------- Slow readers --------------- */

    @Test
    void lateReaderGetsAllInOrder() throws Exception {
        int requests = 20_000;
        int keys = 16;
        List<Bytes> values = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            values.add(pattern(i, 10_000 + i));
            store.put(Bytes.utf8("k" + i), values.get(i));
        }
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            for (int i = 0; i < keys; i++) {
                other.call("GET", "k" + i);
            }
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(() -> client.send(Bytes.of(encodeGets(requests, i -> "k" + i % keys))));
            awaitStalled(other, client);
            assertThat(other.call("GET", "k3")).isEqualTo(new Reply.Bulk(values.get(3)));
            for (int i = 0; i < requests; i++) {
                Reply reply = client.read();
                if (!reply.equals(new Reply.Bulk(values.get(i % keys)))) {
                    assertThat(reply).as("reply %d", i).isEqualTo(new Reply.Bulk(values.get(i % keys)));
                }
            }
            sending.get(10, TimeUnit.SECONDS);
        }
    }

    /** What waits behind a reply that is not taken keeps its own bytes, whatever others send meanwhile. */
    @Test
    void requestsBehindAnUntakenReplyStayWhatTheyAre() {
        Bytes large = pattern(1, 32 * 1024 * 1024);
        store.put(Bytes.utf8("large"), large).put("k", "value");
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            assertThat(other.call("GET", "large")).isEqualTo(new Reply.Bulk(large));
            client.send(RespClient.encode("GET", "large")
                    .plus(RespClient.encode("ECHO", "its own"))
                    .plus(RespClient.encode("GET", "k"))
                    .plus(Bytes.utf8("ECHO 'inline'\r\n")));
            awaitStalled(other, client);
            for (int i = 0; i < 100; i++) {
                other.send(RespClient.encode("GET", "k")
                        .plus(RespClient.encode("ECHO", "of another client".repeat(1 + i))));
                assertThat(other.read()).isEqualTo(Reply.bulk("value"));
                assertThat(other.read()).isEqualTo(Reply.bulk("of another client".repeat(1 + i)));
            }
            assertThat(client.read()).isEqualTo(new Reply.Bulk(large));
            assertThat(client.read()).isEqualTo(Reply.bulk("its own"));
            assertThat(client.read()).isEqualTo(Reply.bulk("value"));
            assertThat(client.read()).isEqualTo(Reply.bulk("inline"));
        }
    }

    /** The same behind as many replies as may wait for loads. */
    @Test
    void requestsBehindManyMissesStayWhatTheyAre() {
        int misses = 1_000;
        store.put("k", "value");
        try (RespClient client = connectOfSmallValues();
                RespClient other = resp.connect()) {
            store.hold();
            Bytes requests = Bytes.utf8("");
            for (int i = 0; i < misses; i++) {
                requests = requests.plus(RespClient.encode("GET", "m" + i));
                requests = i % 31 == 0 ? requests.plus(RespClient.encode("ECHO", "echo" + i)) : requests;
            }
            client.send(requests);
            await().atMost(Address.PATIENCE).until(() -> store.heldCount() > 100);
            for (int i = 0; i < 100; i++) {
                assertThat(other.call("ECHO", "of another client".repeat(1 + i)))
                        .isEqualTo(Reply.bulk("of another client".repeat(1 + i)));
            }
            store.release();
            for (int i = 0; i < misses; i++) {
                assertThat(client.read()).as("reply %d", i).isEqualTo(new Reply.Nil("$-1"));
                if (i % 31 == 0) {
                    assertThat(client.read()).isEqualTo(Reply.bulk("echo" + i));
                }
            }
        }
    }

    @Test
    void lateReaderOfMixedSizesIsServed() {
        Random random = new Random(7);
        List<Bytes> values = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int size = 1 << random.nextInt(18);
            values.add(pattern(i, size + random.nextInt(50)));
            store.put(Bytes.utf8("k" + i), values.get(i));
        }
        int requests = 3_000;
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(() -> client.send(Bytes.of(encodeGets(requests, i -> "k" + i % 60))));
            awaitStalled(other, client);
            for (int i = 0; i < requests; i++) {
                boolean equal = client.read().equals(new Reply.Bulk(values.get(i % 60)));
                assertThat(equal).as("reply %d", i).isTrue();
            }
            assertThat(sending).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void slowReadersStallNobody() {
        store.put(Bytes.utf8("large"), pattern(1, 16 * 1024 * 1024)).put("small", "s");
        List<RespClient> slow = new ArrayList<>();
        try (RespClient quick = resp.connect()) {
            quick.call("GET", "large");
            for (int i = 0; i < 20; i++) {
                RespClient client = resp.connect();
                slow.add(client);
                client.send(RespClient.encode("GET", "large"));
                client.read(1);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(quick.call("GET", "small")).isEqualTo(Reply.bulk("s"));
            }
        } finally {
            slow.forEach(RespClient::close);
        }
    }

    /* --------------- Connections --------------- */

    @Test
    void refusesConnectionsOverTheLimit() {
        List<RespClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < RunningResp.MAX_CONNECTIONS; i++) {
                RespClient client = resp.connect();
                clients.add(client);
                assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
            try (RespClient excess = resp.connect()) {
                assertThat(excess.readToEnd().asUtf8()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            try (RespClient excess = resp.connect()) {
                excess.send(RespClient.encode("PING"));
                assertThat(excess.readToEnd().asUtf8()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            clients.remove(0).close();
            awaitConnected(clients.get(0), RunningResp.MAX_CONNECTIONS - 1);
            try (RespClient again = resp.connect()) {
                assertThat(again.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
        } finally {
            clients.forEach(RespClient::close);
        }
    }

    @Test
    void resetLeavesNoRegistration() throws Exception {
        store.put(Bytes.utf8("large"), pattern(1, 8 * 1024 * 1024));
        try (RespClient other = resp.connect()) {
            other.call("GET", "large");
            store.hold();
            List<String> beginnings = List.of(
                    "", "*2\r\n$3\r\nGE", "GET slow\r\n", "GET large\r\n", "GET large\r\nGET large\r\nGET slow2\r\n");
            for (String beginning : beginnings) {
                reset(beginning);
            }
            store.release();
            awaitConnected(other, 1);
            assertThat(other.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void clientsThatLeaveWhileLoadingUnregister() {
        store.put("k", "v").hold();
        try (RespClient other = resp.connect()) {
            for (int i = 0; i < 10; i++) {
                try (RespClient client = resp.connect()) {
                    client.send(RespClient.encode("GET", "k"));
                    store.awaitHeld(1);
                }
            }
            store.release();
            awaitConnected(other, 1);
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("v"));
        }
        assertThat(store.asked()).hasSize(1);
    }

    @Test
    void stopAnswersWhatWasAsked() {
        store.put("a", "1").put("b", "2").hold();
        try (RespClient client = resp.connect();
                RespClient idle = resp.connect()) {
            idle.call("PING");
            client.send(Bytes.utf8("GET a\r\nPING\r\nGET b\r\n"));
            store.awaitHeld(2);
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(resp::stop);
            assertThat(idle.readToEnd().size()).isZero();
            assertThat(stopping).isNotDone();
            store.release();
            assertThat(client.readToEnd().asUtf8()).isEqualTo("$1\r\n1\r\n+PONG\r\n$1\r\n2\r\n");
            assertThat(stopping).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void stopWaitsForSlowReaderInBounds() {
        store.put(Bytes.utf8("large"), pattern(1, 32 * 1024 * 1024));
        try (RespClient client = resp.connect()) {
            client.send(RespClient.encode("GET", "large"));
            client.read(1);
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(resp::stop);
            assertThat(stopping)
                    .failsWithin(Address.PATIENCE)
                    .withThrowableThat()
                    .withRootCauseInstanceOf(TimeoutException.class);
            assertThat(resp.address().port()).isNegative();
        }
    }

    @Test
    void stoppedPortRefusesConnections() {
        Address address = resp.address();
        resp.stop();
        assertThat(address.isOpen()).isFalse();
        assertThatThrownBy(() -> RespClient.connect(address)).isInstanceOf(UncheckedIOException.class);
    }

    private void reset(String beginning) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), resp.address().port())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(Bytes.utf8(beginning).toArray());
            if (beginning.startsWith("GET large")) {
                assertThat(socket.getInputStream().read()).isEqualTo('$');
            }
        }
    }

    private static boolean closedSilently(RespClient client) {
        try {
            return client.readToEnd().size() == 0;
        } catch (UncheckedIOException reset) {
            return true;
        }
    }

    private static void awaitConnected(RespClient client, int connected) {
        await().atMost(Address.PATIENCE).untilAsserted(() -> {
            Matcher found = CONNECTED.matcher(text(client.call("INFO", "clients")));
            assertThat(found.find()).isTrue();
            assertThat(found.group(1)).isEqualTo(Integer.toString(connected));
        });
    }

    /** Waits until the server has executed some requests of the client, and then none for a while. */
    private static void awaitStalled(RespClient observer, RespClient reader) {
        Pattern processed = Pattern.compile("total_commands_processed:(\\d+)");
        long[] last = {-1};
        int[] same = {0};
        await().atMost(Address.PATIENCE).pollInterval(20, TimeUnit.MILLISECONDS).until(() -> {
            Matcher found = processed.matcher(text(observer.call("INFO", "stats")));
            long now = found.find() ? Long.parseLong(found.group(1)) : 0;
            // Asking is a command too.
            same[0] = reader.hasInput() && now == last[0] + 1 ? same[0] + 1 : 0;
            last[0] = now;
            return same[0] >= 5;
        });
    }

    private static String text(Reply reply) {
        return ((Reply.Bulk) reply).bytes().asUtf8();
    }

    private static byte[] encodeGets(int requests, IntFunction<String> keys) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < requests; i++) {
            out.writeBytes(RespClient.encode("GET", keys.apply(i)).toArray());
        }
        return out.toByteArray();
    }

    private static Bytes slice(byte[] bytes, int from, int to) {
        return Bytes.of(Arrays.copyOfRange(bytes, from, to));
    }

    private static Bytes pattern(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Bytes.of(bytes);
    }
}
