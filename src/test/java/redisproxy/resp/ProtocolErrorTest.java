package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.fixtures.FakeStore;
import redisproxy.net.HangUp;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProtocolErrorTest {
    private final RunningResp resp = new RunningResp();
    private final FakeStore store = resp.store;

    @AfterEach
    void stop() {
        resp.close();
    }

    @Test
    void protocolErrorClosesThatConnectionOnly() {
        store.put("k", "v");
        try (RespClient good = resp.connect();
                RespClient bad = resp.connect()) {
            bad.send(Bytes.utf8("GET k\r\n*1\r\n:5\r\nPING\r\n"));
            assertThat(bad.readToEnd().asUtf8()).isEqualTo("$1\r\nv\r\n-ERR Protocol error: expected '$', got ':'\r\n");
            assertThat(good.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            Traffic.awaitConnected(good, 1);
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
    void protocolErrorIsDelayed() {
        try (RespClient client = resp.connect()) {
            long sent = System.nanoTime();
            client.send(Bytes.utf8("*x\r\n"));
            assertThat(client.read()).isEqualTo(new Reply.Failure("ERR Protocol error: invalid multibulk length"));
            assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(HangUp.LATE_MILLIS * 1_000_000);
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

    /** The connection is older than the time that a closing connection stays open. */
    @Test
    void protocolErrorOfAnOldConnectionIsTold() throws InterruptedException {
        try (RespClient client = resp.connect()) {
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            Thread.sleep(1_100);
            client.send(Bytes.utf8("*x\r\n"));
            assertThat(client.read()).isEqualTo(new Reply.Failure("ERR Protocol error: invalid multibulk length"));
            assertThat(client.readToEnd()).isEqualTo(Bytes.of());
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

    private static boolean closedSilently(RespClient client) {
        try {
            return client.readToEnd().size() == 0;
        } catch (UncheckedIOException reset) {
            return true;
        }
    }
}
