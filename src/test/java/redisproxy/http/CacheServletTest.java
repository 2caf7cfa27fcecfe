package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.fixtures.FakeStore;
import redisproxy.fixtures.SlowReader;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CacheServletTest {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";

    private final RunningHttp http = new RunningHttp(/* maxRequests= */ 1_000);
    private final FakeStore store = http.store;

    @AfterEach
    void stop() {
        http.close();
    }

    /* --------------- Answers --------------- */

    @Test
    void answersMissThenHitAlike() {
        store.put("Batman", "Superhero");
        for (int i = 0; i < 2; i++) {
            HttpAnswer answer = http.get("/Batman");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Bytes.utf8("Superhero"));
            assertThat(answer.header("content-length")).containsExactly("9");
            assertThat(answer.header("transfer-encoding")).isEmpty();
            assertText(answer);
            assertDiscreet(answer);
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("Batman"));
    }

    @Test
    void binaryValuesAreOctetStreams() {
        store.put(Bytes.utf8("bytes"), Bytes.everyValue()).put("text", "Grüße, 世界 😀");
        for (int i = 0; i < 2; i++) {
            HttpAnswer bytes = http.get("/bytes");
            assertThat(bytes.body()).isEqualTo(Bytes.everyValue());
            assertThat(bytes.header("content-type")).containsExactly("application/octet-stream");
            assertDiscreet(bytes);
            HttpAnswer text = http.get("/text");
            assertThat(text.body()).isEqualTo(Bytes.utf8("Grüße, 世界 😀"));
            assertText(text);
        }
    }

    @Test
    void absentIs404WithEmptyBody() {
        HttpAnswer answer = http.get("/absent");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("content-length")).containsExactly("0");
        assertThat(answer.body().size()).isZero();
        assertDiscreet(answer);
    }

    @Test
    void emptyValueIs200() {
        store.put("empty", "");
        for (int i = 0; i < 2; i++) {
            HttpAnswer answer = http.get("/empty");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-length")).containsExactly("0");
            assertText(answer);
        }
    }

    @Test
    void unreachableIs503WithCause() {
        store.refuse("k", BackingStoreException.unavailable("Redis at x:1 is unreachable: Connection refused", null));
        HttpAnswer answer = http.get("/k");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(answer.body()).isEqualTo(Bytes.utf8("Redis at x:1 is unreachable: Connection refused\n"));
        assertText(answer);
        assertDiscreet(answer);
    }

    @Test
    void refusingRedisIs503() {
        store.refuse("k", BackingStoreException.errorReply("LOADING Redis is loading the dataset in memory"));
        HttpAnswer answer = http.get("/k");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(answer.body()).isEqualTo(Bytes.utf8("LOADING Redis is loading the dataset in memory\n"));
    }

    @Test
    void otherTypeIs409() {
        store.refuse("list", BackingStoreException.notAString(WRONG_TYPE));
        HttpAnswer answer = http.get("/list");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.header("retry-after")).isEmpty();
        assertThat(answer.body()).isEqualTo(Bytes.utf8(WRONG_TYPE + "\n"));
        assertText(answer);
        assertDiscreet(answer);
    }

    @Test
    void rootExplainsTheTargets() {
        HttpAnswer answer = http.get("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().asUtf8())
                .contains("GET /{key}", "GET /query?key={key}")
                .hasSizeLessThan(500);
        assertText(answer);
        assertDiscreet(answer);
        assertThat(store.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/query?key=", "/query?key", "/query?key=a&key=b", "/query?key=%g0", "/query?key=%2"})
    void badTargetsAre400(String target) {
        HttpAnswer answer = http.get(target);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().asUtf8()).endsWith("\n").doesNotContain("Exception", "\tat ");
        assertDiscreet(answer);
        assertThat(store.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "TRACE", "PATCH", "BREW"})
    void otherMethodsAre405(String method) {
        try (HttpConnection connection = http.connect()) {
            connection.send(HttpConnection.request(method + " /k", "Content-Length: 0"));
            HttpAnswer answer = connection.read();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("allow")).containsExactly("GET, HEAD, OPTIONS");
            assertDiscreet(answer);
        }
        assertThat(store.asked()).isEmpty();
    }

    /** The first is what HAProxy asks by default, to find out whether a server is well. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS / HTTP/1.0\r\n\r\n",
                "OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS /k HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS /k HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
            })
    void optionsNameTheMethods(String request) {
        try (HttpConnection connection = http.connect()) {
            connection.send(Bytes.utf8(request));
            HttpAnswer answer = connection.read();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("allow")).containsExactly("GET, HEAD, OPTIONS");
            assertThat(answer.header("content-length")).isEmpty();
            assertDiscreet(answer);
        }
        assertThat(store.asked()).isEmpty();
    }

    @Test
    void headIsGetWithoutBody() {
        store.put("small", "value")
                .put(Bytes.utf8("large"), random(1, 100_000))
                .refuse("list", BackingStoreException.notAString(WRONG_TYPE))
                .refuse("down", BackingStoreException.unavailable("down", null));
        for (String target : List.of("/small", "/large", "/absent", "/list", "/down", "/", "/query?key=")) {
            for (int i = 0; i < 2; i++) {
                try (HttpConnection connection = http.connect()) {
                    connection.send(HttpConnection.request("HEAD " + target));
                    HttpAnswer head = connection.readWithoutBody();
                    connection.send(HttpConnection.request("GET " + target));
                    HttpAnswer get = connection.read();
                    assertThat(head.status()).as(target).isEqualTo(get.status());
                    for (String name :
                            List.of("content-length", "content-type", "retry-after", "x-content-type-options")) {
                        assertThat(head.header(name))
                                .as("%s of %s", name, target)
                                .isEqualTo(get.header(name));
                    }
                }
            }
        }
    }

    /* --------------- Connections --------------- */

    @Test
    void keepsConnectionsAlive() {
        store.put("a", "1");
        try (HttpConnection connection = http.connect()) {
            for (String target : List.of("/a", "/absent", "/query?key=", "/", "/a")) {
                connection.send(HttpConnection.request("GET " + target));
                HttpAnswer answer = connection.read();
                assertThat(answer.version()).isEqualTo("HTTP/1.1");
                assertThat(answer.header("connection")).isEmpty();
            }
            connection.send(HttpConnection.request("GET /a", "Connection: close"));
            assertThat(connection.read().header("connection")).containsExactly("close");
            assertThat(connection.readToEnd().size()).isZero();
        }
    }

    @Test
    void pipelinesInOrderWithMisses() {
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < 30; i++) {
            store.put("hit" + i, "hit" + i).put("miss" + i, "miss" + i);
            http.get("/hit" + i);
        }
        store.hold();
        for (int i = 0; i < 30; i++) {
            pipeline =
                    pipeline.plus(HttpConnection.request("GET /miss" + i)).plus(HttpConnection.request("GET /hit" + i));
        }
        try (HttpConnection connection = http.connect()) {
            connection.send(pipeline);
            store.awaitHeld(1);
            assertThat(connection.hasInput()).isFalse();
            store.release();
            for (int i = 0; i < 30; i++) {
                assertThat(connection.read().body()).isEqualTo(Bytes.utf8("miss" + i));
                assertThat(connection.read().body()).isEqualTo(Bytes.utf8("hit" + i));
            }
        }
    }

    @Test
    void speaksVersion10() {
        store.put("a", "1");
        for (int i = 0; i < 2; i++) {
            try (HttpConnection connection = http.connect()) {
                connection.send(Bytes.utf8("GET /a HTTP/1.0\r\n\r\n"));
                HttpAnswer answer = connection.read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(Bytes.utf8("1"));
                assertThat(answer.header("transfer-encoding")).isEmpty();
                assertThat(connection.readToEnd().size()).isZero();
            }
        }
    }

    @Test
    void expectationIsMet() {
        store.put("a", "1");
        try (HttpConnection connection = http.connect()) {
            connection.send(HttpConnection.request("GET /a", "Expect: 100-continue", "Content-Length: 3"));
            HttpAnswer answer = connection.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Bytes.utf8("1"));
        }
        try (HttpConnection connection = http.connect()) {
            connection.send(HttpConnection.request("POST /a", "Expect: 100-continue", "Content-Length: 3"));
            assertThat(connection.read().status()).isEqualTo(405);
        }
    }

    @Test
    void bodiesOfRequestsAreSkipped() {
        store.put("a", "1");
        try (HttpConnection connection = http.connect()) {
            connection.send(HttpConnection.request("GET /a", "Content-Length: 5")
                    .plus(Bytes.utf8("hello"))
                    .plus(HttpConnection.request("GET /absent")));
            assertThat(connection.read().status()).isEqualTo(200);
            assertThat(connection.read().status()).isEqualTo(404);
        }
    }

    /* --------------- Sizes --------------- */

    @Test
    void sendsValuesOfAllSizes() {
        int[] sizes = {8_191, 8_192, 8_193, 32_768, 32_769, 1024 * 1024, 32 * 1024 * 1024};
        try (HttpConnection connection = http.connect()) {
            for (int size : sizes) {
                Bytes value = random(size, size);
                store.put(Bytes.utf8("v" + size), value);
                for (int i = 0; i < 2; i++) {
                    connection.send(HttpConnection.request("GET /v" + size));
                    HttpAnswer answer = connection.read();
                    assertThat(answer.header("content-length")).containsExactly(Integer.toString(size));
                    assertThat(answer.body().equals(value)).as("%d bytes", size).isTrue();
                }
            }
        }
    }

    @Test
    void slowReadersHoldNoThread() {
        Bytes large = random(1, 16 * 1024 * 1024);
        store.put(Bytes.utf8("large"), large).put("small", "s").put("other", "o");
        List<SlowReader> slow = new ArrayList<>();
        try {
            for (int i = 0; i < RunningHttp.THREADS * 4; i++) {
                slow.add(new SlowReader(http.address(), HttpConnection.request("GET /large", "Connection: close")));
            }
            assertThat(http.get("/small").body()).isEqualTo(Bytes.utf8("s"));
            assertThat(http.get("/other").body()).isEqualTo(Bytes.utf8("o"));
            assertThat(slow.get(0).drain()).isGreaterThan(large.size());
        } finally {
            slow.forEach(SlowReader::close);
        }
    }

    /** Small values fit into the response's buffer; many of them fill the sockets. */
    @Test
    void slowPipelinesHoldNoThread() {
        store.put(Bytes.utf8("piece"), random(2, 8_000)).put("small", "s").put("other", "o");
        Bytes pipeline = Bytes.utf8("GET /piece HTTP/1.1\r\nHost: h\r\n\r\n".repeat(2_000));
        List<SlowReader> slow = new ArrayList<>();
        try {
            for (int i = 0; i < RunningHttp.THREADS * 4; i++) {
                slow.add(new SlowReader(http.address(), pipeline));
            }
            assertThat(http.get("/small").body()).isEqualTo(Bytes.utf8("s"));
            assertThat(http.get("/other").body()).isEqualTo(Bytes.utf8("o"));
        } finally {
            slow.forEach(SlowReader::close);
        }
    }

    @Test
    void waitingRequestsHoldNoThread() {
        store.put("small", "s").put("slow", "1");
        http.get("/small");
        store.hold();
        List<HttpConnection> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < RunningHttp.THREADS * 4; i++) {
                HttpConnection connection = http.connect();
                waiting.add(connection);
                connection.send(HttpConnection.request("GET /slow"));
            }
            store.awaitHeld(1);
            assertThat(http.get("/small").body()).isEqualTo(Bytes.utf8("s"));
            store.release();
            for (HttpConnection connection : waiting) {
                assertThat(connection.read().body()).isEqualTo(Bytes.utf8("1"));
            }
        } finally {
            waiting.forEach(HttpConnection::close);
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("small"), Bytes.utf8("slow"));
    }

    private static void assertText(HttpAnswer answer) {
        assertThat(answer.header("content-type")).hasSize(1);
        assertThat(answer.header("content-type").get(0)).isEqualToIgnoringWhitespace(TEXT);
    }

    private static void assertDiscreet(HttpAnswer answer) {
        assertThat(answer.header("x-content-type-options")).containsExactly("nosniff");
        assertThat(answer.header("server")).isEmpty();
        assertThat(answer.header("x-powered-by")).isEmpty();
    }

    private static Bytes random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Bytes.of(bytes);
    }
}
