package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Connections are closed if their clients take too long, and only then. */
final class TimeoutsTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void closesClientsThatSendNoRestOfARequest() {
        try (RunningResp resp = running(Duration.ZERO, SHORT);
                RespClient stalled = resp.connect();
                RespClient declaring = resp.connect();
                RespClient idle = resp.connect()) {
            assertThat(idle.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            stalled.send(Bytes.utf8("*2\r\n$3\r\nGET\r\n$3\r\nk"));
            declaring.send(Bytes.utf8("*2\r\n$3\r\nGET\r\n$512000000\r\n"));
            assertThat(stalled.readToEnd().size()).isZero();
            assertThat(declaring.readToEnd().size()).isZero();
            assertThat(resp.stats().timedOut()).isEqualTo(2);
            assertThat(idle.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void closesClientsThatSendARequestTooSlowly() {
        try (RunningResp resp = running(Duration.ZERO, SHORT);
                RespClient other = resp.connect();
                RespClient dripping = resp.connect()) {
            dripping.send(Bytes.utf8("*2\r\n$3\r\nGET\r\n$512000000\r\n"));
            Awaitility.await().pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
                dripping.sendUntilRefused(Bytes.utf8("x"));
                assertThat(clients(other)).isEqualTo(1);
            });
        }
    }

    /** What is dropped as it arrives is a request all the same. */
    @Test
    void closesClientsThatSendNoRestOfARequestThatIsTooLarge() {
        try (RunningResp resp = running(Duration.ZERO, SHORT);
                RespClient stalled = resp.connect();
                RespClient other = resp.connect();
                RespClient dripping = resp.connect()) {
            stalled.send(Bytes.utf8("*2\r\n$4\r\nECHO\r\n$2000000\r\nk"));
            assertThat(stalled.readToEnd().size()).isZero();
            dripping.send(Bytes.utf8("*2\r\n$4\r\nECHO\r\n$2000000\r\n"));
            Awaitility.await().pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
                dripping.sendUntilRefused(Bytes.utf8("x"));
                assertThat(clients(other)).isEqualTo(1);
            });
        }
    }

    @Test
    void closesClientsThatReadNothing() {
        try (RunningResp resp = running(Duration.ZERO, SHORT);
                RespClient deaf = resp.connect()) {
            resp.store.put("large", "x".repeat(32 * 1024 * 1024));
            deaf.send(RespClient.encode("GET", "large"));
            try (RespClient other = resp.connect()) {
                Awaitility.await()
                        .untilAsserted(() -> assertThat(clients(other)).isEqualTo(1));
            }
        }
    }

    @Test
    void closesIdleClients() {
        try (RunningResp resp = running(SHORT, LONG);
                RespClient idle = resp.connect();
                RespClient waiting = resp.connect()) {
            resp.store.hold();
            waiting.send(RespClient.encode("GET", "k"));
            resp.store.awaitHeld(1);
            assertThat(idle.readToEnd().size()).isZero();
            assertThat(waiting.hasInput()).isFalse();
            resp.store.release();
            assertThat(waiting.read()).isInstanceOf(Reply.Nil.class);
        }
    }

    private static int clients(RespClient client) {
        return (int) ((Reply.Bulk) client.call("CLIENT", "LIST"))
                .bytes()
                .asUtf8()
                .lines()
                .count();
    }

    private static RunningResp running(Duration idle, Duration client) {
        return new RunningResp(new RespConfig("127.0.0.1", 0, RunningResp.MAX_CONNECTIONS, idle, client, 0));
    }
}
