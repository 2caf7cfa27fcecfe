package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Reply;

/** Every change of a value in a real Redis becomes visible through the proxy. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CoherenceTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final List<CoherentProxy> proxies = new ArrayList<>();

    @BeforeEach
    void hold() {
        REDIS.control().call("MSET", "k", "old", "other", "same");
    }

    @AfterEach
    void closeProxies() {
        proxies.forEach(CoherentProxy::close);
    }

    /* --------------- Writes --------------- */

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET k new",
                "SET k new EX 1000",
                "GETSET k new",
                "SETRANGE k 0 new",
                "MSET x 1 k new",
                "EVAL return(redis.call('SET','k','new')) 0",
                "RENAME new k",
                "COPY new k REPLACE"
            })
    void seesAWrite(String command) {
        REDIS.control().call("SET", "new", "new");
        CoherentProxy proxy = trackingAndCaching();
        REDIS.control().call(command.split(" ", -1));
        proxy.awaitValue("k", "new");
        assertStillCached(proxy, "other", "same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL k", "UNLINK k", "RENAME k elsewhere", "MOVE k 1", "EXPIREAT k 1", "PEXPIRE k 1"})
    void seesARemoval(String command) {
        CoherentProxy proxy = trackingAndCaching();
        REDIS.control().call(command.split(" ", -1));
        proxy.awaitValue("k", null);
        assertStillCached(proxy, "other", "same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLUSHALL", "FLUSHDB", "FLUSHALL ASYNC"})
    void seesAFlush(String command) {
        CoherentProxy proxy = trackingAndCaching();
        REDIS.control().call(command.split(" ", -1));
        proxy.awaitValue("k", null);
        proxy.awaitValue("other", null);
    }

    @Test
    void seesAppearanceOfAbsentKey() {
        CoherentProxy proxy = tracking();
        for (int i = 0; i < 3; i++) {
            assertThat(proxy.get("absent")).isEqualTo(CoherentProxy.NONE);
            assertThat(proxy.httpGet("absent").status()).isEqualTo(404);
            REDIS.control().call("SET", "absent", "here");
            proxy.awaitValue("absent", "here");
            REDIS.control().call("DEL", "absent");
            proxy.awaitValue("absent", null);
        }
    }

    @Test
    void asksForAnAbsentKeyOnce() {
        CoherentProxy proxy = tracking();
        proxy.get("absent");
        long before = misses();
        for (int i = 0; i < 10; i++) {
            assertThat(proxy.get("absent")).isEqualTo(CoherentProxy.NONE);
        }
        assertThat(misses() - before).isLessThan(10);
    }

    @Test
    void seesExpiryOfAKeyWithLittleTimeLeft() {
        CoherentProxy proxy = tracking();
        // On a slow machine it may have expired before it is read.
        CoherentProxy.await(() -> {
            REDIS.control().call("SET", "brief", "v", "PX", "300");
            return proxy.get("brief").equals(Reply.bulk("v"));
        });
        proxy.awaitValue("brief", null);
    }

    @Test
    void seesAnotherType() {
        CoherentProxy proxy = trackingAndCaching();
        REDIS.control().call("DEL", "k");
        REDIS.control().call("RPUSH", "k", "item");
        CoherentProxy.await(() -> proxy.get("k") instanceof Reply.Failure failure
                && failure.text().startsWith("WRONGTYPE"));
        REDIS.control().call("SET", "k", "new");
        proxy.awaitValue("k", "new");
    }

    @Test
    void seesManyWritesAtOnce() {
        CoherentProxy proxy = tracking();
        int count = 2_000;
        List<String> words = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < count; i++) {
            REDIS.control().call("SET", "key" + i, "old");
            proxy.get("key" + i);
            words.addAll(List.of("key" + i, "new"));
        }
        REDIS.control().call(words.toArray(String[]::new));
        for (int i = 0; i < count; i++) {
            String key = "key" + i;
            CoherentProxy.await(() -> proxy.get(key).equals(Reply.bulk("new")));
        }
    }

    /* --------------- Proxies, keys and databases --------------- */

    @Test
    void allProxiesSeeAWrite() {
        CoherentProxy first = trackingAndCaching();
        CoherentProxy second = trackingAndCaching();
        REDIS.control().call("SET", "k", "new");
        first.awaitValue("k", "new");
        second.awaitValue("k", "new");
    }

    @Test
    void prefixesLimitWhatIsCached() {
        REDIS.control().call("MSET", "user:1", "old", "page:1", "old", "log:1", "old");
        CoherentProxy proxy = tracking("--tracking-prefix", "user:,page:");
        assertThat(proxy.get("user:1")).isEqualTo(Reply.bulk("old"));
        assertThat(proxy.get("page:1")).isEqualTo(Reply.bulk("old"));
        assertStillCached(proxy, "user:1", "old");
        assertStillCached(proxy, "page:1", "old");
        REDIS.control().call("SET", "user:1", "new");
        proxy.awaitValue("user:1", "new");
        assertThat(proxy.get("log:1")).isEqualTo(Reply.bulk("old"));
        REDIS.control().call("SET", "log:1", "new");
        assertThat(proxy.get("log:1")).isEqualTo(Reply.bulk("new"));
        assertStillCached(proxy, "page:1", "old");
    }

    @Test
    void otherDatabasesAreCoherentToo() {
        REDIS.control().call("SELECT", "3");
        try {
            REDIS.control().call("SET", "k", "old in 3");
            CoherentProxy proxy = tracking("--redis-database", "3");
            assertThat(proxy.get("k")).isEqualTo(Reply.bulk("old in 3"));
            REDIS.control().call("SET", "k", "new in 3");
            proxy.awaitValue("k", "new in 3");
            REDIS.control().call("FLUSHDB");
            proxy.awaitValue("k", null);
        } finally {
            REDIS.control().call("SELECT", "0");
        }
    }

    /* --------------- Users and rights --------------- */

    @Test
    void passwordIsSent() {
        REDIS.control().call("CONFIG", "SET", "requirepass", "secret");
        try {
            CoherentProxy proxy = tracking("--redis-password", "secret");
            assertFollows(proxy);
        } finally {
            REDIS.control().call("CONFIG", "SET", "requirepass", "");
        }
    }

    @Test
    void userWithTheRightCanTrack() {
        REDIS.control()
                .call("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+@read", "+@connection", "+client", "+info");
        try {
            CoherentProxy proxy = tracking("--redis-user", "reader", "--redis-password", "pw");
            assertFollows(proxy);
        } finally {
            REDIS.control().call("ACL", "DELUSER", "reader");
        }
    }

    @Test
    void userWithoutInfoCanTrack() {
        REDIS.control().call("ACL", "SETUSER", "blind", "on", ">pw", "~*", "+@all", "-info");
        try {
            CoherentProxy proxy = tracking("--redis-user", "blind", "--redis-password", "pw");
            assertFollows(proxy);
        } finally {
            REDIS.control().call("ACL", "DELUSER", "blind");
        }
    }

    @Test
    void userWithoutTheRightFallsBackToTtl() {
        REDIS.control().call("ACL", "SETUSER", "other", "on", ">pw", "~*", "+@all", "-client", "+client|setname");
        try {
            CoherentProxy proxy =
                    start("--redis-user", "other", "--redis-password", "pw").await(State.REFUSED);
            assertThat(proxy.status().detail()).contains("NOPERM");
            assertThat(proxy.get("k")).isEqualTo(Reply.bulk("old"));
            REDIS.control().call("SET", "k", "new");
            assertStillCached(proxy, "k", "old");
        } finally {
            REDIS.control().call("ACL", "DELUSER", "other");
        }
    }

    private CoherentProxy start(String... flags) {
        CoherentProxy proxy = CoherentProxy.start(REDIS.address(), flags);
        proxies.add(proxy);
        return proxy;
    }

    private CoherentProxy tracking(String... flags) {
        return start(flags).await(State.TRACKING);
    }

    private CoherentProxy trackingAndCaching() {
        CoherentProxy proxy = tracking();
        assertThat(proxy.get("k")).isEqualTo(Reply.bulk("old"));
        assertThat(proxy.get("other")).isEqualTo(Reply.bulk("same"));
        assertStillCached(proxy, "k", "old");
        return proxy;
    }

    private static void assertFollows(CoherentProxy proxy) {
        assertThat(proxy.get("k")).isEqualTo(Reply.bulk("old"));
        REDIS.control().call("SET", "k", "new");
        proxy.awaitValue("k", "new");
        assertStillCached(proxy, "k", "new");
    }

    /** Reads the key many times and asserts that Redis was hardly asked; on a slow machine a heartbeat may be late once. */
    private static void assertStillCached(CoherentProxy proxy, String key, String value) {
        long before = REDIS.control().keyspaceHits();
        for (int i = 0; i < 20; i++) {
            assertThat(proxy.get(key)).isEqualTo(Reply.bulk(value));
        }
        assertThat(REDIS.control().keyspaceHits() - before).isLessThan(20);
    }

    private static long misses() {
        String stats =
                ((Reply.Bulk) REDIS.control().call("INFO", "stats")).bytes().asUtf8();
        int at = stats.indexOf("keyspace_misses:") + "keyspace_misses:".length();
        return Long.parseLong(stats.substring(at, stats.indexOf('\r', at)));
    }
}
