package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** What a whole proxy answers to browsers, on the way through the servlet and on the one without it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BrowserAccessTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final String ALLOWED = "https://shop.example";
    private static final String OTHER = "https://evil.example";

    private ProxyServer proxy;

    @BeforeEach
    void fill() {
        REDIS.control().set(Bytes.utf8("k"), Bytes.utf8("value"));
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
    }

    private HttpConnection start(String... flags) {
        proxy = ProxyServer.start(config(flags));
        return connect();
    }

    private static ProxyConfig config(String... flags) {
        return LoopbackConfig.of(REDIS.address(), flags);
    }

    private HttpConnection connect() {
        return HttpConnection.connect(Address.loopback(proxy.httpPort()));
    }

    private static HttpAnswer ask(HttpConnection connection, String request, String... headers) {
        connection.send(HttpConnection.request(request, headers));
        return connection.read();
    }

    private static void isShared(HttpAnswer answer, String with) {
        assertThat(answer.header("access-control-allow-origin")).containsExactly(with);
        assertThat(answer.header("access-control-expose-headers").get(0)).contains("ETag", "Age");
    }

    private static void isNotShared(HttpAnswer answer) {
        assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    }

    @Test
    void nothingIsAnsweredToOtherOrigins() {
        try (HttpConnection connection = start()) {
            // Three times each: what was learned in between must not count.
            for (int i = 0; i < 3; i++) {
                HttpAnswer own = ask(connection, "GET /k");
                assertThat(own.status()).isEqualTo(200);
                assertThat(own.headers()).doesNotContainKey("vary");
                isNotShared(own);
                for (String header : List.of("Origin: " + OTHER, "Sec-Fetch-Site: cross-site", "Origin: null")) {
                    HttpAnswer refused = ask(connection, "GET /k", header);
                    assertThat(refused.status()).as(header).isEqualTo(403);
                    assertThat(refused.body().asUtf8()).contains("CORS_ORIGIN").doesNotContain("value");
                    assertThat(refused.header("cache-control")).containsExactly("no-store");
                    isNotShared(refused);
                }
                HttpAnswer preflight =
                        ask(connection, "OPTIONS /k", "Origin: " + OTHER, "Access-Control-Request-Method: GET");
                assertThat(preflight.status()).isEqualTo(403);
                isNotShared(preflight);
            }
        }
    }

    @Test
    void ownPagesAndLinksAreAnswered() {
        try (HttpConnection connection = start()) {
            for (int i = 0; i < 3; i++) {
                assertThat(ask(connection, "GET /k", "Sec-Fetch-Site: none").status())
                        .isEqualTo(200);
                assertThat(ask(connection, "GET /k", "Sec-Fetch-Site: same-origin")
                                .status())
                        .isEqualTo(200);
                assertThat(ask(connection, "GET /k", "Origin: http://proxy").status())
                        .isEqualTo(200);
                assertThat(ask(
                                        connection,
                                        "GET /k",
                                        "Sec-Fetch-Site: cross-site",
                                        "Sec-Fetch-Mode: navigate",
                                        "Sec-Fetch-Dest: document")
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/k", "/none", "/query?key=k", "//query?key=k", "/%zz", "/"})
    void pagesOfListedOriginsReadEveryAnswer(String target) {
        try (HttpConnection connection = start("--cors-origin=" + ALLOWED + ",http://localhost:3000")) {
            for (int i = 0; i < 3; i++) {
                HttpAnswer listed = ask(connection, "GET " + target, "Origin: " + ALLOWED);
                assertThat(listed.header("vary")).containsExactly("Origin");
                isShared(listed, ALLOWED);
                isShared(ask(connection, "GET " + target, "Origin: http://localhost:3000"), "http://localhost:3000");
                HttpAnswer plain = ask(connection, "GET " + target);
                assertThat(plain.status()).isEqualTo(listed.status());
                assertThat(plain.header("vary")).containsExactly("Origin");
                isNotShared(plain);
                HttpAnswer other = ask(connection, "GET " + target, "Origin: " + OTHER);
                assertThat(other.status()).isEqualTo(403);
                assertThat(other.header("vary")).containsExactly("Origin");
                isNotShared(other);
            }
        }
    }

    @Test
    void connectionsShareNoVerdict() {
        // A connection that has learned nothing takes up what others have learned.
        // section itself.
        try (HttpConnection first = start("--cors-origin=" + ALLOWED)) {
            for (int i = 0; i < 3; i++) {
                assertThat(ask(first, "GET /k", "Origin: " + ALLOWED).status()).isEqualTo(200);
                try (HttpConnection second = connect()) {
                    assertThat(ask(second, "GET /k", "Origin: " + OTHER).status())
                            .isEqualTo(403);
                }
                try (HttpConnection third = connect()) {
                    isShared(ask(third, "GET /k", "Origin: " + ALLOWED), ALLOWED);
                }
            }
        }
    }

    @Test
    void pipelinedRequestsAreJudgedOneByOne() {
        try (HttpConnection connection = start("--cors-origin=" + ALLOWED)) {
            assertThat(ask(connection, "GET /k").status()).isEqualTo(200);
            Bytes plain = HttpConnection.request("GET /k");
            connection.send(plain.plus(HttpConnection.request("GET /k", "Origin: " + OTHER))
                    .plus(plain)
                    .plus(HttpConnection.request("GET /k", "Origin: " + ALLOWED))
                    .plus(plain));
            for (int status : new int[] {200, 403, 200, 200, 200}) {
                assertThat(connection.read().status()).isEqualTo(status);
            }
        }
    }

    @Test
    void pagesOfAllOriginsReadEveryAnswer() {
        try (HttpConnection connection = start("--cors-origin=*")) {
            for (int i = 0; i < 3; i++) {
                for (String[] headers : new String[][] {{}, {"Origin: " + OTHER}, {"Sec-Fetch-Site: cross-site"}}) {
                    HttpAnswer answer = ask(connection, "GET /k", headers);
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.headers()).doesNotContainKey("vary");
                    isShared(answer, "*");
                }
            }
        }
    }

    /** Of a malformed request the server does not know the origin. */
    @ParameterizedTest
    @ValueSource(strings = {"*", ALLOWED})
    void theServersOwnRefusalsSayForWhomTheyAre(String setting) {
        String field = "Origin: " + ALLOWED + "\r\n";
        try (HttpConnection connection = start("--cors-origin=" + setting)) {
            connection.sendUntilRefused(Bytes.utf8("GET /k HTTP/1.1\r\n" + field + "\r\n"));
            HttpAnswer refused = connection.read();
            assertThat(refused.status()).isEqualTo(400);
            if (setting.equals("*")) {
                isShared(refused, "*");
            } else {
                assertThat(refused.header("vary")).containsExactly("Origin");
                isNotShared(refused);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"*,*", ALLOWED + "," + ALLOWED})
    void preflightIsAnsweredBeforeALogin(String setting, String shown) {
        try (HttpConnection connection = start("--cors-origin=" + setting, "--requirepass=secret")) {
            HttpAnswer preflight = ask(
                    connection,
                    "OPTIONS /k",
                    "Origin: " + ALLOWED,
                    "Access-Control-Request-Method: GET",
                    "Access-Control-Request-Headers: authorization,if-none-match");
            assertThat(preflight.status()).isEqualTo(204);
            isShared(preflight, shown);
            assertThat(preflight.header("access-control-allow-methods")).containsExactly("GET, HEAD, OPTIONS");
            assertThat(preflight.header("access-control-allow-headers").get(0))
                    .contains("Authorization", "If-None-Match");
            assertThat(preflight.headers()).doesNotContainKey("access-control-allow-credentials");
            HttpAnswer unknown = ask(connection, "GET /k", "Origin: " + ALLOWED);
            assertThat(unknown.status()).isEqualTo(401);
            isShared(unknown, shown);
            for (int i = 0; i < 3; i++) {
                HttpAnswer known = ask(connection, "GET /k", "Origin: " + ALLOWED, "Authorization: Basic OnNlY3JldA==");
                assertThat(known.status()).isEqualTo(200);
                isShared(known, shown);
            }
        }
    }

    @Test
    void otherHostsAreRefused() {
        try (HttpConnection connection = start("--allowed-hosts=proxy,*.internal")) {
            for (int i = 0; i < 3; i++) {
                assertThat(ask(connection, "GET /k").status()).isEqualTo(200);
                for (String host : List.of("localhost:5000", "127.0.0.1", "[::1]:5000", "a.INTERNAL:80")) {
                    assertThat(askFor(connection, "/k", host).status()).as(host).isEqualTo(200);
                }
                for (String host : List.of("evil.example", "evil.example:5000", "internal")) {
                    HttpAnswer refused = askFor(connection, "/k", host);
                    assertThat(refused.status()).as(host).isEqualTo(421);
                    assertThat(refused.body().asUtf8()).contains("ALLOWED_HOSTS");
                }
                assertThat(askFor(connection, "http://evil.example/k", "proxy").status())
                        .isEqualTo(421);
                assertThat(askFor(connection, "http://proxy/k", "evil.example").status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void clientsOfHttp10NeedNoHost() {
        try (HttpConnection connection = start("--allowed-hosts=proxy")) {
            connection.send(Bytes.utf8("GET /k HTTP/1.0\r\n\r\n"));
            assertThat(connection.read().status()).isEqualTo(200);
        }
    }

    @Test
    void listedHostsReachTheAdminPortToo() {
        proxy = ProxyServer.start(config("--allowed-hosts=proxy"));
        try (HttpConnection admin = HttpConnection.connect(Address.loopback(proxy.adminPort()))) {
            assertThat(askFor(admin, "/api/v1/state", "proxy:5020").status()).isEqualTo(200);
            assertThat(askFor(admin, "/api/v1/state", "evil.example").status()).isEqualTo(421);
        }
    }

    private static HttpAnswer askFor(HttpConnection connection, String target, String host) {
        connection.send(Bytes.utf8("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        return connection.read();
    }

    @ParameterizedTest
    @CsvSource({
        "--cors-origin=shop.example,--cors-origin: 'shop.example' is no origin",
        "--allowed-hosts=a:80,--allowed-hosts: 'a:80' is no host name"
    })
    void whatIsNotAcceptedStopsTheStart(String flag, String message) {
        assertThatThrownBy(() -> config(flag))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }
}
