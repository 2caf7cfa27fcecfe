package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.eclipse.jetty.server.handler.DefaultHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Clients that take too long to send or to read, and connections beyond the limit. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SlowClientsTest {
    /** Longer than a connection that has been refused stays open. */
    private static final Duration SHORT = Duration.ofMillis(1_200);

    private static final int LARGE_BYTES = 32 * 1024 * 1024;
    private static final int MAX_REQUESTS = 2;

    private RunningConnector running;
    private FakeStore store;

    @BeforeEach
    void start() throws Exception {
        running = RunningConnector.start(new DefaultHandler(), MAX_REQUESTS, SHORT);
        store = running.store;
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void anUnfinishedRequestIsAnsweredWithATimeout() {
        HttpConnection idle = running.connect();
        HttpConnection stalled = running.connect();
        stalled.send(Bytes.utf8("GET /k HTTP/1.1\r\nHost: pro"));
        assertTimedOut(stalled);
        idle.send(HttpConnection.request("GET /new"));
        assertThat(idle.read().status()).isEqualTo(404);
        idle.send(Bytes.utf8("GET /k"));
        assertTimedOut(idle);
    }

    @Test
    void emptyLinesAreNoRequest() {
        HttpConnection connection = running.connect();
        connection.send(Bytes.utf8("\r\n"));
        connection.send(Bytes.utf8("\r\n\r\n"));
        connection.send(HttpConnection.request("GET /new"));
        assertThat(connection.read().status()).isEqualTo(404);
    }

    @Test
    void aDrippingRequestIsAnsweredWithATimeout() {
        HttpConnection dripping = running.connect();
        dripping.send(Bytes.utf8("GET /k HTTP/1.1\r\nX-Long: "));
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            dripping.sendUntilRefused(Bytes.utf8("x"));
            return dripping.hasInput();
        });
        assertThat(dripping.read().status()).isEqualTo(408);
    }

    @Test
    void aDrippingRepeatedRequestIsAnsweredWithATimeout() {
        HttpConnection dripping = running.connect();
        dripping.send(HttpConnection.request("GET /new"));
        assertThat(dripping.read().status()).isEqualTo(404);
        dripping.send(Bytes.utf8("GET /"));
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            dripping.sendUntilRefused(Bytes.utf8("x"));
            return dripping.hasInput();
        });
        assertThat(dripping.read().status()).isEqualTo(408);
    }

    /** While such clients hold all permits, no other is served. */
    @Test
    void clientsThatReadNothingMakeRoom() {
        store.put(Bytes.utf8("large"), Bytes.of(new byte[LARGE_BYTES]));
        for (int i = 0; i < MAX_REQUESTS; i++) {
            HttpConnection deaf = running.connect();
            deaf.send(HttpConnection.request("GET /new"));
            assertThat(deaf.read().status()).isEqualTo(404);
            deaf.send(HttpConnection.request("GET /large"));
            assertThat(deaf.readWithoutBody().status()).isEqualTo(200);
        }
        await().untilAsserted(() -> {
            try (HttpConnection next = HttpConnection.connect(running.address())) {
                next.send(HttpConnection.request("GET /new"));
                assertThat(next.read().status()).isEqualTo(404);
                next.send(HttpConnection.request("GET /large"));
                assertThat(next.readWithoutBody().status()).isEqualTo(200);
            }
        });
    }

    @Test
    void aConnectionBeyondTheLimitIsRefused() {
        HttpConnection first = running.connect();
        for (int i = 1; i < MAX_REQUESTS + RunningConnector.MAX_WAITING; i++) {
            HttpConnection connection = running.connect();
            connection.send(HttpConnection.request("GET /new"));
            assertThat(connection.read().status()).isEqualTo(404);
        }
        HttpConnection refused = running.connect();
        HttpAnswer answer = refused.read();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(answer.body()).isEqualTo(Bytes.utf8("5 connections are open, the most allowed\n"));
        assertThat(refused.readToEnd()).isEqualTo(Bytes.of());
        assertThat(running.answers.stats().refusedConnections()).isOne();
        refused.close();
        first.close();
        await().untilAsserted(() -> {
            try (HttpConnection next = HttpConnection.connect(running.address())) {
                next.sendUntilRefused(HttpConnection.request("GET /new"));
                assertThat(next.read().status()).isEqualTo(404);
            }
        });
    }

    private void assertTimedOut(HttpConnection connection) {
        HttpAnswer answer = connection.read();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(answer.header("cache-control")).containsExactly("no-store");
        assertThat(answer.body()).isEqualTo(Bytes.utf8("the request took too long to arrive\n"));
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
        assertThat(running.answers.stats().timeouts()).isPositive();
    }
}
