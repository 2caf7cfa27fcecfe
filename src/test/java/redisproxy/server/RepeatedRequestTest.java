package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.auth.Authority;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.ManualTicker;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.TrackingConfig;
import redisproxy.fixtures.FakeStore;
import redisproxy.http.HttpConfig;
import redisproxy.net.ClientMemory;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** The fast path answers a repeated request just as the servlet answers one with new headers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RepeatedRequestTest {
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final Duration NONE = Duration.ZERO;

    private final ManualTicker ticker = new ManualTicker();
    private final FakeStore store = new FakeStore();
    private final Server server = new Server();
    private final List<HttpConnection> connections = new ArrayList<>();
    private int newHeaders;
    private ReadThroughCache cache;
    private HttpFront front;
    private ServerConnector connector;

    @AfterEach
    void stop() throws Exception {
        store.release();
        connections.forEach(HttpConnection::close);
        server.stop();
        cache.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 8 * 1024, 8 * 1024 + 1, 64 * 1024, 64 * 1024 + 1, 1024 * 1024})
    void hitsOfAllSizes(int length) {
        start(new CacheConfig(100, TTL));
        put("a", Bytes.of(new byte[length]));
        assertAlike("a", "b");
        ticker.advance(Duration.ofSeconds(10));
        assertThat(assertAlike("a", "a").header("cache-control")).containsExactly("max-age=49");
    }

    @Test
    void hitsOfTextAndBytes() {
        start(new CacheConfig(100, TTL));
        for (Bytes value : List.of(Bytes.utf8("Superhero \u00FC"), Bytes.of(new byte[] {(byte) 0xFF, 0, 1}))) {
            cache.invalidateAll();
            put("a", value);
            assertSays("redis-proxy; fwd=uri-miss; stored", assertAlike("a", "b"));
            assertSays("redis-proxy; hit; ttl=59", assertAlike("a", "b"));
        }
    }

    @Test
    void absentKeys() {
        start(new CacheConfig(100, TTL));
        assertSays("redis-proxy; fwd=uri-miss", assertAlike("a", "a"));
    }

    @Test
    void absentKeysThatAreCached() {
        start(new CacheConfig(100, TTL, 100, Duration.ofSeconds(5), NONE, NONE, null));
        assertSays("redis-proxy; fwd=uri-miss; stored", assertAlike("a", "b"));
        assertSays("redis-proxy; hit; ttl=4", assertAlike("a", "b"));
    }

    @Test
    void loadsThatFail() {
        start(new CacheConfig(100, TTL));
        store.refuse("list", BackingStoreException.notAString("WRONGTYPE no string"));
        store.refuse("down", BackingStoreException.unavailable("no answer", null));
        assertSays("redis-proxy; fwd=uri-miss", assertAlike("list", "list"));
        assertSays("redis-proxy; fwd=uri-miss; detail=unavailable", assertAlike("down", "down"));
    }

    @Test
    void valuesThatHaveExpired() {
        start(new CacheConfig(100, TTL, 100, NONE, NONE, NONE, null));
        put("a", Bytes.utf8("1"));
        assertAlike("a", "b");
        ticker.advance(TTL);
        assertSays("redis-proxy; fwd=stale; stored", assertAlike("a", "b"));
    }

    @Test
    void valuesWhileTheyAreRenewed() {
        start(new CacheConfig(100, TTL, 100, NONE, NONE, Duration.ofSeconds(30), null));
        put("a", Bytes.utf8("1"));
        assertAlike("a", "b");
        ticker.advance(Duration.ofMillis(62_500));
        store.hold();
        assertSays("redis-proxy; hit; ttl=-3", assertAlike("a", "b"));
    }

    @Test
    void valuesInsteadOfAnError() {
        start(new CacheConfig(100, TTL, 100, NONE, Duration.ofSeconds(30), NONE, null));
        put("a", Bytes.utf8("1"));
        assertAlike("a", "b");
        ticker.advance(Duration.ofMillis(62_500));
        store.refuse("a", BackingStoreException.unavailable("no answer", null));
        assertSays("redis-proxy; fwd=stale; detail=stale-if-error", assertAlike("a", "a"));
    }

    @Test
    void trackedValues() {
        start(new CacheConfig(
                100, TTL, 100, NONE, NONE, NONE, new TrackingConfig(List.of(), Duration.ofHours(1), NONE)));
        put("a", Bytes.utf8("1"));
        assertSays("redis-proxy; fwd=bypass; detail=disconnected", assertAlike("a", "a"));
        cache.origin().begin(Coherence.TRACKING);
        assertSays("redis-proxy; fwd=uri-miss; stored", assertAlike("a", "b"));
        assertSays("redis-proxy; hit; ttl=59", assertAlike("a", "b"));
        cache.origin().begin(Coherence.TTL);
        assertSays("redis-proxy; fwd=uri-miss; stored; detail=coherence-ttl", assertAlike("a", "b"));
        assertSays("redis-proxy; hit; ttl=59; detail=coherence-ttl", assertAlike("a", "b"));
    }

    @Test
    void valuesThatAreBeingLoaded() {
        start(new CacheConfig(100, TTL));
        put("a", Bytes.utf8("1"));
        HttpConnection repeated = known();
        HttpConnection starting = connect();
        HttpConnection first = connect();
        long misses = cache.stats().misses();
        store.hold();
        for (HttpConnection connection : List.of(starting, first)) {
            connection.send(HttpConnection.request("GET /a", newHeader()));
            store.awaitHeld(1);
        }
        repeated.send(HttpConnection.request("GET /a"));
        await().atMost(Address.PATIENCE).until(() -> cache.stats().misses() == misses + 3);
        store.release();
        starting.read();
        assertSays("redis-proxy; fwd=uri-miss; stored; collapsed", assertAlike(read(first), read(repeated)));
    }

    @Test
    void requestsWithTimesAndRanges() {
        start(new CacheConfig(100, TTL));
        put("a", Bytes.utf8("12345"));
        String[] headers = {
            "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT",
            "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            "If-Range: \"x\"",
            "Range: bytes=0-0"
        };
        HttpConnection repeated = connect();
        repeated.send(HttpConnection.request("GET /a", headers));
        repeated.read();
        HttpConnection first = connect();
        String[] headersOfFirst = Arrays.copyOf(headers, headers.length + 1);
        headersOfFirst[headers.length] = newHeader();
        first.send(HttpConnection.request("GET /a", headersOfFirst));
        repeated.send(HttpConnection.request("GET /a", headers));
        HttpAnswer answer = assertAlike(read(first), read(repeated));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().asUtf8()).isEqualTo("12345");
    }

    @Test
    void bothCountInOnePlace() {
        start(new CacheConfig(100, TTL));
        put("a", Bytes.utf8("value"));
        HttpConnection connection = known();
        ask(connection, "a");
        ask(connection, "a");
        ask(connect(), "a");
        assertThat(front.stats().welcomePages()).isOne();
        assertThat(front.stats().misses()).isOne();
        assertThat(front.stats().hits()).isEqualTo(2);
        assertThat(front.stats().requests()).isEqualTo(4);
    }

    @Test
    void refusalsOfTheServerCount() {
        start(new CacheConfig(100, TTL));
        for (String request : List.of("\0\1\2", "GET /" + "x".repeat(70_000) + " HTTP/1.1\r\n\r\n", "GET\r\n\r\n")) {
            HttpConnection connection = connect();
            connection.send(Bytes.utf8(request));
            assertThat(connection.read().status()).isBetween(400, 499);
        }
        assertThat(front.stats().badRequests()).isEqualTo(3);
        assertThat(front.stats().requests()).isEqualTo(3);
    }

    /** Asks for one key as a first request and for the other as a repeated one; returns the answer to both. */
    private HttpAnswer assertAlike(String firstKey, String repeatedKey) {
        HttpConnection connection = connect();
        connection.send(HttpConnection.request("GET /" + firstKey, newHeader()));
        Response first = read(connection);
        Response repeated = ask(known(), repeatedKey);
        return assertAlike(first, repeated);
    }

    /** A header that no connection has sent yet, so that the servlet gets the request. */
    private String newHeader() {
        return "X-New: " + ++newHeaders;
    }

    private static HttpAnswer assertAlike(Response first, Response repeated) {
        assertThat(repeated.headers()).isEqualTo(first.headers());
        assertThat(repeated.body()).isEqualTo(first.body());
        HttpAnswer head = HttpConnection.parse(first.lines());
        return new HttpAnswer(head.version(), head.status(), head.headers(), first.body());
    }

    private static void assertSays(String cacheStatus, HttpAnswer answer) {
        assertThat(answer.header("cache-status")).containsExactly(cacheStatus);
    }

    private static Response ask(HttpConnection connection, String key) {
        connection.send(HttpConnection.request("GET /" + key));
        return read(connection);
    }

    private static Response read(HttpConnection connection) {
        List<String> lines = connection.readLines();
        return new Response(lines, connection.readBody(HttpConnection.parse(lines)));
    }

    /** A response, byte for byte. */
    private record Response(List<String> lines, Bytes body) {
        /** Returns the headers sorted, without Date. */
        List<String> headers() {
            assertThat(lines).filteredOn(line -> line.startsWith("Date: ")).hasSize(1);
            return lines.stream()
                    .filter(line -> !line.startsWith("Date: "))
                    .sorted()
                    .toList();
        }
    }

    /** Puts one value under two keys. */
    private void put(String key, Bytes value) {
        store.put(Bytes.utf8(key), value).put(Bytes.utf8("b"), value);
    }

    private HttpConnection connect() {
        HttpConnection connection = HttpConnection.connect(Address.loopback(connector.getLocalPort()));
        connections.add(connection);
        return connection;
    }

    /** A connection that has learned the headers of {@link #ask}. */
    private HttpConnection known() {
        HttpConnection connection = connect();
        ask(connection, "");
        return connection;
    }

    private void start(CacheConfig config) {
        cache = new ReadThroughCache(config, store, ticker);
        front = new HttpFront(new HttpConfig("127.0.0.1", 0, 100), config, cache, Authority.open(), null);
        connector = front.connector(server, ClientMemory.ofHeap(), /* accessLog= */ null);
        server.addConnector(connector);
        server.setHandler(front.handler());
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
