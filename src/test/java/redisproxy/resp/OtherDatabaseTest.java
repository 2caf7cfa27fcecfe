package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Clients that select another database than that whose keys are cached, of a real Redis. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OtherDatabaseTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Reply OK = new Reply.Simple("OK");
    private static final Reply QUEUED = new Reply.Simple("QUEUED");

    private final PassingPort port = new PassingPort(REDIS.address(), "all");

    @AfterEach
    void close() {
        port.close();
    }

    private void awaitPins(int inUse) {
        await().atMost(Address.PATIENCE).until(() -> port.pinned().inUse() == inUse);
    }

    private static String about(RespClient client) {
        return ((Reply.Bulk) client.call("CLIENT", "INFO")).bytes().asUtf8();
    }

    /** Has a value cached that Redis has no more, so that it shows whether it is dropped. */
    private static void cacheOld(RespClient client, String key) {
        REDIS.control().call("SET", key, "old");
        client.call("CACHE", "INVALIDATE", key);
        assertThat(client.call("GET", key)).isEqualTo(Reply.bulk("old"));
        REDIS.control().call("SET", key, "new");
        assertThat(client.call("GET", key)).isEqualTo(Reply.bulk("old"));
    }

    @Test
    void readsAndWritesThereAndCachesNothingOfIt() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            cacheOld(other, "k");
            assertThat(client.call("SELECT", "1")).isEqualTo(OK);
            assertThat(client.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            assertThat(client.call("SET", "k", "one")).isEqualTo(OK);
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("one"));
            assertThat(client.call("MGET", "k", "x").toString()).contains("one");
            assertThat(client.call("EXISTS", "k")).isEqualTo(new Reply.Whole(1));
            assertThat(client.call("DBSIZE")).isEqualTo(new Reply.Whole(1));
            assertThat(client.call("FLUSHDB")).isEqualTo(OK);
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("old"));
            assertThat(about(client)).contains(" db=1 ");
            assertThat(port.pinned().inUse()).isEqualTo(1);
            assertThat(client.call("SELECT", "0")).isEqualTo(OK);
            awaitPins(0);
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("old"));
            assertThat(about(client)).contains(" db=0 ");
        }
    }

    @Test
    void keepsTheOrderOfAPipeline() {
        try (RespClient client = port.connect()) {
            for (int i = 0; i < 200; i++) {
                String text = Integer.toString(i);
                client.send(RespClient.encode("SET", "k", "zero" + text)
                        .plus(RespClient.encode("SELECT", "1"))
                        .plus(RespClient.encode("SET", "k", "one" + text))
                        .plus(RespClient.encode("SELECT", "99"))
                        .plus(RespClient.encode("GET", "k"))
                        .plus(RespClient.encode("SELECT", "0"))
                        .plus(RespClient.encode("GET", "k")));
                assertThat(client.read()).isEqualTo(OK);
                assertThat(client.read()).isEqualTo(OK);
                assertThat(client.read()).isEqualTo(OK);
                assertThat(client.read()).isEqualTo(new Reply.Failure("ERR DB index is out of range"));
                assertThat(client.read()).isEqualTo(Reply.bulk("one" + text));
                assertThat(client.read()).isEqualTo(OK);
                assertThat(client.read()).isEqualTo(Reply.bulk("zero" + text));
            }
            awaitPins(0);
        }
    }

    @Test
    void needsNoConnectionForADatabaseThatIsNotThere() {
        try (RespClient client = port.connect()) {
            assertThat(client.call("SELECT", "99")).isEqualTo(new Reply.Failure("ERR DB index is out of range"));
            assertThat(client.call("SELECT", "-1")).isEqualTo(new Reply.Failure("ERR DB index is out of range"));
            assertThat(client.call("SELECT", "x").toString()).contains("not an integer");
            awaitPins(0);
        }
    }

    @Test
    void dropsWhatReachesTheDatabaseThatIsCached() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            client.call("SELECT", "1");
            cacheOld(other, "k");
            REDIS.control().call("DEL", "k");
            client.call("SET", "k", "moved");
            assertThat(client.call("MOVE", "k", "0")).isEqualTo(new Reply.Whole(1));
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("moved"));
            cacheOld(other, "k");
            client.call("SET", "from", "copied");
            assertThat(client.call("COPY", "from", "k", "DB", "0", "REPLACE")).isEqualTo(new Reply.Whole(1));
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("copied"));
            cacheOld(other, "k");
            assertThat(client.call("EVAL", "redis.call('select', 0) redis.call('set', KEYS[1], 'script')", "1", "k"))
                    .isInstanceOf(Reply.Nil.class);
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("script"));
            cacheOld(other, "k");
            assertThat(client.call("SWAPDB", "0", "1")).isEqualTo(OK);
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            cacheOld(other, "k");
            assertThat(client.call("FLUSHALL")).isEqualTo(OK);
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
        }
    }

    @Test
    void mayBeSelectedByATransaction() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            cacheOld(other, "k");
            client.call("MULTI");
            assertThat(client.call("SELECT", "1")).isEqualTo(QUEUED);
            client.call("SET", "x", "one");
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Items(List.of(OK, OK)));
            assertThat(about(client)).contains(" db=1 ");
            assertThat(client.call("GET", "x")).isEqualTo(Reply.bulk("one"));
            assertThat(other.call("GET", "x")).isInstanceOf(Reply.Nil.class);
            client.call("MULTI");
            client.call("SELECT", "0");
            client.call("SET", "k", "zero");
            assertThat(client.call("EXEC")).isEqualTo(new Reply.Items(List.of(OK, OK)));
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("zero"));
            awaitPins(0);
            client.call("MULTI");
            client.call("SELECT", "1");
            client.call("DISCARD");
            awaitPins(0);
        }
    }

    @Test
    void endsWithResetAndWithTheClient() {
        try (RespClient client = port.connect()) {
            client.call("SELECT", "1");
            assertThat(client.call("CLIENT", "SETNAME", "there")).isEqualTo(OK);
            assertThat(client.call("AUTH", "x").toString()).contains("without any password");
            assertThat(client.call("HELLO")).isNotInstanceOf(Reply.Failure.class);
            assertThat(client.call("HELLO", "3").toString()).contains("selected another database");
            assertThat(about(client)).contains(" db=1 ").contains(" name=there ");
            assertThat(client.call("RESET")).isEqualTo(new Reply.Simple("RESET"));
            assertThat(about(client)).contains(" db=0 ");
            awaitPins(0);
            client.call("SELECT", "2");
            assertThat(port.pinned().inUse()).isEqualTo(1);
        }
        awaitPins(0);
    }

    @Test
    void leavesNobodyInAnotherDatabase() {
        try (PassingPort one = new PassingPort(REDIS.address(), "all", 1);
                RespClient client = one.connect();
                RespClient other = one.connect()) {
            client.call("SELECT", "1");
            client.call("SET", "k", "one");
            assertThat(other.call("SELECT", "1").toString()).contains("PINNED_CONNECTIONS allows (1)");
            client.call("SELECT", "0");
            await().atMost(Address.PATIENCE).until(() -> one.pinned().idle() == 1);
            assertThat(other.call("WATCH", "k")).isEqualTo(OK);
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
        }
    }

    @Test
    void needsTheRightToSelect() {
        port.authority.replace(TestUsers.of("user bob on >x +@all ~* -select", "user ann on >y +@all ~*"));
        try (RespClient client = port.connect()) {
            client.call("AUTH", "bob", "x");
            assertThat(client.call("SELECT", "1").toString()).contains("NOPERM");
            client.call("AUTH", "ann", "y");
            port.allow("+@read +@write");
            assertThat(client.call("SELECT", "1").toString()).contains("NOPERM");
            assertThat(client.call("SELECT", "0")).isEqualTo(OK);
            port.allow("read");
            assertThat(client.call("SELECT", "1").toString()).contains("this proxy serves database 0 only");
        }
    }

    @Test
    void endsTheClientIfRedisGoes() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                PassingPort passing = new PassingPort(redis.address(), "all");
                RespClient client = passing.connect()) {
            client.call("SELECT", "1");
            redis.kill();
            assertThat(client.readToEnd()).isEqualTo(Bytes.utf8(""));
        }
    }
}
