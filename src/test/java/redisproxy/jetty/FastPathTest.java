package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.jetty.RunningConnector.get;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.fixtures.FakeStore;
import redisproxy.measure.HitTimer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** The status shows which requests the fast path has answered, and which the handler. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FastPathTest {
    private static final int TEAPOT = Teapot.STATUS;

    /** More than sockets on loopback buffer. */
    private static final int LARGE_BYTES = 32 * 1024 * 1024;

    private RunningConnector running;
    private FakeStore store;

    @BeforeEach
    void start() throws Exception {
        running = RunningConnector.start(2);
        store = running.store;
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void answersWhatDiffersInTheKeyAlone() {
        store.put("other", "another");
        HttpConnection connection = running.known();
        assertThat(get(connection, "/k").body()).isEqualTo(Bytes.utf8("value"));
        assertThat(get(connection, "/other").body()).isEqualTo(Bytes.utf8("another"));
        assertThat(get(connection, "/k").body()).isEqualTo(Bytes.utf8("value"));
        assertThat(running.cache.stats().hits()).isEqualTo(1);
    }

    /** Keys are often percent-encoded, such as {@code user:1} by browsers. */
    @Test
    void decodesKeys() {
        store.put("user:1/\u00FC", "named");
        HttpConnection connection = running.known();
        for (String target : List.of("/user:1/%C3%BC", "/user%3A1%2f%C3%BC", "/query?key=user%3A1/%C3%BC")) {
            HttpAnswer answer = get(connection, target);
            assertThat(answer.status()).as(target).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Bytes.utf8("named"));
        }
    }

    @Test
    void saysWhatTheServletSays() {
        HttpAnswer answer = get(running.known(), "/k");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().keySet())
                .containsExactlyInAnyOrder(
                        "date",
                        "x-content-type-options",
                        "content-type",
                        "content-length",
                        "etag",
                        "cache-control",
                        "cache-status");
        assertThat(answer.header("cache-status")).containsExactly("redis-proxy; fwd=uri-miss; stored");
        assertThat(answer.header("content-type")).containsExactly("text/plain; charset=utf-8");
        assertThat(answer.header("x-content-type-options")).containsExactly("nosniff");
        assertThat(answer.header("content-length")).containsExactly("5");
    }

    @Test
    void tellsAbsentAndFailedLoads() {
        store.refuse("list", BackingStoreException.notAString("WRONGTYPE no string"));
        store.refuse("down", BackingStoreException.unavailable("no answer", null));
        HttpConnection connection = running.known();
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

    /** A request that differs in more than a plain key is parsed by Jetty. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /k HTTP/1.0\r\nHost: proxy\r\nConnection: keep-alive\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: Proxy\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nX: y\r\n\r\n",
                "HEAD /k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "POST /k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET //k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /%6x HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /query?key=k&x HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /query?key=a+b HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /query?key= HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /query?kez=k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k?x HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k;x HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /a/../k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /\u00FC HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET http://proxy/k HTTP/1.1\r\nHost: proxy\r\n\r\n",
            })
    void leavesAllElseToJetty(String request) {
        HttpConnection connection = running.known();
        connection.send(Bytes.utf8(request));
        HttpAnswer answer = request.startsWith("HEAD") ? connection.readWithoutBody() : connection.read();
        assertThat(answer.status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/k").status()).isIn(200, TEAPOT);
        assertThat(get(connection, "/k").status()).isEqualTo(200);
    }

    /** Headers that change how a request is framed or answered are never repeated. */
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
                "If-Match: *",
                "Authorization: Basic dXNlcjpwYXNzd29yZA==",
                "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void doesNotRepeatHeadersWithAMeaning(String header) {
        HttpConnection connection = running.connect();
        for (int i = 0; i < 3; i++) {
            connection.send(HttpConnection.request("GET /k", header));
            assertThat(connection.read().status()).isEqualTo(TEAPOT);
        }
    }

    @Test
    void timesHitsInSamplesAndMissesEach() {
        running.put("other", new byte[] {'x'});
        HttpConnection connection = running.known();
        assertThat(get(connection, "/other").status()).isEqualTo(200);
        assertThat(running.answers.durations().count()).isEqualTo(1);
        int hits = 4 * HitTimer.ONE_OF;
        for (int i = 0; i < hits; i++) {
            assertThat(get(connection, "/other").status()).isEqualTo(200);
        }
        assertThat(running.answers.durations().count()).isEqualTo(1 + hits);
    }

    @Test
    void tellsLoadsOfTheClient() {
        HttpConnection connection = running.known();
        assertThat(get(connection, "/k").status()).isEqualTo(200);
        await().atMost(Address.PATIENCE).until(() -> !running.loads.isEmpty());
        assertThat(running.loads.element().asker().address()).startsWith("127.0.0.1:");
    }

    @Test
    void repeatsWhatBrowsersSend() {
        HttpConnection connection = running.connect();
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

    /** Credentials that one connection has sent are not taken from another without the servlet. */
    @Test
    void doesNotShareCredentials() {
        for (int i = 0; i < 3; i++) {
            HttpConnection connection = running.connect();
            connection.send(HttpConnection.request("GET /k", "Authorization: Bearer token"));
            assertThat(connection.read().status()).isEqualTo(TEAPOT);
        }
    }

    /** Clients of one kind send the same headers on all of their connections. */
    @Test
    void recognisesTheFirstRequestOfAnotherConnection() {
        for (int i = 0; i < 2; i++) {
            assertThat(get(running.connect(), "/k").status()).isEqualTo(TEAPOT);
        }
        HttpConnection same = running.connect();
        assertThat(get(same, "/k").status()).isEqualTo(200);
        HttpConnection different = running.connect();
        for (int status : new int[] {TEAPOT, 200}) {
            different.send(HttpConnection.request("GET /k", "User-Agent: other"));
            assertThat(different.read().status()).isEqualTo(status);
        }
    }

    @Test
    void closesWhenTold() {
        HttpConnection connection = running.known();
        connection.send(HttpConnection.request("GET /k", "Connection: close"));
        assertThat(connection.read().status()).isEqualTo(TEAPOT);
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
    }

    @Test
    void takesARequestInPieces() {
        HttpConnection connection = running.known();
        for (byte piece : HttpConnection.request("GET /k").toArray()) {
            connection.send(Bytes.of(new byte[] {piece}));
        }
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(get(connection, "/k").status()).isEqualTo(200);
    }

    @Test
    void countsARequestThatWaits() {
        HttpConnection first = running.known();
        HttpConnection second = running.known();
        HttpConnection third = running.known();
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
        HttpConnection waiting = running.known();
        HttpConnection[] inTurn = {running.known(), running.known()};
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
        HttpConnection slow = running.known();
        HttpConnection other = running.known();
        for (String key : List.of("large", "large", "middle", "small", "large", "small")) {
            slow.send(HttpConnection.request("GET /" + key));
            HttpAnswer head = slow.readWithoutBody();
            assertThat(head.status()).isEqualTo(200);
            // The rest of the value waits for its reader; other clients do not.
            for (int i = 0; i < 10; i++) {
                assertThat(get(other, "/k").status()).isEqualTo(200);
            }
            assertThat(slow.readBody(head).toArray()).isEqualTo(values.get(key));
        }
    }

    @Test
    void aRequestMayComeByteByByte() {
        HttpConnection slow = running.connect();
        for (byte next : HttpConnection.request("GET /k").toArray()) {
            slow.send(Bytes.of(next));
        }
        assertThat(slow.read().status()).isEqualTo(TEAPOT);
    }

    @Test
    void freesThePermitOfAClientThatLeaves() {
        store.put(Bytes.utf8("large"), Bytes.of(new byte[LARGE_BYTES]));
        for (int i = 0; i < 5; i++) {
            HttpConnection leaving = running.known();
            leaving.send(HttpConnection.request("GET /large"));
            assertThat(leaving.readWithoutBody().status()).isEqualTo(200);
            leaving.close();
        }
        HttpConnection connection = running.known();
        await().atMost(Address.PATIENCE).until(() -> get(connection, "/k").status() == 200);
        store.hold();
        HttpConnection first = running.known();
        HttpConnection second = running.known();
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
        HttpConnection connection = running.known();
        store.hold();
        connection.send(HttpConnection.request("GET /slow"));
        store.awaitHeld(1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(running::stopServer);
        await().atMost(Address.PATIENCE).until(running.connector::isShutdown);
        store.release();
        HttpAnswer answer = connection.read();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
        stopped.get();
    }
}
