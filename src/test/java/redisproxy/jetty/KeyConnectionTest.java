package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
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

/** The connector with a handler in the place of the servlets that answers 418, so that it shows who has answered. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KeyConnectionTest {
    private static final int TEAPOT = 418;

    /** More than sockets on loopback take in. */
    private static final int LARGE_BYTES = 32 * 1024 * 1024;

    private final FakeStore store = new FakeStore().put("k", "value");
    private final CacheConfig config = new CacheConfig(100, Duration.ofMinutes(10));
    private final ReadThroughCache cache = new ReadThroughCache(config, store, Ticker.system());
    private final Server server = new Server();
    private final List<HttpConnection> connections = new ArrayList<>();
    private HttpConnector connector;

    @BeforeEach
    void start() throws Exception {
        start(2);
    }

    private void start(int maxRequests) throws Exception {
        HttpConfig http = new HttpConfig("127.0.0.1", 0, maxRequests);
        Answers answers = new Answers(cache, config, /* maxAge= */ null);
        connector = HttpConnector.create(server, http, cache, answers, new Permits(maxRequests), Duration.ofSeconds(1));
        server.addConnector(connector);
        server.setHandler(HttpConnector.around(new Teapot()));
        server.setStopTimeout(10_000);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        store.release();
        connections.forEach(HttpConnection::close);
        server.stop();
        cache.close();
    }

    @Test
    void answersWhatDiffersInTheKeyAlone() {
        store.put("other", "another");
        HttpConnection connection = known();
        assertThat(get(connection, "/k").body()).isEqualTo(Bytes.utf8("value"));
        assertThat(get(connection, "/other").body()).isEqualTo(Bytes.utf8("another"));
        assertThat(get(connection, "/k").body()).isEqualTo(Bytes.utf8("value"));
        assertThat(cache.stats().hits()).isEqualTo(1);
    }

    @Test
    void saysWhatTheServletSays() {
        HttpAnswer answer = get(known(), "/k");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().keySet())
                .containsExactlyInAnyOrder(
                        "date",
                        "x-content-type-options",
                        "content-type",
                        "content-length",
                        "etag",
                        "age",
                        "cache-control",
                        "cache-status");
        assertThat(answer.header("cache-status")).containsExactly("redis-proxy; fwd=uri-miss; stored");
        assertThat(answer.header("content-type")).containsExactly("text/plain; charset=utf-8");
        assertThat(answer.header("x-content-type-options")).containsExactly("nosniff");
        assertThat(answer.header("content-length")).containsExactly("5");
    }

    @Test
    void tellsAbsentAndFailedLoads() {
        store.refuse("list", BackingStoreException.errorReply("WRONGTYPE no string"));
        store.refuse("down", BackingStoreException.unavailable("no answer", null));
        HttpConnection connection = known();
        HttpAnswer absent = get(connection, "/absent");
        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.header("content-length")).containsExactly("0");
        HttpAnswer wrong = get(connection, "/list");
        assertThat(wrong.status()).isEqualTo(409);
        assertThat(wrong.body()).isEqualTo(Bytes.utf8("WRONGTYPE no string\n"));
        HttpAnswer failed = get(connection, "/down");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.header("retry-after")).containsExactly("1");
    }

    /** Whatever differs in more than a plain key is Jetty's to read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /k HTTP/1.0\r\nHost: proxy\r\nConnection: keep-alive\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: Proxy\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nX: y\r\n\r\n",
                "GET  /k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "HEAD /k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "POST /k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET //k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /%6B HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k?x HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k;x HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /a/../k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /\u00FC HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET http://proxy/k HTTP/1.1\r\nHost: proxy\r\n\r\n",
            })
    void leavesAllElseToJetty(String request) {
        HttpConnection connection = known();
        connection.send(Bytes.utf8(request));
        HttpAnswer answer = request.startsWith("HEAD") ? connection.readWithoutBody() : connection.read();
        assertThat(answer.status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/k").status()).isIn(200, TEAPOT);
        assertThat(get(connection, "/k").status()).isEqualTo(200);
    }

    /** What Jetty has parsed counts as repeated only if it means nothing for how a request is framed or answered. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 0",
                "TE: trailers",
                "Connection: x-y",
                "Trailer: x",
                "Cache-Control: max-stale",
                "Pragma: no-cache",
                "If-None-Match: *",
                "If-Match: *"
            })
    void doesNotRepeatHeadersWithAMeaning(String header) {
        HttpConnection connection = connect();
        for (int i = 0; i < 3; i++) {
            connection.send(HttpConnection.request("GET /k", header));
            assertThat(connection.read().status()).isEqualTo(TEAPOT);
        }
    }

    @Test
    void repeatsWhatBrowsersSend() {
        HttpConnection connection = connect();
        Bytes request = HttpConnection.request(
                "GET /k",
                "Connection: keep-alive",
                "Accept: */*",
                "Cookie: a=b",
                "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                "Range: bytes=0-1");
        connection.send(request);
        assertThat(connection.read().status()).isEqualTo(TEAPOT);
        connection.send(request);
        assertThat(connection.read().status()).isEqualTo(200);
    }

    @Test
    void closesWhenTold() {
        HttpConnection connection = known();
        connection.send(HttpConnection.request("GET /k", "Connection: close"));
        assertThat(connection.read().status()).isEqualTo(TEAPOT);
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
    }

    @Test
    void answersAPipelineInOrder() {
        HttpConnection connection = known();
        Bytes request = HttpConnection.request("GET /k");
        connection.send(request.plus(HttpConnection.request("GET /?second")).plus(request));
        assertThat(connection.read().body()).isEqualTo(Bytes.utf8("/k"));
        assertThat(connection.read().body()).isEqualTo(Bytes.utf8("/?second"));
        assertThat(connection.read().body()).isEqualTo(Bytes.utf8("/k"));
        assertThat(get(connection, "/k").status()).isEqualTo(200);
    }

    @Test
    void takesARequestInPieces() {
        HttpConnection connection = known();
        for (byte piece : HttpConnection.request("GET /k").toArray()) {
            connection.send(Bytes.of(new byte[] {piece}));
        }
        assertThat(connection.read().status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/k").status()).isEqualTo(200);
    }

    @Test
    void countsARequestThatWaits() {
        HttpConnection first = known();
        HttpConnection second = known();
        HttpConnection third = known();
        store.hold();
        first.send(HttpConnection.request("GET /slow1"));
        second.send(HttpConnection.request("GET /slow2"));
        store.awaitHeld(2);
        assertThat(get(third, "/k").status()).isEqualTo(TEAPOT);
        store.release();
        assertThat(first.read().status()).isEqualTo(404);
        assertThat(second.read().status()).isEqualTo(404);
        assertThat(get(third, "/k").status()).isEqualTo(200);
    }

    @Test
    void admitsOneAfterTheOther() {
        HttpConnection waiting = known();
        HttpConnection[] inTurn = {known(), known()};
        assertThat(get(waiting, "/k").status()).isEqualTo(200);
        store.hold();
        waiting.send(HttpConnection.request("GET /slow"));
        store.awaitHeld(1);
        for (int i = 0; i < 2_000; i++) {
            assertThat(get(inTurn[i % 2], "/k").status()).as("request %d", i).isEqualTo(200);
        }
        store.release();
        assertThat(waiting.read().status()).isEqualTo(404);
    }

    @Test
    void sendsALargeValueToASlowReader() {
        byte[] value = new byte[LARGE_BYTES];
        new Random(1).nextBytes(value);
        Map<String, byte[]> values =
                Map.of("large", value, "middle", Arrays.copyOf(value, 65_535), "small", new byte[1]);
        values.forEach((key, bytes) -> store.put(Bytes.utf8(key), Bytes.of(bytes)));
        HttpConnection slow = known();
        HttpConnection other = known();
        for (String key : List.of("large", "large", "middle", "small", "large", "small")) {
            slow.send(HttpConnection.request("GET /" + key));
            HttpAnswer head = slow.readWithoutBody();
            assertThat(head.status()).isEqualTo(200);
            // The rest of the value waits for its reader, and nobody else does.
            for (int i = 0; i < 10; i++) {
                assertThat(get(other, "/k").status()).isEqualTo(200);
            }
            assertThat(slow.readBody(head).toArray()).isEqualTo(values.get(key));
        }
    }

    @Test
    void whoSendsByteByByteIsAnswered() {
        HttpConnection slow = connect();
        for (byte next : HttpConnection.request("GET /k").toArray()) {
            slow.send(Bytes.of(next));
        }
        assertThat(slow.read().status()).isEqualTo(TEAPOT);
    }

    @Test
    void freesThePermitOfAClientThatLeaves() {
        store.put(Bytes.utf8("large"), Bytes.of(new byte[LARGE_BYTES]));
        for (int i = 0; i < 5; i++) {
            HttpConnection leaving = known();
            leaving.send(HttpConnection.request("GET /large"));
            assertThat(leaving.readWithoutBody().status()).isEqualTo(200);
            leaving.close();
        }
        HttpConnection connection = known();
        await().atMost(Address.PATIENCE).until(() -> get(connection, "/k").status() == 200);
        store.hold();
        HttpConnection first = known();
        HttpConnection second = known();
        await().atMost(Address.PATIENCE).untilAsserted(() -> {
            first.send(HttpConnection.request("GET /k"));
            assertThat(first.read().status()).isEqualTo(200);
        });
        first.send(HttpConnection.request("GET /slow1"));
        second.send(HttpConnection.request("GET /slow2"));
        store.awaitHeld(2);
    }

    @Test
    void finishesWhatWaitsBeforeItStops() throws Exception {
        HttpConnection connection = known();
        store.hold();
        connection.send(HttpConnection.request("GET /slow"));
        store.awaitHeld(1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(Address.PATIENCE).until(connector::isShutdown);
        store.release();
        HttpAnswer answer = connection.read();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
        stopped.get();
    }

    private Address address() {
        return Address.loopback(connector.getLocalPort());
    }

    private HttpConnection connect() {
        HttpConnection connection = HttpConnection.connect(address());
        connections.add(connection);
        return connection;
    }

    /** A connection whose headers Jetty has parsed once. */
    private HttpConnection known() {
        HttpConnection connection = connect();
        assertThat(get(connection, "/k").status()).isEqualTo(TEAPOT);
        return connection;
    }

    private static HttpAnswer get(HttpConnection connection, String target) {
        connection.send(HttpConnection.request("GET " + target));
        return connection.read();
    }

    private static final class Teapot extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(TEAPOT);
            Content.Sink.write(response, /* last= */ true, request.getHttpURI().getPathQuery(), callback);
            return true;
        }
    }
}
