package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.DefaultHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.http.Answers;
import redisproxy.http.HttpConfig;
import redisproxy.http.Permits;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Clients that take too long to ask, and more of them than there may be. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SlowClientsTest {
    /** Longer than a connection that has been refused stays open. */
    private static final Duration SHORT = Duration.ofMillis(1_200);

    private static final int LARGE_BYTES = 32 * 1024 * 1024;
    private static final int MAX_REQUESTS = 2;
    private static final int MAX_WAITING = 3;

    private final FakeStore store = new FakeStore();
    private final CacheConfig config = new CacheConfig(100, Duration.ofMinutes(10));
    private final ReadThroughCache cache = new ReadThroughCache(config, store, Ticker.system());
    private final Server server = new Server();
    private final List<HttpConnection> connections = new ArrayList<>();
    private HttpConnector connector;

    @BeforeEach
    void start() throws Exception {
        HttpConfig http = new HttpConfig("127.0.0.1", 0, MAX_REQUESTS, null, SHORT);
        connector = HttpConnector.create(
                server,
                http,
                cache,
                new Answers(cache, config, /* maxAge= */ null),
                new Permits(MAX_REQUESTS),
                Duration.ofSeconds(1),
                MAX_WAITING);
        server.addConnector(connector);
        server.setHandler(HttpConnector.around(new DefaultHandler()));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        connections.forEach(HttpConnection::close);
        server.stop();
        cache.close();
    }

    @Test
    void whoSendsNoRestOfARequestIsToldSo() {
        HttpConnection idle = connect();
        HttpConnection stalled = connect();
        stalled.send(Bytes.utf8("GET /k HTTP/1.1\r\nHost: pro"));
        assertTimedOut(stalled);
        idle.send(HttpConnection.request("GET /k"));
        assertThat(idle.read().status()).isEqualTo(404);
        idle.send(Bytes.utf8("GET /k"));
        assertTimedOut(idle);
    }

    @Test
    void emptyLinesAreNoRequest() {
        HttpConnection connection = connect();
        connection.send(Bytes.utf8("\r\n"));
        connection.send(Bytes.utf8("\r\n\r\n"));
        connection.send(HttpConnection.request("GET /k"));
        assertThat(connection.read().status()).isEqualTo(404);
    }

    @Test
    void whoDripsIsToldSo() {
        HttpConnection dripping = connect();
        dripping.send(Bytes.utf8("GET /k HTTP/1.1\r\nX-Long: "));
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            dripping.sendUntilRefused(Bytes.utf8("x"));
            return dripping.hasInput();
        });
        assertThat(dripping.read().status()).isEqualTo(408);
    }

    /** As long as they do not read, nobody else is served. */
    @Test
    void whoReadsNothingMakesRoom() {
        store.put(Bytes.utf8("large"), Bytes.of(new byte[LARGE_BYTES]));
        for (int i = 0; i < MAX_REQUESTS; i++) {
            HttpConnection deaf = connect();
            deaf.send(HttpConnection.request("GET /k"));
            assertThat(deaf.read().status()).isEqualTo(404);
            deaf.send(HttpConnection.request("GET /large"));
            assertThat(deaf.readWithoutBody().status()).isEqualTo(200);
        }
        await().untilAsserted(() -> {
            try (HttpConnection next = HttpConnection.connect(address())) {
                next.send(HttpConnection.request("GET /k"));
                assertThat(next.read().status()).isEqualTo(404);
                next.send(HttpConnection.request("GET /large"));
                assertThat(next.readWithoutBody().status()).isEqualTo(200);
            }
        });
    }

    @Test
    void whoIsOneTooManyIsToldSo() {
        for (int i = 0; i < MAX_REQUESTS + MAX_WAITING; i++) {
            HttpConnection connection = connect();
            connection.send(HttpConnection.request("GET /k"));
            assertThat(connection.read().status()).isEqualTo(404);
        }
        HttpConnection refused = connect();
        HttpAnswer answer = refused.read();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(answer.body()).isEqualTo(Bytes.utf8("5 connections are open, the most allowed\n"));
        assertThat(refused.readToEnd()).isEqualTo(Bytes.of());
        refused.close();
        connections.get(0).close();
        await().untilAsserted(() -> {
            try (HttpConnection next = HttpConnection.connect(address())) {
                next.sendUntilRefused(HttpConnection.request("GET /k"));
                assertThat(next.read().status()).isEqualTo(404);
            }
        });
    }

    private static void assertTimedOut(HttpConnection connection) {
        HttpAnswer answer = connection.read();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(answer.header("cache-control")).containsExactly("no-store");
        assertThat(answer.body()).isEqualTo(Bytes.utf8("the request took too long to arrive\n"));
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
    }

    private HttpConnection connect() {
        HttpConnection connection = HttpConnection.connect(address());
        connections.add(connection);
        return connection;
    }

    private Address address() {
        return Address.loopback(connector.getLocalPort());
    }
}
