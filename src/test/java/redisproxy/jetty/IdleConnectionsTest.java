package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;

/** A connection is closed when it is idle between two requests for too long, and at no other time. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IdleConnectionsTest {
    private static final Duration IDLE = Duration.ofMillis(300);

    private RunningConnector running;

    @BeforeEach
    void start() throws Exception {
        running = RunningConnector.startIdle(IDLE);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void idleConnectionsAreClosed() {
        HttpConnection silent = running.connect();
        HttpConnection used = running.known();
        assertThat(silent.readToEnd()).isEqualTo(Bytes.of());
        assertThat(used.readToEnd()).isEqualTo(Bytes.of());
    }

    /** The other connection, which is idle, tells when the time is over. */
    @Test
    void connectionsThatAwaitALoadAreNotIdle() {
        HttpConnection waiting = running.known();
        assertThat(RunningConnector.get(waiting, "/k").status()).isEqualTo(200);
        running.store.put("slow", "value");
        running.store.hold();
        waiting.send(HttpConnection.request("GET /slow"));
        running.store.awaitHeld(1);
        outlastIdleConnections();
        running.store.release();
        assertThat(waiting.read().body()).isEqualTo(Bytes.utf8("value"));
    }

    @Test
    void connectionsThatSendARequestAreNotIdle() {
        HttpConnection sending = running.connect();
        sending.send(Bytes.utf8("GET /new HTTP/1.1\r\nHost: pro"));
        outlastIdleConnections();
        sending.send(Bytes.utf8("xy\r\n\r\n"));
        assertThat(sending.read().status()).isEqualTo(Teapot.STATUS);
    }

    private void outlastIdleConnections() {
        for (int i = 0; i < 2; i++) {
            assertThat(running.connect().readToEnd()).isEqualTo(Bytes.of());
        }
    }
}
