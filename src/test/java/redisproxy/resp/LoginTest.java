package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.auth.Users;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Clients of the port have to log in, with real sockets. */
final class LoginTest {
    private static final Reply OK = new Reply.Simple("OK");
    private static final Users USERS =
            TestUsers.of("user alice on >secret ~app:* +@all", "user default on >pass ~* +@all", "user off off >x");

    private final RunningResp resp = new RunningResp();

    @AfterEach
    void close() {
        resp.close();
    }

    private RespClient connect() {
        resp.authority.replace(USERS);
        return resp.connect();
    }

    private static Reply error(String text) {
        return new Reply.Failure(text);
    }

    @Test
    void asksForALoginAndTakesIt() {
        resp.store.put("app:1", "value");
        try (RespClient client = connect()) {
            assertThat(client.call("GET", "app:1")).isEqualTo(error("NOAUTH Authentication required."));
            assertThat(client.call("AUTH", "alice", "secret")).isEqualTo(OK);
            assertThat(client.call("GET", "app:1")).isEqualTo(Reply.bulk("value"));
            assertThat(client.call("GET", "other"))
                    .isEqualTo(
                            error("NOPERM this user has no permissions to access one of the keys used as arguments"));
            assertThat(client.call("ACL", "WHOAMI")).isEqualTo(Reply.bulk("alice"));
            assertThat(client.call("RESET")).isEqualTo(new Reply.Simple("RESET"));
            assertThat(client.call("GET", "app:1")).isEqualTo(error("NOAUTH Authentication required."));
            assertThat(client.call("AUTH", "pass")).isEqualTo(OK);
            assertThat(client.call("ACL", "WHOAMI")).isEqualTo(Reply.bulk("default"));
        }
    }

    @Test
    void invalidatesManyKeysThatTheRulesName() {
        resp.authority.replace(TestUsers.of("user bob on >x +@all ~app:*"));
        try (RespClient client = resp.connect()) {
            assertThat(client.call("AUTH", "bob", "x")).isEqualTo(OK);
            String[] request = new String[1_000];
            Arrays.fill(request, "app:1");
            request[0] = "CACHE";
            request[1] = "INVALIDATE";
            assertThat(client.call(request)).isEqualTo(new Reply.Whole(0));
            request[999] = "other";
            assertThat(client.call(request)).isInstanceOf(Reply.Failure.class);
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void aResetGivesNoMoreTimeToLogIn() {
        resp.authority.replace(USERS);
        Session stranger = new Session(1, "10.0.0.1:1", false, "10.0.0.2:2", 0);
        long before = stranger.strangerNanos(System.nanoTime());
        stranger.become(USERS.anonymous(/* isLocal= */ false));
        assertThat(stranger.strangerNanos(System.nanoTime())).isGreaterThan(before);
    }

    @ParameterizedTest
    @CsvSource({"alice, wrong", "off, x", "nobody, secret", "default, secret"})
    void refusesWhatProvesNobody(String name, String password) {
        try (RespClient client = connect()) {
            Reply wrong = error("WRONGPASS invalid username-password pair or user is disabled.");
            assertThat(client.call("AUTH", name, password)).isEqualTo(wrong);
            assertThat(client.call("HELLO", "3", "AUTH", name, password)).isEqualTo(wrong);
            assertThat(client.call("HELLO", "3"))
                    .asString()
                    .contains("NOAUTH HELLO must be called with the client already");
            assertThat(client.call("PING")).isEqualTo(error("NOAUTH Authentication required."));
        }
        assertThat(resp.authority.attempts().failures()).isEqualTo(2);
    }

    @Test
    void aFailureHoldsBackWhatFollows() {
        try (RespClient client = connect()) {
            long begun = System.nanoTime();
            client.send(RespClient.encode("AUTH", "x").plus(RespClient.encode("AUTH", "y")));
            assertThat(client.read()).asString().contains("WRONGPASS");
            assertThat(client.read()).asString().contains("WRONGPASS");
            assertThat(System.nanoTime() - begun)
                    .isGreaterThan(Duration.ofMillis(300).toNanos() - 20_000_000);
        }
    }

    /** Its reply waits, and nothing is left of it when the client has gone. */
    @Test
    void aClientMayLeaveMeanwhile() {
        for (int i = 0; i < 5; i++) {
            RespClient client = connect();
            client.send(RespClient.encode("AUTH", "x"));
            client.close();
        }
        try (RespClient client = connect()) {
            assertThat(client.call("AUTH", "pass")).isEqualTo(OK);
        }
    }

    @Test
    void helloLogsIn() {
        try (RespClient client = connect()) {
            assertThat(client.call("HELLO", "3", "AUTH", "alice", "secret", "SETNAME", "me"))
                    .asString()
                    .contains("proto");
            assertThat(client.call("ACL", "WHOAMI")).asString().contains("alice");
            assertThat(((Reply.Bulk) client.call("CLIENT", "INFO")).bytes().asLatin1())
                    .contains("user=alice");
        }
    }

    @Test
    void strangersSendSmallRequestsOnly() {
        try (RespClient client = connect()) {
            client.send(Bytes.utf8("*11\r\n"));
            assertThat(client.readToEnd())
                    .isEqualTo(Bytes.utf8("-ERR Protocol error: unauthenticated multibulk length\r\n"));
        }
        try (RespClient client = connect()) {
            client.send(Bytes.utf8("*2\r\n$4\r\nAUTH\r\n$16385\r\n"));
            assertThat(client.readToEnd())
                    .isEqualTo(Bytes.utf8("-ERR Protocol error: unauthenticated bulk length\r\n"));
        }
        try (RespClient client = connect()) {
            assertThat(client.call("AUTH", "pass")).isEqualTo(OK);
            assertThat(client.call("EXISTS", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"))
                    .isEqualTo(new Reply.Whole(0));
        }
    }

    @Test
    void strangersHaveABoundedTime() {
        RespConfig hurried = new RespConfig("127.0.0.1", 0, 30, Duration.ZERO, Duration.ofMillis(200), 0);
        try (RunningResp other = new RunningResp(hurried)) {
            other.authority.replace(USERS);
            try (RespClient stranger = other.connect();
                    RespClient known = other.connect()) {
                assertThat(known.call("AUTH", "pass")).isEqualTo(OK);
                assertThat(stranger.readToEnd().size()).isZero();
                assertThat(known.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
        }
    }

    @Test
    void openConnectionsFollowWhenUsersAreReplaced() {
        try (RespClient alice = connect();
                RespClient same = resp.connect();
                RespClient gone = resp.connect()) {
            assertThat(alice.call("AUTH", "alice", "secret")).isEqualTo(OK);
            assertThat(same.call("AUTH", "alice", "secret")).isEqualTo(OK);
            assertThat(gone.call("AUTH", "pass")).isEqualTo(OK);
            resp.store.put("app:1", "value");
            assertThat(alice.call("GET", "app:1")).isEqualTo(Reply.bulk("value"));
            resp.authority.replace(TestUsers.of("user alice on >secret ~other:* +get"));
            assertThat(alice.call("GET", "app:1")).asString().contains("NOPERM");
            assertThat(same.call("GET", "other:1")).asString().doesNotContain("NOPERM");
            assertThat(gone.readToEnd().size()).isZero();
        }
    }

    @Test
    void aclCommandsTellOfUsersAndRefusals() {
        try (RespClient client = connect()) {
            assertThat(client.call("AUTH", "alice", "topsecret")).asString().contains("WRONGPASS");
            assertThat(client.call("AUTH", "pass")).isEqualTo(OK);
            assertThat(client.call("ACL", "USERS")).asString().contains("alice", "default", "off");
            assertThat(client.call("ACL", "LIST")).asString().contains("user alice on #", "~app:* resetchannels +@all");
            assertThat(client.call("ACL", "GETUSER", "alice")).asString().contains("~app:*", "+@all");
            assertThat(client.call("ACL", "CAT")).asString().contains("keyspace", "scripting");
            assertThat(client.call("ACL", "CAT", "string"))
                    .asString()
                    .contains("strlen")
                    .doesNotContain("ttl");
            assertThat(client.call("ACL", "CAT", "x")).isEqualTo(error("ERR Unknown category 'x'"));
            assertThat(client.call("ACL", "DRYRUN", "alice", "GET", "app:1")).isEqualTo(OK);
            assertThat(client.call("ACL", "DRYRUN", "alice", "GET", "k"))
                    .isEqualTo(Reply.bulk("This user has no permissions to access the 'k' key"));
            assertThat(client.call("ACL", "DRYRUN", "x", "GET", "k")).isEqualTo(error("ERR User 'x' not found"));
            assertThat(client.call("ACL", "LOG", "1"))
                    .asString()
                    .contains("auth", "toplevel", "AUTH", "alice", "127.0.0.1")
                    .doesNotContain("secret");
            assertThat(client.call("ACL", "LOG", "RESET")).isEqualTo(OK);
            assertThat(client.call("ACL", "LOG")).isEqualTo(new Reply.Items(List.of()));
        }
    }
}
