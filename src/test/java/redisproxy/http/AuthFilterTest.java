package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.auth.LoginAttempts;
import redisproxy.auth.Users;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

final class AuthFilterTest {
    private static final Users USERS = TestUsers.withTokens(
            "alice >token",
            "user alice on >pässword ~app:* +get",
            "user mgets on >m ~* +mget",
            "user default on >pass ~* +@all");

    private final RunningHttp http = new RunningHttp(10);

    @BeforeEach
    void start() {
        http.store.put("app:1", "own").put("hidden", "treasure");
        http.authority.replace(USERS);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void asksForCredentials() {
        HttpAnswer answer = http.get("/app:1");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("www-authenticate").get(0)).contains("Basic realm=", "Bearer");
        assertThat(answer.header("cache-control")).containsExactly("no-store");
        assertThat(http.ask("OPTIONS /app:1").status()).isEqualTo(401);
        assertThat(http.get("/").status()).isEqualTo(401);
        assertThat(http.answers.stats().denied()).isEqualTo(3);
    }

    @Test
    void letsInWhoProvesToBeSomebody() {
        for (String credentials : new String[] {
            basic("alice:pässword"),
            "authorization: bearer token",
            "Authorization: Bearer pass",
            basic("default:pass"),
            basic(":pass")
        }) {
            HttpAnswer answer = http.ask("GET /app:1", credentials);
            assertThat(answer.status()).as(credentials).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Bytes.utf8("own"));
            assertThat(answer.header("cache-control").get(0)).startsWith("private, max-age=");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer other",
                "Authorization: Basic !!!",
                "Authorization: Basic YWxpY2U=",
                "Authorization: Digest x",
                "Authorization:",
                "Authorization: Bearer pass\r\nAuthorization: Bearer pass"
            })
    void refusesWhatProvesNobody(String credentials) {
        HttpAnswer answer = http.ask("GET /app:1", credentials);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body().toString()).doesNotContain("own");
        assertThat(http.authority.attempts().failures()).isEqualTo(1);
    }

    @Test
    void aFailureWaits() {
        long begun = System.nanoTime();
        assertThat(http.ask("GET /app:1", basic("alice:x")).status()).isEqualTo(401);
        assertThat(http.ask("HEAD //app:1", basic("alice:x")).status()).isEqualTo(401);
        assertThat(System.nanoTime() - begun)
                .isGreaterThan(Duration.ofMillis(280).toNanos());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /hidden", "HEAD /hidden", "GET /h%69dden", "GET /query?key=hidden", "GET //query?key=hidden"
            })
    void keysOfOthersAreForbiddenOnEveryWay(String request) {
        assertThat(http.ask("GET /hidden", basic("default:pass")).status()).isEqualTo(200);
        for (String header : new String[] {
            "X: y",
            "If-None-Match: *",
            "If-Match: *",
            "Cache-Control: no-cache",
            "Cache-Control: only-if-cached",
            "Cache-Control: max-stale",
            "Pragma: no-cache"
        }) {
            HttpAnswer answer = http.ask(request, basic("alice:pässword"), header);
            assertThat(answer.status()).as(header).isEqualTo(403);
            assertThat(answer.headers().keySet()).doesNotContain("etag");
            assertThat(http.ask(request, basic("mgets:m"), header).status()).isEqualTo(403);
        }
    }

    @Test
    void conditionsAndErrorsArePrivateToo() {
        HttpAnswer first = http.ask("GET /app:1", basic("alice:pässword"));
        HttpAnswer second = http.ask(
                "HEAD /app:1",
                basic("alice:pässword"),
                "If-None-Match: " + first.header("etag").get(0));
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.header("cache-control").get(0)).startsWith("private, ");
        HttpAnswer absent = http.ask("GET /app:none", basic("alice:pässword"));
        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.header("cache-control").get(0)).startsWith("private, ");
        assertThat(http.ask("GET /", basic("alice:pässword")).header("cache-control"))
                .containsExactly("private, no-cache");
    }

    @Test
    void noneAreLookedAtWhileManyWrongOnesWait() {
        LoginAttempts attempts = http.authority.attempts();
        for (int i = 0; i < 3; i++) {
            attempts.failed("127.0.0.1");
        }
        for (int i = 0; i < 15; i++) {
            attempts.beginWait("127.0.0.1");
        }
        assertThat(http.ask("GET /app:1", basic("alice:pässword")).status()).isEqualTo(200);
        try (HttpConnection wrong = http.connect()) {
            wrong.send(HttpConnection.request("GET /app:1", basic("alice:x")));
            await().until(() -> attempts.isBusy("127.0.0.1"));
            long failures = attempts.failures();
            for (String credentials :
                    new String[] {basic("alice:pässword"), basic("alice:y"), "Authorization: Bearer token"}) {
                HttpAnswer refused = http.ask("GET /app:1", credentials);
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.header("retry-after")).containsExactly("4");
                assertThat(refused.header("cache-control")).containsExactly("no-store");
            }
            assertThat(http.get("/app:1").status()).isEqualTo(401);
            assertThat(attempts.failures()).isEqualTo(failures);
            assertThat(wrong.read().status()).isEqualTo(401);
        }
        await().until(() -> !attempts.isBusy("127.0.0.1"));
        assertThat(http.ask("GET /app:1", basic("alice:pässword")).status()).isEqualTo(200);
    }

    @Test
    void withoutUsersCredentialsHaveNoMeaning() {
        http.authority.replace(Users.OPEN);
        HttpAnswer answer = http.ask("GET /app:1", basic("x:y"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("cache-control").get(0)).doesNotContain("private");
    }
}
