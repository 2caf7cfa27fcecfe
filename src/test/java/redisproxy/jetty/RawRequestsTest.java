package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Requests byte by byte as networks bring them, as the first of a connection and after requests of the fast path. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RawRequestsTest {
    private static final String HOST = "Host: proxy\r\n";

    private static RunningConnector running;

    @BeforeAll
    static void start() throws Exception {
        running = RunningConnector.start(100);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private final List<HttpConnection> connections = List.of(running.connect(), running.known());

    @AfterEach
    void close() {
        connections.forEach(HttpConnection::close);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /new HTTP/1.1\r\nHost: example:\r\n\r\n",
                "GET /new HTTP/1.1\r\nHost: [::1]:\r\n\r\n",
                "GET /new HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                "GET /new HTTP/1.1\r\nHost: a_b.example:8080\r\n\r\n",
                "GET http://other/new HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET http://other:81/new HTTP/1.1\r\nHost: proxy:\r\n\r\n",
                "GET https://[::1]:/new HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET http://other/new HTTP/1.1\r\nHost:\r\n\r\n",
                "GET http://other HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "\r\nGET /new HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "\nGET /new HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /new HTTP/1.1\r\nHost: proxy\r\nContent-Length: 3\r\n\r\nabc",
                "GET /new HTTP/1.1\r\nHost: proxy\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "GET /new HTTP/1.1\r\nHost: proxy\r\nTE: trailers\r\nConnection: TE\r\n\r\n",
                "GET /new HTTP/1.1\r\nHost: proxy\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "OPTIONS http://proxy HTTP/1.1\r\nHost: proxy\r\n\r\n"
            })
    void whatIsValidIsHandled(String request) {
        for (HttpConnection connection : connections) {
            connection.send(Bytes.utf8(request));
            assertThat(connection.read().status()).isEqualTo(Teapot.STATUS);
            assertThat(RunningConnector.get(connection, "/k").status()).isIn(200, Teapot.STATUS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  /k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k  HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k HTTP/1.1 \r\nHost: proxy\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET\t/k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "\rGET /k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k HTTP/1.1\nHost: proxy\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\nX: y\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\n\n",
                "GET /k HTTP/1.1\nHost: proxy\n\n",
                "GET /k HTTP/1.1\r\nHost: proxy\rX: y\r\n\r\n",
                "GET k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET ftp://h/k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET http:///k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET http://u:p@h/k HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET http://h/k HTTP/1.1\r\n\r\n",
                "GET http://h/k HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET /k HTTP/1.1\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost:\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: :80\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: u:p@h\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: [::1\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: [1:2]:80\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: a:65536\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nHost: proxy\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nA b: c\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nA : c\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nA: b\r\n c\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nA: b\u0000c\r\n\r\n",
                "GET /a\u0000b HTTP/1.1\r\nHost: proxy\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "GET /k HTTP/1.1\r\nHost: proxy\r\nContent-Length: 3\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "GET /k HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"
            })
    void whatIsMalformedIsRefused(String request) {
        assertRefused(request, 400);
    }

    /** Where such a body ends is not certain (RFC 9112, section 6.3). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "chunked, chunked",
                "chunked\r\nTransfer-Encoding: chunked",
                "chunked, gzip",
                "chunked\r\nTransfer-Encoding: gzip",
                "chunked, identity",
                "gzip",
                "identity",
                "x",
                "xchunked",
                "chunkedx",
                "chunked;q=1",
                "\"chunked\"",
                "chun\u000bked",
                "",
                ",",
            })
    void bodiesWithoutACertainEndAreRefused(String codings) {
        assertRefused(requestWith(codings), 400);
    }

    /** RFC 9112, section 6.1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip, chunked",
                "gzip,chunked",
                "GZIP , Chunked",
                "deflate, gzip, chunked",
                "identity, chunked",
                "x;y=z, chunked",
                "gzip\r\nTransfer-Encoding: chunked",
                "\"chunked\", chunked",
            })
    void codingsThatAreNotUnderstoodAreRefused(String codings) {
        assertRefused(requestWith(codings), 501);
    }

    /** A list may have empty elements (RFC 9110, section 5.6.1.2). */
    @ParameterizedTest
    @ValueSource(
            strings = {"chunked", "CHUNKED", " chunked ", ", chunked", "chunked ,", "\r\nTransfer-Encoding: chunked"})
    void chunkedIsUnderstood(String codings) {
        for (HttpConnection connection : connections) {
            connection.send(Bytes.utf8(requestWith(codings)));
            assertThat(connection.read().status()).isEqualTo(Teapot.STATUS);
            assertThat(RunningConnector.get(connection, "/k").status()).isIn(200, Teapot.STATUS);
        }
    }

    private static String requestWith(String codings) {
        return "GET /new HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + codings + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "http/1.1, 505",
        "Http/1.1, 505",
        "HTTP/1.2, 505",
        "HTTP/11, 505",
        "JUNK/1.1, 505",
        "HTTP/2.0, 426",
    })
    void otherVersionsAreRefused(String version, int status) {
        assertRefused("GET /k " + version + "\r\n" + HOST + "\r\n", status);
    }

    /** The connection preface of HTTP/2 (RFC 9113, section 3.4) begins a connection, and no later request of one. */
    @Test
    void http2AfterARequestLearnsWhatToSpeak() {
        HttpConnection connection = running.known();
        connection.sendUntilRefused(Bytes.utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        HttpAnswer answer = assertEnds(connection, 426);
        assertThat(answer.header("upgrade")).containsExactly("HTTP/1.1");
        assertThat(answer.header("connection").get(0).toLowerCase(Locale.ROOT)).contains("upgrade");
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertRefused("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\n" + HOST + "\r\n", 414);
        HttpConnection connection = running.connect();
        connection.sendUntilRefused(Bytes.utf8("GET /k HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(70_000) + "\r\n\r\n"));
        assertEnds(connection, 431);
    }

    /** A request line is checked however it is cut. */
    @Test
    void requestLinesInTwoPieces() {
        String refused = "GET /k http/1.1\r\n" + HOST + "\r\n";
        String valid = "\r\nGET /new HTTP/1.1\r\n" + HOST + "\r\n";
        for (int cut = 1; cut < valid.length(); cut++) {
            try (HttpConnection connection = running.connect()) {
                sendInTwo(connection, valid, cut);
                // The fast path, which may know the headers by then, finds no value.
                assertThat(connection.read().status()).as("cut at %d", cut).isIn(404, Teapot.STATUS);
                if (cut < refused.length()) {
                    sendInTwo(connection, refused, cut);
                    assertEnds(connection, 505);
                }
            }
        }
    }

    private static void sendInTwo(HttpConnection connection, String request, int cut) {
        connection.send(Bytes.utf8(request.substring(0, cut)));
        connection.sendUntilRefused(Bytes.utf8(request.substring(cut)));
    }

    /** A second request that is hidden behind one that is refused is never answered. */
    @Test
    void nothingIsAnsweredAfterARefusal() {
        assertRefused("GET /k HTTP/1.1\r\nHost: proxy\r\n\nGET /k HTTP/1.1\r\nHost: proxy\r\n\r\n", 400);
    }

    @Test
    void clientsOfHttp10LearnWhatTheConnectionDoes() {
        try (HttpConnection connection = running.connect()) {
            connection.send(Bytes.utf8("GET /new HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
            assertThat(connection.read().header("connection")).containsExactly("keep-alive");
            connection.send(Bytes.utf8("GET /new HTTP/1.0\r\n\r\n"));
            assertEnds(connection, Teapot.STATUS);
        }
    }

    private HttpAnswer assertRefused(String request, int status) {
        HttpAnswer answer = null;
        for (HttpConnection connection : connections) {
            connection.sendUntilRefused(Bytes.utf8(request));
            answer = assertEnds(connection, status);
        }
        return answer;
    }

    private static HttpAnswer assertEnds(HttpConnection connection, int status) {
        HttpAnswer answer = connection.read();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(String.join(", ", answer.header("connection"))).contains("close");
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
        return answer;
    }
}
