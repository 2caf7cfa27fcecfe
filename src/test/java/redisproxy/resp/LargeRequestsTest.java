package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Requests that cost much: others are served meanwhile, and the replies are complete. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(RunningResp.Transport.class)
final class LargeRequestsTest {
    private static final int WINDOW = LoadWindow.KEYS;
    private static final int PRESENT_KEYS = 1_000_000;

    /** How often the one request is repeated that may have ended before another could be sent. */
    private static final int MOST_ATTEMPTS = 20;

    private final RunningResp resp;

    LargeRequestsTest(RunningResp.Transport transport) {
        this.resp = new RunningResp(transport);
    }

    @AfterEach
    void stop() {
        resp.close();
    }

    private static Bytes request(String command, int keys, IntFunction<String> key) {
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        IntStream.range(0, keys).mapToObj(key).forEach(words::add);
        return RespClient.encode(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "COMMAND DOCS, client, command|docs, 300002",
        "COMMAND INFO, get, command|info, 300002",
        "CONFIG GET, *z*, config|get, 300002",
        "CLIENT KILL, ID, client|kill, 300002",
        "CLIENT LIST ID, 1, client|list, 300003",
        "CACHE INVALIDATE, key, cache|invalidate, 300002",
        "INFO, cache, info, 300001",
        "HELLO 3, SETNAME, hello, 300002",
        "QUIT, now, quit, 300001"
    })
    void refusesTooManyArguments(String command, String word, String name, int count) {
        try (RespClient client = resp.connect()) {
            client.send(request(command, 300_000, i -> word));
            assertThat(client.read())
                    .isEqualTo(new Reply.Failure(
                            "ERR too many arguments for '%s' command: %d (at most 1024)".formatted(name, count)));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @ParameterizedTest
    @CsvSource({"COMMAND DOCS, command|docs, 2", "CLIENT, client, 1", "INFO, info, 1"})
    void refusesLongWords(String command, String name, int position) {
        try (RespClient client = resp.connect()) {
            client.send(request(command, 1, i -> "x".repeat(1_000_000)));
            assertThat(client.read())
                    .isEqualTo(new Reply.Failure(
                            "ERR argument %d of '%s' command is too long: 1000000 bytes (at most 16384)"
                                    .formatted(position, name)));
        }
    }

    @Test
    void echoesUpToTheLongestMessage() {
        try (RespClient client = resp.connect()) {
            String longest = "x".repeat(RequestBounds.MAX_MESSAGE_BYTES);
            assertThat(client.call("ECHO", longest)).isEqualTo(Reply.bulk(longest));
            assertThat(client.call("PING", longest + "x"))
                    .isEqualTo(new Reply.Failure(
                            "ERR argument 1 of 'ping' command is too long: 1048577 bytes (at most 1048576)"));
        }
    }

    @Test
    void loadsManyKeysInWindows() {
        int keys = 5 * WINDOW;
        List<Reply> expected = new ArrayList<>(Collections.nCopies(keys, new Reply.Nil("$-1")));
        for (int i = 0; i < keys; i += 3) {
            resp.store.put("k" + i, "v" + i);
            expected.set(i, Reply.bulk("v" + i));
        }
        resp.store.hold();
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            client.send(request("MGET", keys, i -> "k" + i));
            client.send(RespClient.encode("ECHO", "after"));
            for (int asked = 0; asked < keys; ) {
                int before = asked;
                await().atMost(Address.PATIENCE).until(() -> resp.store.asked().size() > before);
                assertThat(other.call("PING")).isEqualTo(new Reply.Simple("PONG"));
                assertThat(resp.store.heldCount()).isLessThanOrEqualTo(WINDOW);
                asked = resp.store.asked().size();
                resp.store.releaseBackwards();
            }
            resp.store.release();
            assertThat(client.read()).isEqualTo(new Reply.Items(expected));
            assertThat(client.read()).isEqualTo(Reply.bulk("after"));
        }
    }

    @Test
    void requestsOfOneConnectionShareTheWindow() {
        resp.store.hold();
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            for (int request = 0; request < 20; request++) {
                int first = 300 * request;
                client.send(request("EXISTS", 300, i -> "k" + (first + i)));
            }
            await().atMost(Address.PATIENCE).until(() -> resp.store.heldCount() > WINDOW / 2);
            Traffic.passTurns(other, 100);
            assertThat(resp.store.heldCount()).isLessThanOrEqualTo(WINDOW);
            resp.store.release();
            for (int request = 0; request < 20; request++) {
                assertThat(client.read()).isEqualTo(new Reply.Whole(0));
            }
        }
    }

    @Test
    void countsManyKeys() {
        int keys = 20 * WINDOW;
        for (int i = 0; i < keys; i += 2) {
            resp.store.put("k" + i, "");
        }
        resp.store.refuse("k1", BackingStoreException.notAString("WRONGTYPE not a string"));
        try (RespClient client = resp.connect()) {
            client.send(request("EXISTS", keys, i -> "k" + i));
            assertThat(client.read()).isEqualTo(new Reply.Whole(keys / 2 + 1));
        }
    }

    @Test
    void failureEndsTheRead() {
        resp.store.hold().refuse("k7", BackingStoreException.unavailable("Redis is gone", null));
        try (RespClient client = resp.connect()) {
            client.send(request("MGET", 10 * WINDOW, i -> "k" + i));
            resp.store.awaitHeld(WINDOW);
            resp.store.release("k7");
            resp.store.release();
            assertThat(client.read()).isEqualTo(new Reply.Failure("ERR Redis is gone"));
        }
        assertThat(resp.store.asked()).hasSizeLessThanOrEqualTo(2 * WINDOW);
    }

    @Test
    void clientThatLeavesEndsItsRead() {
        resp.store.hold();
        try (RespClient observer = resp.connect()) {
            RespClient client = resp.connect();
            client.send(request("MGET", 5 * WINDOW, i -> "k" + i));
            resp.store.awaitHeld(WINDOW);
            Traffic.awaitConnected(observer, 2);
            client.close();
            Traffic.awaitConnected(observer, 1);
            resp.store.release();
            assertThat(observer.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
        assertThat(resp.store.asked()).hasSize(WINDOW);
    }

    @Test
    void othersAreServedWhileManyPresentKeysAreRead() {
        resp.store.put("k", "v");
        Bytes request = request("EXISTS", PRESENT_KEYS, i -> "k");
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("v"));
            boolean isServed = false;
            for (int attempt = 0; attempt < MOST_ATTEMPTS && !isServed; attempt++) {
                long before = resp.hits();
                client.send(request);
                isServed = isServedWhileKeysAreRead(other, before);
                assertThat(client.read()).isEqualTo(new Reply.Whole(PRESENT_KEYS));
            }
            assertThat(isServed).as("a reply after some keys and before others").isTrue();
        }
    }

    /**
     * Asks as soon as keys are being read; returns whether some are left after the reply. If none is, all may have been read
     * before this thread was run again, and nothing is known.
     */
    private boolean isServedWhileKeysAreRead(RespClient other, long before) {
        long deadline = System.nanoTime() + Address.PATIENCE.toNanos();
        while (resp.hits() == before) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no key is read");
            }
            Thread.onSpinWait();
        }
        assertThat(other.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        return resp.hits() < before + PRESENT_KEYS;
    }

    @Test
    void manyValuesArriveInOrder() {
        int keys = 30_000;
        for (int i = 0; i < 100; i++) {
            resp.store.put("k" + i, "v".repeat(i * 10));
        }
        try (RespClient client = resp.connect()) {
            client.call("HELLO", "3");
            client.send(request("MGET", keys, i -> "k" + i % 101));
            List<Reply> values = ((Reply.Items) client.read()).items();
            assertThat(values).hasSize(keys);
            for (int i = 0; i < keys; i++) {
                int key = i % 101;
                Reply expected = key == 100 ? new Reply.Nil("_") : Reply.bulk("v".repeat(key * 10));
                assertThat(values.get(i)).isEqualTo(expected);
            }
        }
    }

    @Test
    void pipelinesOfListsAreComplete() {
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            // Both are registered from now on.
            assertThat(other.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            Bytes list = RespClient.encode("CLIENT", "LIST");
            for (int i = 0; i < 500; i++) {
                client.send(list);
                client.send(RespClient.encode("ECHO", "e" + i));
            }
            assertThat(other.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            for (int i = 0; i < 500; i++) {
                assertThat(Traffic.text(client.read()).lines()).hasSize(2);
                assertThat(client.read()).isEqualTo(Reply.bulk("e" + i));
            }
        }
    }

    @Test
    void clientsThatLeaveLeaveNoWork() {
        try (RespClient other = resp.connect()) {
            for (int i = 0; i < 10; i++) {
                try (RespClient client = resp.connect()) {
                    client.send(RespClient.encode("CLIENT", "REPLY", "OFF"));
                    for (int j = 0; j < 100; j++) {
                        client.send(RespClient.encode("CACHE", "FLUSH"));
                        client.send(RespClient.encode("CACHE", "KEYS", "10000"));
                    }
                }
            }
            assertThat(other.call("CACHE", "FLUSH")).isEqualTo(new Reply.Simple("OK"));
            Traffic.awaitConnected(other, 1);
        }
    }
}
