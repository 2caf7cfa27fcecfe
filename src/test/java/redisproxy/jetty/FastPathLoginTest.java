package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.auth.Users;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** What is answered without Jetty when there are users: nothing but what its sender may read. A {@link Teapot} is the handler. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FastPathLoginTest {
    private static final int TEAPOT = Teapot.STATUS;
    private static final Users USERS = TestUsers.of("user alice on >a ~app:* +get", "user root on >r ~* +@all");

    private RunningConnector running;

    @BeforeEach
    void start() throws Exception {
        running = RunningConnector.start(10);
        running.store.put("app:1", "own").put("hidden", "treasure").put("app:ü", "encoded");
        running.authority.replace(USERS);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpAnswer get(HttpConnection connection, String target, String... headers) {
        connection.send(HttpConnection.request("GET " + target, headers));
        return connection.read();
    }

    @Test
    void requestsWithoutCredentialsAreNeverRepeated() {
        for (int i = 0; i < 4; i++) {
            HttpConnection connection = running.connect();
            for (int j = 0; j < 4; j++) {
                assertThat(get(connection, "/k").status()).isEqualTo(TEAPOT);
            }
        }
    }

    @Test
    void requestsWithWrongCredentialsAreNeverRepeated() {
        HttpConnection connection = running.connect();
        for (int i = 0; i < 4; i++) {
            assertThat(get(connection, "/app:1", basic("alice:x")).status()).isEqualTo(TEAPOT);
        }
    }

    @Test
    void credentialsThatAreNotLookedAtAreNotTriedHereEither() {
        HttpConnection letIn = running.connect();
        assertThat(get(letIn, "/app:1", basic("alice:a")).status()).isEqualTo(TEAPOT);
        for (int i = 0; i < 16; i++) {
            running.authority.attempts().beginWait("127.0.0.1");
        }
        HttpConnection connection = running.connect();
        for (int i = 0; i < 3; i++) {
            assertThat(get(connection, "/app:1", basic("alice:a")).status()).isEqualTo(TEAPOT);
            assertThat(get(letIn, "/app:1", basic("alice:a")).status()).isEqualTo(200);
        }
        running.authority.attempts().answered("127.0.0.1");
        assertThat(get(connection, "/app:1", basic("alice:a")).status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/app:1", basic("alice:a")).status()).isEqualTo(200);
    }

    @Test
    void whoWasLetInIsAnsweredOwnKeysAlone() {
        HttpConnection connection = running.connect();
        assertThat(get(connection, "/app:1", basic("alice:a")).status()).isEqualTo(TEAPOT);
        for (int i = 0; i < 2; i++) {
            HttpAnswer answer = get(connection, "/app:1", basic("alice:a"));
            assertThat(answer.body()).isEqualTo(Bytes.utf8("own"));
            assertThat(answer.header("cache-control").get(0)).startsWith("private, ");
            assertThat(get(connection, "/app%3A1", basic("alice:a")).body()).isEqualTo(Bytes.utf8("own"));
            assertThat(get(connection, "/app:%C3%BC", basic("alice:a")).body()).isEqualTo(Bytes.utf8("encoded"));
            assertThat(get(connection, "/query?key=app:1", basic("alice:a")).status())
                    .isEqualTo(200);
        }
        for (String hidden : new String[] {"/hidden", "/h%69dden", "/query?key=hidden"}) {
            HttpAnswer refused = get(connection, hidden, basic("alice:a"));
            assertThat(refused.status()).as(hidden).isEqualTo(TEAPOT);
            // It has come to the handler as it was sent.
            assertThat(refused.body().toString()).endsWith(hidden.substring(hidden.lastIndexOf('h')));
            assertThat(get(connection, "/app:1", basic("alice:a")).status()).isIn(200, TEAPOT);
        }
    }

    /** One connection may carry requests of several users, as behind a reverse proxy. */
    @Test
    void credentialsAreOfTheirRequestAlone() {
        HttpConnection connection = running.connect();
        for (int i = 0; i < 3; i++) {
            assertThat(get(connection, "/hidden", basic("root:r")).status()).isEqualTo(i == 0 ? TEAPOT : 200);
        }
        assertThat(get(connection, "/hidden").status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/hidden", basic("alice:a")).status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/hidden", basic("alice:a")).status()).isEqualTo(TEAPOT);
    }

    @Test
    void otherConnectionsDoNotLearnThem() {
        for (int i = 0; i < 4; i++) {
            HttpConnection connection = running.connect();
            assertThat(get(connection, "/hidden", basic("root:r")).status()).isEqualTo(TEAPOT);
            assertThat(get(connection, "/hidden", basic("root:r")).status()).isEqualTo(200);
        }
    }

    @Test
    void whatWasLearnedIsForgottenWhenRulesChange() {
        HttpConnection connection = running.connect();
        assertThat(get(connection, "/hidden", basic("root:r")).status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/hidden", basic("root:r")).status()).isEqualTo(200);
        running.authority.replace(TestUsers.of("user root on >other ~* +@all"));
        assertThat(get(connection, "/hidden", basic("root:r")).status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/hidden", basic("root:r")).status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/hidden", basic("root:other")).status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/hidden", basic("root:other")).status()).isEqualTo(200);
    }

    /** Heads without credentials are shared between connections while nobody has a password. */
    @Test
    void whatAllHaveLearnedIsForgottenWhenUsersCome() {
        running.authority.replace(Users.OPEN);
        HttpConnection connection = running.connect();
        for (int i = 0; i < 4; i++) {
            assertThat(get(running.connect(), "/k").status()).isIn(TEAPOT, 200);
        }
        assertThat(get(connection, "/k").status()).isEqualTo(200);
        running.authority.replace(USERS);
        assertThat(get(connection, "/k").status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/k").status()).isEqualTo(TEAPOT);
        assertThat(get(running.connect(), "/k").status()).isEqualTo(TEAPOT);
        running.authority.replace(Users.OPEN);
        assertThat(get(running.connect(), "/k").header("cache-control").get(0)).doesNotContain("private");
    }

    @Test
    void theDefaultUserMayNeedNoPassword() {
        running.authority.replace(TestUsers.of("user default on nopass ~app:* +get"));
        HttpConnection connection = running.connect();
        assertThat(get(connection, "/app:1").status()).isEqualTo(TEAPOT);
        assertThat(get(connection, "/app:1").status()).isEqualTo(200);
        assertThat(get(connection, "/hidden").status()).isEqualTo(TEAPOT);
    }
}
