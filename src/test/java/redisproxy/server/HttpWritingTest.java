package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.auth.Authority;
import redisproxy.auth.NamedCommand;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.PendingWrite;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.FakeStore;
import redisproxy.fixtures.SocketRelay;
import redisproxy.fixtures.TestUsers;
import redisproxy.http.AllowedHosts;
import redisproxy.http.BrowserPolicy;
import redisproxy.http.HttpConfig;
import redisproxy.http.HttpStats;
import redisproxy.http.WriteRules;
import redisproxy.http.Writer;
import redisproxy.jetty.HttpConnector;
import redisproxy.net.ClientMemory;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;

/** Writing over the proxy's own HTTP port, to a real Redis. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HttpWritingTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final int MOST = 100_000;
    private static final long MEMORY = 4L << 20;

    private final FakeStore store = new FakeStore();
    private final Authority authority = Authority.open();
    private final Server server = new Server();
    private final List<String> fences = new CopyOnWriteArrayList<>();
    private final AtomicInteger openFences = new AtomicInteger();
    private final AtomicInteger inDoubt = new AtomicInteger();
    private final ClientMemory memory = new ClientMemory(MEMORY);
    private SocketRelay relay;
    private ReadThroughCache cache;
    private HttpFront front;
    private HttpConnector connector;

    @BeforeEach
    void begin() {
        relay = new SocketRelay(REDIS.address());
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        cache.close();
        relay.close();
    }

    private void start() {
        start(Duration.ofSeconds(20), BrowserPolicy.OWN_PAGES, command -> true);
    }

    private void start(Duration clientTimeout, BrowserPolicy browsers, Predicate<NamedCommand> allowed) {
        CacheConfig config = new CacheConfig(100, Duration.ofMinutes(10));
        cache = new ReadThroughCache(config, store, Ticker.system());
        HttpConfig http =
                new HttpConfig("127.0.0.1", 0, 50, null, clientTimeout, Duration.ofMinutes(1), browsers, MOST);
        Writer writer =
                new Writer(new WriteRules(allowed), relay, this::fence, new ClientBodies(memory), MOST, clientTimeout);
        front = new HttpFront(http, config, cache, authority, writer);
        connector = front.connector(server, memory, /* accessLog= */ null);
        server.addConnector(connector);
        server.setHandler(front.handler());
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private PendingWrite fence(List<byte[]> keys) {
        openFences.incrementAndGet();
        keys.forEach(key -> fences.add(Bytes.of(key).asUtf8()));
        return new PendingWrite() {
            @Override
            public void end() {
                openFences.decrementAndGet();
            }

            @Override
            public void endInDoubt() {
                inDoubt.incrementAndGet();
                openFences.decrementAndGet();
            }
        };
    }

    private HttpConnection connect() {
        return HttpConnection.connect(Address.loopback(connector.getLocalPort()));
    }

    private HttpAnswer put(String target, String body, String... headers) {
        return ask("PUT " + target, Bytes.utf8(body), headers);
    }

    private HttpAnswer ask(String methodAndTarget, Bytes body, String... headers) {
        try (HttpConnection connection = connect()) {
            send(connection, methodAndTarget, body, headers);
            return connection.read();
        }
    }

    private static void send(HttpConnection connection, String methodAndTarget, Bytes body, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Length: " + body.size();
        connection.send(HttpConnection.request(methodAndTarget, all).plus(body));
    }

    private HttpAnswer delete(String target, String... headers) {
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("DELETE " + target, headers));
            return connection.read();
        }
    }

    private static Bytes inRedis(String key) {
        return inRedis(Bytes.utf8(key));
    }

    private static Bytes inRedis(Bytes key) {
        return REDIS.control().call(Bytes.utf8("GET"), key) instanceof Reply.Bulk bulk ? bulk.bytes() : null;
    }

    private static long pttl(String key) {
        return ((Reply.Whole) REDIS.control().call("PTTL", key)).value();
    }

    private static void set(String key, String value) {
        REDIS.control().call("SET", key, value);
    }

    private void isAnswered(HttpAnswer answer, int status) {
        assertThat(answer.status()).as(answer.body().asUtf8()).isEqualTo(status);
        assertThat(openFences).hasValue(0);
    }

    /* --------------- PUT --------------- */

    @Test
    void putMakesAndReplacesKeys() {
        start();
        HttpAnswer made = put("/Batman", "Superhero");
        isAnswered(made, 201);
        assertThat(made.header("content-length")).containsExactly("0");
        assertThat(made.header("cache-control")).containsExactly("no-store");
        assertThat(made.header("cache-status")).containsExactly("redis-proxy; fwd=method");
        assertThat(made.header("etag")).containsExactly("\"ebb57b02b5e6827a\"");
        assertThat(inRedis("Batman")).isEqualTo(Bytes.utf8("Superhero"));
        HttpAnswer replaced = put("/Batman", "Bat");
        isAnswered(replaced, 204);
        assertThat(inRedis("Batman")).isEqualTo(Bytes.utf8("Bat"));
        assertThat(fences).containsExactly("Batman", "Batman");
        assertThat(relay.passed()).containsExactly("SET", "SET", "SET");
        assertThat(pttl("Batman")).isEqualTo(-1);
        HttpStats stats = front.stats();
        assertThat(stats.puts()).isEqualTo(2);
        assertThat(stats.requests()).isEqualTo(2);
    }

    @Test
    void anyBytesAreAValue() {
        start();
        for (int size : new int[] {0, 1, 255, 4095, 4096, 4097, 20_000, MOST}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            assertThat(ask("PUT /k" + size, Bytes.of(bytes)).status()).isEqualTo(201);
            assertThat(inRedis("k" + size)).isEqualTo(Bytes.of(bytes));
        }
    }

    @Test
    void valuesInChunks() {
        start();
        try (HttpConnection connection = connect()) {
            for (int i = 0; i < 3; i++) {
                connection.send(HttpConnection.request("PUT /k", "Transfer-Encoding: chunked"));
                connection.send(Bytes.utf8("3\r\nabc\r\n"));
                connection.send(Bytes.utf8("2\r\nde\r\n0\r\n\r\n"));
                isAnswered(connection.read(), i == 0 ? 201 : 204);
                assertThat(inRedis("k")).isEqualTo(Bytes.utf8("abcde"));
            }
        }
    }

    @Test
    void keysAreThoseOfGet() {
        start();
        String[] targets = {
            "/a/b", "/a%2Fc", "/%00%FF", "/..", "/../x", "/a+b", "/a;b", "/query", "/query?key=x+y", "//query?key=z"
        };
        Bytes[] keys = {
            Bytes.utf8("a/b"),
            Bytes.utf8("a/c"),
            Bytes.of((byte) 0, (byte) 0xFF),
            Bytes.utf8(".."),
            Bytes.utf8("../x"),
            Bytes.utf8("a+b"),
            Bytes.utf8("a;b"),
            Bytes.utf8("query"),
            Bytes.utf8("x y"),
            Bytes.utf8("z")
        };
        for (int i = 0; i < targets.length; i++) {
            assertThat(put(targets[i], "v" + i).status()).as(targets[i]).isEqualTo(201);
            assertThat(inRedis(keys[i])).as(targets[i]).isEqualTo(Bytes.utf8("v" + i));
            assertThat(delete(targets[i]).status()).as(targets[i]).isEqualTo(204);
            assertThat(inRedis(keys[i])).as(targets[i]).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/k?ttl=100, 100000",
        "/query?key=k&ttl=100, 100000",
        "/k?ttl=0.5, 500",
        "/..?ttl=7, 7000",
        "/k?ttl=9999999999, 9999999999000"
    })
    void keysExpire(String target, long millis) {
        start();
        for (int status : new int[] {201, 204}) {
            assertThat(put(target, "v").status()).isEqualTo(status);
            assertThat(pttl(target.startsWith("/..") ? ".." : "k")).isBetween(millis - 500, millis);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/k?ttl=0",
                "/k?ttl=",
                "/k?ttl",
                "/k?ttl=-1",
                "/k?ttl=x",
                "/k?ttl=1.0001",
                "/k?ttl=12345678901",
                "/k?ttl=1&ttl=1",
                "/k?TTL=1",
                "/k?key=a",
                "/query?key=",
                "/query?key=a&key=b",
                "/%2",
                "/k?ttl=%2"
            })
    void badTargetsWriteNothing(String target) {
        start();
        HttpAnswer answer = put(target, "v");
        isAnswered(answer, 400);
        assertThat(answer.header("connection")).containsExactly("close");
        assertThat(relay.passed()).isEmpty();
    }

    @Test
    void theStartPageIsNoKey() {
        start();
        HttpAnswer answer = put("/", "v");
        isAnswered(answer, 405);
        assertThat(answer.header("allow")).containsExactly("GET, HEAD, OPTIONS");
        assertThat(answer.body().asUtf8()).isEqualTo("only GET, HEAD and OPTIONS are allowed\n");
    }

    @Test
    void aWriterThatComesBetweenIsReplaced() {
        start();
        Runnable[] between = {() -> {}, () -> set("k", "other"), () -> {}};
        AtomicInteger next = new AtomicInteger();
        relay.before(command -> between[next.getAndIncrement()].run());
        isAnswered(put("/k", "v"), 204);
        assertThat(relay.passed()).containsExactly("SET", "SET", "SET");
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("v"));
    }

    @Test
    void otherTypesAreReplaced() {
        start();
        REDIS.control().call("RPUSH", "list", "a");
        isAnswered(put("/list", "v"), 204);
        assertThat(inRedis("list")).isEqualTo(Bytes.utf8("v"));
    }

    /* --------------- Conditions --------------- */

    private static String etag(String value) {
        try {
            byte[] digest =
                    java.security.MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return '"' + java.util.HexFormat.of().formatHex(digest, 0, 8) + '"';
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void makesOnlyIfThereIsNone() {
        start();
        isAnswered(put("/k?ttl=100", "first", "If-None-Match: *"), 201);
        HttpAnswer refused = put("/k", "second", "If-None-Match: *");
        isAnswered(refused, 412);
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("first"));
        assertThat(pttl("k")).isPositive();
        assertThat(front.stats().preconditionsFailed()).isEqualTo(1);
        assertThat(front.stats().requests()).isEqualTo(2);
    }

    @Test
    void replacesOnlyIfThereIsOne() {
        start();
        isAnswered(put("/k", "first", "If-Match: *"), 412);
        assertThat(inRedis("k")).isNull();
        set("k", "old");
        isAnswered(put("/k", "new", "If-Match: *"), 204);
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("new"));
    }

    @Test
    void replacesOnlyTheNamedValue() {
        start();
        set("k", "old");
        isAnswered(put("/k", "new", "If-Match: " + etag("other")), 412);
        isAnswered(put("/k", "new", "If-Match: W/" + etag("old")), 412);
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("old"));
        HttpAnswer answer = put("/k?ttl=50", "new", "If-Match: \"x\", " + etag("old"));
        isAnswered(answer, 204);
        assertThat(answer.header("etag")).containsExactly(etag("new"));
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("new"));
        assertThat(pttl("k")).isBetween(40_000L, 50_000L);
        isAnswered(put("/k", "newer", "If-Match: " + etag("new")), 204);
        assertThat(pttl("k")).isEqualTo(-1);
        isAnswered(put("/none", "v", "If-Match: " + etag("new")), 412);
    }

    @Test
    void replacesAnyButTheNamedValue() {
        start();
        isAnswered(put("/k", "first", "If-None-Match: " + etag("x")), 201);
        isAnswered(put("/k", "second", "If-None-Match: " + etag("first")), 412);
        isAnswered(put("/k", "second", "If-None-Match: " + etag("x")), 204);
        isAnswered(put("/k", "third", "If-Match: *", "If-None-Match: *"), 412);
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("second"));
    }

    @Test
    void conditionsHoldWhoeverWritesMeanwhile() {
        start();
        set("k", "old");
        relay.before(command -> {
            if (command.equals("EVAL")) {
                set("k", "meanwhile");
            }
        });
        isAnswered(put("/k", "new", "If-Match: " + etag("old")), 412);
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("meanwhile"));
        assertThat(relay.passed()).containsExactly("GET", "EVAL", "GET");
    }

    @Test
    void conditionsThatOthersKeepFromBeingDecidedFail() {
        start();
        set("k", "0");
        AtomicInteger writes = new AtomicInteger();
        relay.before(command -> {
            if (command.equals("EVAL")) {
                set("k", "v" + writes.incrementAndGet());
            }
        });
        HttpAnswer answer = put("/k", "new", "If-None-Match: \"x\"");
        isAnswered(answer, 503);
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(answer.body().asUtf8()).contains("others write the key", "nothing has changed");
        assertThat(writes).hasValue(16);
    }

    @Test
    void largeBinaryValuesAreCompared() {
        start();
        byte[] old = new byte[3_000_000];
        new Random(1).nextBytes(old);
        REDIS.control().set(Bytes.utf8("k"), Bytes.of(old));
        store.put(Bytes.utf8("k"), Bytes.of(old));
        String tag = HttpConnection.get(Address.loopback(connector.getLocalPort()), "/k")
                .header("etag")
                .get(0);
        isAnswered(put("/k", "new", "If-Match: " + tag), 204);
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("new"));
    }

    @Test
    void otherTypesHaveNoTag() {
        start();
        REDIS.control().call("RPUSH", "list", "a");
        HttpAnswer answer = put("/list", "v", "If-Match: \"x\"");
        isAnswered(answer, 409);
        assertThat(answer.body().asUtf8()).startsWith("WRONGTYPE ");
        assertThat(front.stats().failedPuts()).isEqualTo(1);
    }

    /* --------------- DELETE --------------- */

    @Test
    void deletes() {
        start();
        set("k", "v");
        REDIS.control().call("RPUSH", "list", "a");
        isAnswered(delete("/k"), 204);
        isAnswered(delete("/query?key=list"), 204);
        HttpAnswer absent = delete("/k");
        isAnswered(absent, 404);
        assertThat(absent.header("cache-control")).containsExactly("no-store");
        assertThat(REDIS.control().call("DBSIZE")).isEqualTo(new Reply.Whole(0));
        isAnswered(delete("/k?ttl=1"), 400);
        assertThat(fences).containsExactly("k", "list", "k");
        assertThat(front.stats().deletes()).isEqualTo(3);
    }

    @Test
    void deletesOnlyTheNamedValue() {
        start();
        set("k", "v");
        isAnswered(delete("/k", "If-Match: " + etag("other")), 412);
        isAnswered(delete("/none", "If-Match: *"), 412);
        isAnswered(delete("/none", "If-Match: " + etag("v")), 412);
        assertThat(inRedis("k")).isNotNull();
        isAnswered(delete("/k", "If-Match: " + etag("v")), 204);
        assertThat(inRedis("k")).isNull();
        isAnswered(delete("/none", "If-None-Match: \"x\""), 404);
        set("k", "v");
        isAnswered(delete("/k", "If-Match: *"), 204);
    }

    @Test
    void deletingIsAtomicToo() {
        start();
        set("k", "old");
        relay.before(command -> {
            if (command.equals("EVAL")) {
                set("k", "meanwhile");
            }
        });
        isAnswered(delete("/k", "If-Match: " + etag("old")), 412);
        assertThat(inRedis("k")).isEqualTo(Bytes.utf8("meanwhile"));
    }

    /* --------------- POST --------------- */

    private HttpAnswer post(String form, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type: application/x-www-form-urlencoded";
        return ask("POST /query", Bytes.utf8(form), all);
    }

    @Test
    void postTakesKeysOfAnyLength() {
        start();
        isAnswered(post("key=Robin&value=Side+kick%00%FF&ttl=100"), 201);
        assertThat(inRedis("Robin")).isEqualTo(Bytes.utf8("Side kick").plus(Bytes.of((byte) 0, (byte) 0xFF)));
        assertThat(pttl("Robin")).isPositive();
        isAnswered(post("value=&key=Robin"), 204);
        assertThat(inRedis("Robin")).isEqualTo(Bytes.utf8(""));
        String key = "k".repeat(90_000);
        isAnswered(post("key=" + key + "&value=v"), 201);
        assertThat(inRedis(key)).isEqualTo(Bytes.utf8("v"));
        isAnswered(post("key=Robin&value=x", "If-None-Match: *"), 412);
        isAnswered(post("key=Robin&value=x", "If-Match: " + etag("")), 204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "key=a",
                "value=a",
                "key=&value=a",
                "key=a&value=b&other=c",
                "key=a&key=b&value=c",
                "key=%2&value=c",
                "key=a&value=b&ttl=x",
                "{\"key\": \"a\", \"value\": \"b\"}"
            })
    void badFormsWriteNothing(String form) {
        start();
        HttpAnswer answer = post(form);
        isAnswered(answer, 400);
        assertThat(answer.body().asUtf8()).endsWith("\n");
        assertThat(relay.passed()).isEmpty();
    }

    @Test
    void postElsewhereAndOtherFormsAreRefused() {
        start();
        HttpAnswer elsewhere = ask("POST /k", Bytes.utf8("key=a&value=b"));
        isAnswered(elsewhere, 405);
        assertThat(elsewhere.header("allow")).containsExactly("GET, HEAD, OPTIONS, PUT, DELETE");
        HttpAnswer json = ask("POST /query", Bytes.utf8("{}"), "Content-Type: application/json");
        isAnswered(json, 415);
        assertThat(json.body().asUtf8()).contains("application/json", "application/x-www-form-urlencoded");
        isAnswered(ask("POST /query", Bytes.utf8("key=a&value=b")), 415);
        isAnswered(
                ask("POST /query?key=a", Bytes.utf8("value=b"), "Content-Type: application/x-www-form-urlencoded"),
                400);
        assertThat(relay.passed()).isEmpty();
    }

    /* --------------- Bodies --------------- */

    @Test
    void longerBodiesAreRefused() {
        start();
        HttpAnswer declared = ask("PUT /k", Bytes.utf8("x".repeat(MOST + 1)));
        isAnswered(declared, 413);
        assertThat(declared.body().asUtf8()).contains("100000", "MAX_BODY_BYTES");
        assertThat(declared.header("connection")).containsExactly("close");
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("PUT /k", "Transfer-Encoding: chunked"));
            connection.sendUntilRefused(Bytes.utf8("1ffff\r\n" + "x".repeat(0x1ffff) + "\r\n0\r\n\r\n"));
            isAnswered(connection.read(), 413);
        }
        assertThat(inRedis("k")).isNull();
        assertThat(relay.passed()).isEmpty();
        await().untilAsserted(() -> assertThat(memory.heldBytes()).isZero());
        isAnswered(put("/k", "x".repeat(MOST)), 201);
    }

    @Test
    void bodiesThatAreNotTheValueAreRefused() {
        start();
        isAnswered(put("/k", "v", "Content-Encoding: gzip"), 415);
        isAnswered(put("/k", "v", "Content-Range: bytes 0-0/2"), 400);
        isAnswered(put("/k", "v", "Content-Encoding: identity"), 201);
    }

    @Test
    void clientsThatExpectToBeAskedAreAsked() {
        start();
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("PUT /k", "Content-Length: 1", "Expect: 100-continue"));
            assertThat(connection.readLines().get(0)).startsWith("HTTP/1.1 100 ");
            connection.send(Bytes.utf8("v"));
            isAnswered(connection.read(), 201);
        }
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("PUT /k", "Content-Length: 1000000", "Expect: 100-continue"));
            assertThat(connection.readLines().get(0)).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void aBodyThatEndsEarlyWritesNothing() {
        start();
        try (HttpConnection connection = connect()) {
            connection.send(
                    HttpConnection.request("PUT /k", "Content-Length: 10").plus(Bytes.utf8("half")));
            await().untilAsserted(() -> assertThat(memory.heldBytes()).isPositive());
        }
        await().untilAsserted(() -> assertThat(memory.heldBytes()).isZero());
        assertThat(relay.passed()).isEmpty();
        isAnswered(put("/k", "v"), 201);
    }

    @Test
    void aBodyThatIsTooSlowIsRefused() {
        start(Duration.ofMillis(500), BrowserPolicy.OWN_PAGES, command -> true);
        for (String sent : List.of("", "half")) {
            try (HttpConnection connection = connect()) {
                connection.send(
                        HttpConnection.request("PUT /k", "Content-Length: 10").plus(Bytes.utf8(sent)));
                HttpAnswer answer = connection.read();
                isAnswered(answer, 408);
                assertThat(answer.header("connection")).containsExactly("close");
                assertThat(connection.readToEnd().size()).isZero();
            }
        }
        assertThat(relay.passed()).isEmpty();
        await().untilAsserted(() -> assertThat(memory.heldBytes()).isZero());
        assertThat(front.stats().timeouts()).isEqualTo(2);
    }

    @Test
    void bodiesAreBoundedTogether() {
        start();
        try (Crowds crowd = new Crowds()) {
            for (int i = 0; i < 40; i++) {
                HttpConnection connection = crowd.add(connect());
                connection.send(HttpConnection.request("PUT /k" + i, "Content-Length: 100000")
                        .plus(Bytes.utf8("x".repeat(90_000))));
            }
            // Each holds twice as much, and some are given up for others.
            await().untilAsserted(
                            () -> assertThat(front.stats().refusedRequests()).isPositive());
            assertThat(memory.heldBytes()).isLessThanOrEqualTo(MEMORY);
        }
        await().untilAsserted(() -> assertThat(memory.heldBytes()).isZero());
        isAnswered(put("/k", "v"), 201);
    }

    private static final class Crowds implements AutoCloseable {
        private final List<HttpConnection> all = new CopyOnWriteArrayList<>();

        HttpConnection add(HttpConnection connection) {
            all.add(connection);
            return connection;
        }

        @Override
        public void close() {
            all.forEach(HttpConnection::close);
        }
    }

    @Test
    void requestsFollowOneAnother() {
        start();
        store.put("k", "cached");
        try (HttpConnection connection = connect()) {
            Bytes pipeline = HttpConnection.request("GET /k")
                    .plus(HttpConnection.request("PUT /a", "Content-Length: 1"))
                    .plus(Bytes.utf8("v"))
                    .plus(HttpConnection.request("GET /k"))
                    .plus(HttpConnection.request("DELETE /a"))
                    .plus(HttpConnection.request("GET /k"));
            for (int i = 0; i < 3; i++) {
                connection.send(pipeline);
                for (int status : new int[] {200, 201, 200, 204, 200}) {
                    assertThat(connection.read().status()).isEqualTo(status);
                }
            }
        }
    }

    private String curl(String target, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("curl", "-s", "-i", "--max-time", "20", "--http2-prior-knowledge"));
        command.addAll(List.of(arguments));
        command.add("http://127.0.0.1:" + connector.getLocalPort() + target);
        try (ChildProcess curl = ChildProcess.start(Map.of(), command)) {
            assertThat(curl.awaitExit()).as(curl.describe("curl")).isZero();
            return curl.out();
        }
    }

    @Test
    void http2WritesToo(@TempDir Path folder) throws IOException {
        start();
        byte[] bytes = new byte[90_000];
        new Random(5).nextBytes(bytes);
        Path file = Files.write(folder.resolve("value"), bytes);
        String made = curl("/k", "-X", "PUT", "--data-binary", "@" + file);
        assertThat(made).startsWith("HTTP/2 201").contains("etag: ").doesNotContain("connection: ");
        assertThat(inRedis("k")).isEqualTo(Bytes.of(bytes));
        assertThat(curl("/a%20b%3Bc?ttl=50", "-X", "PUT", "-d", "v")).startsWith("HTTP/2 201");
        assertThat(pttl("a b;c")).isPositive();
        assertThat(curl("/k", "-X", "PUT", "-d", "v", "-H", "If-Match: \"x\"")).startsWith("HTTP/2 412");
        assertThat(curl("/k", "-X", "DELETE")).startsWith("HTTP/2 204");
        assertThat(inRedis("k")).isNull();
        assertThat(curl("/query", "-d", "key=Robin", "-d", "value=Sidekick")).startsWith("HTTP/2 201");
    }

    /* --------------- Redis --------------- */

    @Test
    void redisThatDoesNotAnswerIs503() {
        start();
        relay.before(command -> {
            throw new IllegalStateException("the connection broke; the command may have been executed");
        });
        HttpAnswer answer = put("/k", "v");
        isAnswered(answer, 503);
        assertThat(answer.body().asUtf8()).contains("may have been executed");
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(answer.header("cache-status")).containsExactly("redis-proxy; fwd=method; detail=unavailable");
        isAnswered(delete("/k"), 503);
        assertThat(inDoubt).hasValue(2);
        isAnswered(put("/k", "v", "If-Match: \"x\""), 503);
        assertThat(inDoubt).as("only read").hasValue(2);
        assertThat(front.stats().failedPuts()).isEqualTo(2);
        assertThat(front.stats().failedDeletes()).isEqualTo(1);
    }

    @Test
    void redisThatRefusesIs503() {
        start();
        REDIS.control().call("CONFIG", "SET", "maxmemory", "1");
        try {
            HttpAnswer answer = put("/k", "v");
            isAnswered(answer, 503);
            assertThat(answer.body().asUtf8()).startsWith("OOM ");
        } finally {
            REDIS.control().call("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void theFenceIsThereWhileRedisIsWaitedFor() throws InterruptedException {
        start();
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        relay.before(command -> {
            arrived.countDown();
            try {
                assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("DELETE /k"));
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(openFences).hasValue(1);
            assertThat(connection.hasInput()).isFalse();
            go.countDown();
            isAnswered(connection.read(), 404);
        }
    }

    /* --------------- Rules --------------- */

    @Test
    void rulesThatAllowNoWritingLeaveTheMethodsOut() {
        start(Duration.ofSeconds(20), BrowserPolicy.OWN_PAGES, command -> false);
        for (String method : List.of("PUT /k", "DELETE /k", "POST /query")) {
            HttpAnswer answer = ask(method, Bytes.utf8("v"));
            isAnswered(answer, 405);
            assertThat(answer.header("allow")).containsExactly("GET, HEAD, OPTIONS");
        }
        assertThat(relay.passed()).isEmpty();
    }

    @Test
    void rulesMayAllowSomeWriting() {
        start(
                Duration.ofSeconds(20),
                BrowserPolicy.OWN_PAGES,
                command -> command.name().equals("set"));
        HttpAnswer answer = delete("/k");
        isAnswered(answer, 405);
        assertThat(answer.header("allow")).containsExactly("GET, HEAD, OPTIONS, PUT");
        assertThat(answer.body().asUtf8()).isEqualTo("only GET, HEAD, OPTIONS and PUT are allowed\n");
        assertThat(ask("OPTIONS /", Bytes.utf8("")).header("allow")).containsExactly("GET, HEAD, OPTIONS, PUT, POST");
        assertThat(ask("OPTIONS /k", Bytes.utf8("")).header("allow")).containsExactly("GET, HEAD, OPTIONS, PUT");
        assertThat(ask("OPTIONS /query", Bytes.utf8("")).header("allow"))
                .containsExactly("GET, HEAD, OPTIONS, PUT, POST");
    }

    private static String login(String user) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void usersWriteWhatTheyMay() {
        start();
        authority.replace(TestUsers.of(
                "user default off",
                "user reader on >secret ~* +get",
                "user writer on >secret ~app:* +set +get",
                "user blind on >secret %W~app:* +set +del +get"));
        isAnswered(put("/app:k", "v"), 401);
        isAnswered(put("/app:k", "v", login("reader")), 403);
        isAnswered(put("/other", "v", login("writer")), 403);
        HttpAnswer made = put("/app:k", "v", login("writer"));
        isAnswered(made, 201);
        assertThat(made.header("cache-control")).containsExactly("no-store");
        isAnswered(put("/app:k", "w", login("writer"), "If-Match: " + etag("v")), 204);
        isAnswered(delete("/app:k", login("writer")), 403);
        isAnswered(put("/app:k", "x", login("blind")), 204);
        isAnswered(put("/app:k", "x", login("blind"), "If-None-Match: *"), 412);
        HttpAnswer guessing = put("/app:k", "x", login("blind"), "If-Match: " + etag("x"));
        isAnswered(guessing, 403);
        assertThat(guessing.body().asUtf8()).contains("If-Match");
        isAnswered(post("key=other&value=v", login("writer")), 403);
        isAnswered(post("key=app:k&value=v", login("writer")), 204);
        isAnswered(delete("/app:k", login("blind")), 204);
    }

    /* --------------- Browsers --------------- */

    private static final String SHOP = "https://shop.example";

    @Test
    void pagesOfOtherOriginsWriteNothing() {
        start();
        for (Set<String> headers : List.of(
                Set.of("Origin: https://evil.example"),
                Set.of("Origin: null"),
                Set.of("Sec-Fetch-Site: cross-site"),
                Set.of("Sec-Fetch-Site: same-site"),
                Set.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"))) {
            String[] lines = headers.toArray(String[]::new);
            assertThat(post("key=a&value=b", lines).status())
                    .as(headers.toString())
                    .isIn(403, 421);
            assertThat(put("/k", "v", lines).status()).as(headers.toString()).isIn(403, 421);
        }
        assertThat(relay.passed()).isEmpty();
    }

    @Test
    void whoMayReadFromAnywhereMayNotWrite() {
        start(Duration.ofSeconds(20), new BrowserPolicy(List.of("*"), null), command -> true);
        assertThat(post("key=a&value=b", "Origin: https://evil.example").status())
                .isIn(403, 421);
        assertThat(put("/k", "v", "Origin: *").status()).isIn(403, 421);
        HttpAnswer preflight =
                ask("OPTIONS /k", Bytes.utf8(""), "Origin: https://evil.example", "Access-Control-Request-Method: PUT");
        assertThat(preflight.header("access-control-allow-methods")).containsExactly("GET, HEAD, OPTIONS");
        assertThat(relay.passed()).isEmpty();
        isAnswered(put("/k", "v"), 201);
    }

    @Test
    void pagesOfListedOriginsWrite() {
        start(Duration.ofSeconds(20), new BrowserPolicy(List.of(SHOP), null), command -> true);
        HttpAnswer preflight =
                ask("OPTIONS /k", Bytes.utf8(""), "Origin: " + SHOP, "Access-Control-Request-Method: PUT");
        isAnswered(preflight, 204);
        assertThat(preflight.header("access-control-allow-methods"))
                .containsExactly("GET, HEAD, OPTIONS, PUT, DELETE, POST");
        assertThat(preflight.header("access-control-allow-headers").get(0)).contains("Content-Type", "If-Match");
        HttpAnswer made = put("/k", "v", "Origin: " + SHOP);
        isAnswered(made, 201);
        assertThat(made.header("access-control-allow-origin")).containsExactly(SHOP);
        assertThat(put("/k", "v", "Origin: https://evil.example").status()).isIn(403, 421);
    }

    @Test
    void ownPagesWriteIfNobodyElseCanHaveTheirName() {
        start();
        assertThat(ownPage("http://127.0.0.1:5000")).isEqualTo(201);
        assertThat(ownPage("http://localhost:5000")).isEqualTo(204);
        assertThat(ownPage("http://rebound.example")).isEqualTo(421);
    }

    @Test
    void ownPagesWriteByListedNames() {
        start(
                Duration.ofSeconds(20),
                new BrowserPolicy(List.of(), AllowedHosts.of(List.of("cache.example"))),
                command -> true);
        assertThat(ownPage("http://cache.example")).isEqualTo(201);
        assertThat(ownPage("http://rebound.example")).isEqualTo(421);
    }

    private int ownPage(String origin) {
        try (HttpConnection connection = connect()) {
            String host = origin.substring("http://".length());
            connection.send(Bytes.utf8("PUT /k HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin
                    + "\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1\r\n\r\nv"));
            return connection.read().status();
        }
    }
}
