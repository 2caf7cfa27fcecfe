package redisproxy.admin.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.RespClient;

/** The API of a whole proxy, with a real Redis. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AdminApiTest {
    private static final String API = "/api/v1/";

    private static RedisServerProcess redis;

    private ProxyServer proxy;
    private AdminClient admin;
    private RespClient resp;

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
        try (RedisControl control = new RedisControl(redis.address())) {
            control.call("MSET", "user:1", "Batman", "user:2", "Robin", "product:1", "12.50");
        }
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void start() {
        proxy = start("--admin-host=127.0.0.1");
        admin = new AdminClient(Address.loopback(proxy.adminPort()));
        resp = RespClient.connect(Address.loopback(proxy.respPort()));
    }

    private static ProxyServer start(String flag) {
        return ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--redis-host=127.0.0.1",
                "--redis-port=" + redis.address().port(),
                "--admin-port=0",
                "--negative-ttl=60",
                flag));
    }

    @AfterEach
    void stop() {
        resp.close();
        proxy.close();
    }

    private void read(String... keys) {
        for (String key : keys) {
            resp.call("GET", key);
        }
    }

    /* --------------- The document --------------- */

    @Test
    void documentsWhatItAnswers() throws IOException {
        read("user:1", "user:1", "nobody");
        OpenApi document = new OpenApi(admin.get("/api/openapi.json").body().getBytes(UTF_8));
        assertThat(document.version()).isEqualTo("3.1.0");
        Awaitility.await().until(() -> !history().get("time").isEmpty());
        for (String target : List.of(
                "state",
                "history",
                "settings",
                "entry?key=user:1",
                "entry?key=nobody",
                "entry?key=other",
                "entry",
                "hotkeys",
                "hotkeys?count=0",
                "prefixes",
                "recent",
                "recent?count=0",
                "events",
                "events?after=1",
                "events?after=-1")) {
            HttpResponse<String> answer = admin.get(API + target);
            assertThat(document.faults(
                            API + target.replaceFirst("\\?.*", ""),
                            "get",
                            answer.statusCode(),
                            type(answer),
                            answer.body().getBytes(UTF_8)))
                    .as(target)
                    .isEmpty();
        }
        for (String[] change :
                List.of(new String[] {"invalidate", "{\"all\":true}"}, new String[] {"invalidate", "{}"}, new String[] {
                    "log-level", "{\"level\":\"info\"}"
                })) {
            HttpResponse<String> answer = admin.change(API + change[0], change[1]);
            assertThat(document.faults(
                            API + change[0],
                            "post",
                            answer.statusCode(),
                            type(answer),
                            answer.body().getBytes(UTF_8)))
                    .as(change[1])
                    .isEmpty();
        }
    }

    @Test
    void documentsAllPathsAndNoOthers() {
        OpenApi document = new OpenApi(admin.get("/api/openapi.json").body().getBytes(UTF_8));
        assertThat(document.operations())
                .isEqualTo(new AdminApi(new FixedSources().sources(), () -> null).operations());
        for (String operation : document.operations()) {
            String path = operation.substring(operation.indexOf(' ') + 1);
            String other = operation.startsWith("GET") ? "POST" : "GET";
            HttpResponse<String> answer = admin.send(
                    admin.changing(path).method(other, BodyPublishers.noBody()).build());
            assertThat(answer.statusCode()).as(other + " " + path).isEqualTo(405);
        }
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    /* --------------- Figures --------------- */

    @Test
    void countsByPort() throws IOException {
        read("user:1", "user:1", "user:1", "nobody");
        HttpConnection.get(Address.loopback(proxy.httpPort()), "/user:1");

        Map<String, Object> state = object(admin.get(API + "state").body());
        Map<String, Object> ports = map(state.get("ports"));

        assertThat(map(ports.get("resp")))
                .containsEntry("requests", 4)
                .containsEntry("hits", 2)
                .containsEntry("misses", 2)
                .containsEntry("connections", 1);
        assertThat(map(ports.get("http"))).containsEntry("requests", 1).containsEntry("hits", 1);
        assertThat(map(state.get("cache")))
                .containsEntry("entries", 1)
                .containsEntry("absentEntries", 1)
                .containsEntry("hits", 3)
                .containsEntry("misses", 2);
        assertThat(map(state.get("spared"))).containsEntry("commands", 3);
        assertThat(map(state.get("redis"))).containsEntry("up", true);
    }

    @Test
    void tellsRatesAndRatiosOfTheLastSeconds() throws IOException {
        read("user:1", "user:1", "user:1", "user:1");
        Awaitility.await()
                .untilAsserted(() -> assertThat(history().get("respPerSecond"))
                        .anySatisfy(each ->
                                assertThat(((Number) each).doubleValue()).isPositive()));
        assertThat(history().get("respHitRatio")).last().isEqualTo(0.75);
    }

    @Test
    void masksSecrets() throws IOException {
        try (ProxyServer secret = start("--redis-password=tell-nobody")) {
            String settings = new AdminClient(Address.loopback(secret.adminPort()))
                    .get(API + "settings")
                    .body();
            assertThat(settings).doesNotContain("tell-nobody");
            List<Map<String, Object>> list = cast(object(settings).get("settings"));
            assertThat(list)
                    .anySatisfy(each -> assertThat(each)
                            .containsEntry("name", "REDIS_PASSWORD")
                            .containsEntry("value", null)
                            .containsEntry("usesDefault", null));
            assertThat(list)
                    .anySatisfy(each -> assertThat(each)
                            .containsEntry("name", "TTL")
                            .containsEntry("value", "60")
                            .containsEntry("usesDefault", true));
            assertThat(list)
                    .anySatisfy(each ->
                            assertThat(each).containsEntry("name", "ADMIN_PORT").containsEntry("usesDefault", false));
        }
    }

    /* --------------- One key --------------- */

    @Test
    void looksUpAKeyWithoutReadingIt() throws IOException {
        read("user:1", "nobody");

        assertThat(entry("key=user:1"))
                .containsEntry("cached", true)
                .containsEntry("absent", false)
                .containsEntry("expired", false)
                .containsEntry("valueBytes", 6)
                .containsEntry("coherence", "ttl")
                .containsEntry("origin", "127.0.0.1:" + redis.address().port());
        assertThat(entry("key=nobody")).containsEntry("cached", true).containsEntry("absent", true);
        assertThat(entry("key=product:1")).containsEntry("cached", false).containsEntry("valueBytes", null);
        assertThat(map(object(admin.get(API + "state").body()).get("cache")))
                .containsEntry("hits", 0)
                .containsEntry("misses", 2);
    }

    @Test
    void looksUpBytes() throws IOException {
        Bytes key = Bytes.of((byte) 0xff, (byte) 0, (byte) '+');
        try (RedisControl control = new RedisControl(redis.address())) {
            control.set(key, Bytes.utf8("x"));
        }
        resp.get(key);

        assertThat(entry("key=%FF%00%2B")).containsEntry("cached", true).containsEntry("key", "\\xff\\x00+");
        assertThat(entry("key64=_wAr")).containsEntry("cached", true);
    }

    private Map<String, Object> entry(String query) throws IOException {
        return object(admin.get(API + "entry?" + query).body());
    }

    /* --------------- The stream --------------- */

    @Test
    void streamsTheStateAndEvents() throws IOException {
        OpenApi document = new OpenApi(admin.get("/api/openapi.json").body().getBytes(UTF_8));
        List<String> names = new ArrayList<>();
        try (InputStream in = admin.stream("");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            String name = "";
            while (names.stream().filter("state"::equals).count() < 3) {
                String line = lines.readLine();
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                    names.add(name);
                } else if (line.startsWith("data: ")) {
                    String schema = name.equals("state") ? "State" : "Event";
                    assertThat(document.faults(schema, line.substring(6))).isEmpty();
                }
            }
        }
        assertThat(names).contains("event", "state");
    }

    @Test
    void sendsNoEventTwice() throws IOException {
        List<?> events = (List<?>) object(admin.get(API + "events").body()).get("events");
        int last = events.size();
        try (InputStream in = admin.stream("?after=" + last);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("event: state");
        }
    }

    /** Without the last chunk, a browser tells of a fault of the network. */
    @Test
    void endsStreamsWholeWhenItStops() {
        HttpConnection stream;
        try (ProxyServer stopping = start("--admin-host=127.0.0.1")) {
            stream = HttpConnection.connect(Address.loopback(stopping.adminPort()));
            stream.send(Bytes.utf8("GET " + API + "stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            assertThat(stream.readLines()).first().isEqualTo("HTTP/1.1 200 OK");
        }
        try (stream) {
            assertThat(stream.readToEnd().asUtf8()).endsWith("\n\n\r\n0\r\n\r\n");
        }
    }

    @Test
    void boundsTheStreams() throws IOException {
        List<InputStream> open = new ArrayList<>();
        try {
            for (int i = 0; i < Streams.MOST_STREAMS; i++) {
                open.add(admin.stream(""));
            }
            HttpResponse<String> refused = admin.get(API + "stream");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("32 streams are open");
            assertThat(admin.get("/livez").statusCode()).isEqualTo(200);
        } finally {
            for (InputStream each : open) {
                each.close();
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            try (InputStream again = admin.stream("")) {
                assertThat(new String(again.readNBytes(3), UTF_8)).isIn("id:", "eve");
            }
        });
    }

    /* --------------- Changes --------------- */

    @Test
    void invalidatesAKeyAPrefixAndAll() throws IOException {
        read("user:1", "user:2", "product:1", "nobody");

        assertThat(admin.change(API + "invalidate", "{\"key\":\"user:1\"}").body())
                .isEqualTo("{\"dropped\":1}");
        assertThat(admin.change(API + "invalidate", "{\"key\":\"user:1\"}").body())
                .isEqualTo("{\"dropped\":0}");
        assertThat(entry("key=user:1")).containsEntry("cached", false);
        assertThat(admin.change(API + "invalidate", "{\"prefix64\":\"dXNlcjo\"}")
                        .body())
                .isEqualTo("{\"dropped\":1}");
        assertThat(entry("key=user:2")).containsEntry("cached", false);
        assertThat(entry("key=product:1")).containsEntry("cached", true);
        assertThat(admin.change(API + "invalidate", "{\"all\":true}").body()).isEqualTo("{\"dropped\":2}");
        assertThat(entry("key=product:1")).containsEntry("cached", false);
        assertThat(entry("key=nobody")).containsEntry("cached", false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"key\":1}",
                "{\"all\":false}",
                "{\"all\":true,\"key\":\"a\"}",
                "{\"key64\":\"+\"}"
            })
    void refusesBodies(String body) {
        HttpResponse<String> answer = admin.change(API + "invalidate", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("expected");
    }

    @Test
    void setsTheLogLevel() throws IOException {
        try {
            assertThat(admin.change(API + "log-level", "{\"level\":\"DEBUG\"}").body())
                    .isEqualTo("{\"level\":\"debug\"}");
            assertThat(java.util.logging.Logger.getLogger("redisproxy").getLevel())
                    .isEqualTo(java.util.logging.Level.FINE);
            HttpResponse<String> refused = admin.change(API + "log-level", "{\"level\":\"loud\"}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("'loud' is not accepted (expected: error, warn, info, debug or trace)");
        } finally {
            admin.change(API + "log-level", "{\"level\":\"info\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, http://elsewhere.example, 403",
        "Origin, null, 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Sec-Fetch-Site, same-origin, 200",
        "Accept, */*, 200"
    })
    void refusesChangesOfOtherSites(String header, String value, int status) {
        HttpResponse<String> answer = admin.send(admin.changing(API + "invalidate")
                .header("X-Redis-Proxy", "test")
                .header("Content-Type", "application/json; charset=utf-8")
                .header(header, value)
                .POST(BodyPublishers.ofString("{\"key\":\"a\"}"))
                .build());
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void refusesWhatAFormCanSend() {
        assertThat(admin.send(admin.changing(API + "invalidate")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"all\":true}"))
                                .build())
                        .statusCode())
                .isEqualTo(403);
        assertThat(admin.send(admin.changing(API + "invalidate")
                                .header("X-Redis-Proxy", "test")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{\"all\":true}"))
                                .build())
                        .statusCode())
                .isEqualTo(415);
        assertThat(admin.change(API + "invalidate", "{\"key\":\"" + "a".repeat(1_500_000) + "\"}")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void invalidatesTheLongestKeyThatIsCached() {
        byte[] key = new byte[1024 * 1024 - 1];
        Arrays.fill(key, (byte) 0xff);
        resp.get(Bytes.of(key));
        String key64 = Base64.getUrlEncoder().withoutPadding().encodeToString(key);
        assertThat(admin.change(API + "invalidate", "{\"key64\":\"" + key64 + "\"}")
                        .body())
                .isEqualTo("{\"dropped\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "localhost:1, 200",
        "127.0.0.1, 200",
        "10.1.2.3:5020, 200",
        "[::1]:5020, 200",
        "evil.example, 421",
        "127.0.0.1.evil.example, 421",
        "1.2.3, 421"
    })
    void knowsItsOwnHost(String host, int status) {
        for (String path : List.of("/", API + "state")) {
            try (HttpConnection connection = HttpConnection.connect(Address.loopback(proxy.adminPort()))) {
                connection.send(Bytes.utf8("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
                HttpAnswer answer = connection.read();
                assertThat(answer.status()).as(path).isEqualTo(status);
            }
        }
    }

    @Test
    void allowsNoChangesWhereOthersReachIt() throws IOException {
        try (ProxyServer open = start("--admin-host=0.0.0.0")) {
            AdminClient client = new AdminClient(Address.loopback(open.adminPort()));
            HttpResponse<String> refused = client.change(API + "invalidate", "{\"all\":true}");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body())
                    .contains(
                            "It listens on 0.0.0.0: set REQUIREPASS_FILE or ACL_FILE, or set ADMIN_HOST to 127.0.0.1");
            assertThat(map(object(client.get(API + "state").body()).get("changes")))
                    .containsEntry("allowed", false);
        }
    }

    /* --------------- The page --------------- */

    @Test
    void servesThePageWithAStrictPolicy() {
        HttpResponse<String> page = admin.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(type(page)).isEqualTo("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(admin.get("/page/uplot.js").body()).contains("uPlot");
        assertThat(admin.get("/page/uplot-license.txt").body()).contains("MIT");
        assertThat(admin.get("/page/app.js").body()).contains("import ");
        assertThat(admin.get("/page/index.html").statusCode()).isEqualTo(404);
        assertThat(admin.get("/page/../api/openapi.json").statusCode()).isIn(200, 404);
        assertThat(admin.get("/other").statusCode()).isEqualTo(404);
    }

    @Test
    void sendsAFileOnlyOnce() {
        String tag = admin.get("/page/style.css").headers().firstValue("ETag").orElseThrow();
        assertThat(admin.send(admin.changing("/page/style.css")
                                .header("If-None-Match", tag)
                                .build())
                        .statusCode())
                .isEqualTo(304);
    }

    private Map<String, List<Object>> history() throws IOException {
        return cast(object(admin.get(API + "history").body()));
    }

    private static Map<String, Object> object(String json) throws IOException {
        return JSON.std.mapFrom(json);
    }

    private static Map<String, Object> map(Object value) {
        return cast(value);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the test says what it expects
    private static <T> T cast(Object value) {
        return (T) value;
    }
}
