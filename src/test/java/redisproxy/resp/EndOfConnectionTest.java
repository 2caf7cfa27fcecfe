package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class EndOfConnectionTest {
    private final RunningResp resp = new RunningResp();
    private final FakeStore store = resp.store;

    @AfterEach
    void stop() {
        resp.close();
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
        try (RespClient client = Traffic.connectOfSmallValues(resp)) {
            store.hold();
            client.send(Bytes.of(Traffic.encodeGets(requests, i -> "k" + i)));
            client.finishSending();
            await().atMost(Address.PATIENCE).until(() -> store.heldCount() >= 512);
            CompletableFuture<Void> releasing = CompletableFuture.runAsync(store::release);
            assertThat(client.readToEnd().asUtf8()).isEqualTo(expected.toString());
            assertThat(releasing).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void halfClosedClientLosesItsIncompleteRequest() {
        try (RespClient client = resp.connect()) {
            client.send(Bytes.utf8("PING\r\nGET unfinis"));
            client.finishSending();
            assertThat(client.readToEnd().asUtf8()).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void resetLeavesNoRegistration() throws Exception {
        store.put(Bytes.utf8("large"), Traffic.pattern(1, 8 * 1024 * 1024));
        try (RespClient other = resp.connect()) {
            other.call("GET", "large");
            store.hold();
            List<String> beginnings = List.of(
                    "", "*2\r\n$3\r\nGE", "GET slow\r\n", "GET large\r\n", "GET large\r\nGET large\r\nGET slow2\r\n");
            for (String beginning : beginnings) {
                reset(beginning);
            }
            store.release();
            Traffic.awaitConnected(other, 1);
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
            Traffic.awaitConnected(other, 1);
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("v"));
        }
        assertThat(store.asked()).hasSize(1);
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
}
