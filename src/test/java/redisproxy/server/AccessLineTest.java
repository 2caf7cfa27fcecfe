package redisproxy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redisproxy.measure.Access;

final class AccessLineTest {
    private static final long NOON = Instant.parse("2026-11-27T12:00:00.120Z").toEpochMilli();

    /** All that could end a line, a quoted text or an escape. */
    private static final String FORGERY =
            "a\" 200 5 http hit 1\r\n10.0.0.1:1 - - [x] \"GET \\\u0000\u0085\u00e9\u007f\u001b[2J";

    private static String line(LogFormat format, KeyDisplay keys, Access access) {
        return new String(new AccessLine(format, keys).of(access, NOON), US_ASCII);
    }

    private static Access http(String method, String key) {
        return new Access(
                Access.Port.HTTP,
                "10.0.0.7:5123",
                method,
                key.getBytes(ISO_8859_1),
                "hit",
                "200",
                "HTTP/1.1",
                5,
                1_234_567);
    }

    @Test
    void textIsLikeTheCommonLogFormat() {
        assertThat(line(LogFormat.TEXT, KeyDisplay.SHOW, http("GET", "user:1")))
                .isEqualTo(
                        "10.0.0.7:5123 - - [27/Nov/2026:12:00:00.120 +0000] \"GET user:1 HTTP/1.1\" 200 5 http hit 1234\n");
    }

    @Test
    void requestWithoutAKey() {
        Access ping = new Access(Access.Port.RESP, "[::1]:9", "ping", null, "ok", "OK", "RESP3", 7, 1_000);
        assertThat(line(LogFormat.TEXT, KeyDisplay.HASH, ping))
                .isEqualTo("[::1]:9 - - [27/Nov/2026:12:00:00.120 +0000] \"ping RESP3\" OK 7 resp ok 1\n");
    }

    @Test
    void keysForgeNoLineOfText() {
        String line = line(LogFormat.TEXT, KeyDisplay.SHOW, http("GET", FORGERY));
        assertThat(line)
                .contains("\"GET a\\x22\\x20200\\x205\\x20http\\x20hit\\x201\\x0d\\x0a10.0.0.1:1\\x20")
                .contains("\\x22GET\\x20\\\\\\x00\\x85\\xe9\\x7f\\x1b[2J HTTP/1.1\" 200 5 http hit 1234\n");
        assertThat(line.split("\"", -1)).as("parts between quotes").hasSize(3);
        assertThat(line.lines()).hasSize(1);
        assertThat(line.chars().limit(line.length() - 1)).allMatch(c -> c >= ' ' && c < 0x7F);
    }

    @Test
    void methodForgesNoLineOfText() {
        String line = line(LogFormat.TEXT, KeyDisplay.HASH, http("A\" 1\n", "k"));
        assertThat(line.lines()).hasSize(1);
        assertThat(line.split("\"", -1)).hasSize(3);
    }

    @Test
    void jsonHasTheNamesOfEcs() throws IOException {
        Map<String, Object> fields = JSON.std.mapFrom(line(LogFormat.JSON, KeyDisplay.SHOW, http("GET", FORGERY)));
        assertThat(fields)
                .containsEntry("@timestamp", "2026-11-27T12:00:00.120Z")
                .containsEntry("source.address", "10.0.0.7")
                .containsEntry("source.port", 5123)
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.response.status_code", 200)
                .containsEntry("http.response.body.bytes", 5)
                .containsEntry("http.version", "1.1")
                .containsEntry("event.duration", 1_234_567)
                .containsEntry("event.outcome", "success")
                .containsEntry("redis_proxy.result", "hit");
        assertThat((String) fields.get("redis_proxy.key"))
                .startsWith("a\"\\x20200")
                .endsWith("\\x1b[2J");
        assertThat(line(LogFormat.JSON, KeyDisplay.SHOW, http("GET", FORGERY)).lines())
                .hasSize(1);
    }

    @Test
    void failureOverResp() throws IOException {
        Access failed =
                new Access(Access.Port.RESP, "[::1]:9", "get", new byte[] {'k'}, "error", "ERR", "RESP2", 30, 1_000);
        assertThat(JSON.std.mapFrom(line(LogFormat.JSON, KeyDisplay.HASH, failed)))
                .containsEntry("source.address", "::1")
                .containsEntry("event.outcome", "failure")
                .containsEntry("network.protocol", "resp2")
                .containsEntry("redis_proxy.status", "ERR")
                .containsKey("redis_proxy.key_hash")
                .doesNotContainKeys("redis_proxy.key", "http.request.method");
    }

    @Test
    void hashTellsKeysApartWithinOneProcess() {
        AccessLine lines = new AccessLine(LogFormat.TEXT, KeyDisplay.HASH);
        String first = new String(lines.of(http("GET", "user:1"), NOON), US_ASCII);
        assertThat(first).doesNotContain("user:1").containsPattern("\"GET [0-9a-f]{16} HTTP/1.1\"");
        assertThat(new String(lines.of(http("GET", "user:1"), NOON), US_ASCII)).isEqualTo(first);
        assertThat(new String(lines.of(http("GET", "user:2"), NOON), US_ASCII)).isNotEqualTo(first);
        assertThat(line(LogFormat.TEXT, KeyDisplay.HASH, http("GET", "user:1")))
                .as("of another process")
                .isNotEqualTo(first);
    }
}
