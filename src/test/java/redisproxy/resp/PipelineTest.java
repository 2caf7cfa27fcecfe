package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(RunningResp.Transport.class)
final class PipelineTest {
    private final RunningResp resp;
    private final FakeStore store;

    PipelineTest(RunningResp.Transport transport) {
        this.resp = new RunningResp(transport);
        this.store = resp.store;
    }

    @AfterEach
    void stop() {
        resp.close();
    }

    @Test
    void repliesKeepTheirOrderInAnyMixture() {
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
                    assertThat(Traffic.text(reply)).as("reply %d", i).startsWith("miss value ");
                }
            }
        }
    }

    @Test
    void hitsWaitBehindMissesOfTheirOwnClientOnly() {
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

    /** Until a client has been seen to ask for small values, it may ask for large ones and read none of them. */
    @Test
    void fewLargeValuesAreLoadedAtOnceForOneClient() {
        int requests = 1_000;
        for (int i = 0; i < requests; i++) {
            store.put("large" + i, "x".repeat(100_000));
        }
        try (RespClient deaf = resp.connect();
                RespClient other = resp.connect()) {
            deaf.send(Bytes.of(Traffic.encodeGets(requests, i -> "large" + i)));
            Traffic.awaitStalled(other, deaf);
            assertThat(other.call("GET", "small")).isInstanceOf(Reply.Nil.class);
            // Some values fill the sockets, some are queued, and some loads were under way.
            assertThat(store.asked().size()).isLessThan(150);
            for (int i = 0; i < requests; i++) {
                assertThat(deaf.read()).isEqualTo(Reply.bulk("x".repeat(100_000)));
            }
        }
    }

    @Test
    void deepPipelinesOfMissesAreAnswered() {
        int requests = 5_000;
        Bytes pipeline = Bytes.of(Traffic.encodeGets(requests, i -> "k" + i));
        for (int i = 0; i < requests; i++) {
            store.put("k" + i, "v" + i);
        }
        try (RespClient client = Traffic.connectOfSmallValues(resp);
                RespClient other = resp.connect()) {
            store.hold();
            client.send(pipeline);
            await().atMost(Address.PATIENCE).until(() -> store.heldCount() >= 512);
            Traffic.passTurns(other, 100);
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
    void skippedRepliesAreNotSent() {
        store.put("k", "v");
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("GET k\r\nCLIENT REPLY SKIP\r\nGET k\r\nGET k\r\nECHO a\r\n"));
            assertThat(client.read()).isEqualTo(Reply.bulk("v"));
            assertThat(client.read()).isEqualTo(Reply.bulk("v"));
            assertThat(client.read()).isEqualTo(Reply.bulk("a"));
            assertThat(client.hasInput()).isFalse();
        }
    }

    @Test
    void repliesCanBeSwitchedOffAndOn() {
        store.put("k", "v");
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("CLIENT REPLY OFF\r\nGET k\r\nMGET k\r\nPING\r\nCACHE FLUSH\r\n"));
            client.send(Bytes.utf8("CLIENT SETNAME me\r\nCLIENT REPLY ON\r\nCLIENT GETNAME\r\nGET k\r\n"));
            assertThat(client.read()).isEqualTo(new Reply.Simple("OK"));
            assertThat(client.read()).isEqualTo(Reply.bulk("me"));
            assertThat(client.read()).isEqualTo(Reply.bulk("v"));
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("k"));
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

    /** The memory of a round is used again for other clients while as many replies as possible wait for loads. */
    @Test
    void requestsBehindManyMissesKeepTheirBytes() {
        int misses = 1_000;
        store.put("k", "value");
        try (RespClient client = Traffic.connectOfSmallValues(resp);
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

    private static Bytes slice(byte[] bytes, int from, int to) {
        return Bytes.of(Arrays.copyOfRange(bytes, from, to));
    }
}
