package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

/** After any fault between the proxy and Redis, no old value is served once Redis reports writes again. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CoherenceAfterFaultsTest {
    private static final String[] NO_FLAGS = {};
    private static final String[] SHORT_HEARTBEAT = {"--tracking-heartbeat", "0.25"};

    /** Keeps Redis from everything else for 1.5 seconds, as DEBUG SLEEP does, which Redis 7 permits only if configured. */
    private static final String BUSY_SCRIPT =
            "local function now() local t = redis.call('TIME') return t[1] * 1000000 + t[2] end "
                    + "local e = now() + 1500000 while now() < e do end";

    /** The flag in {@code CLIENT LIST} of a client to which Redis reports writes. */
    private static final Pattern TRACKING_CLIENT = Pattern.compile("\\bid=(\\d+) .*\\bflags=\\w*t\\w* ");

    private final RedisServerProcess redis = RedisServerProcess.started();
    private RedisControl control = redis.control();
    private CoherentProxy proxy;

    @AfterEach
    void close() {
        control.close();
        if (proxy != null) {
            proxy.close();
        }
        redis.close();
    }

    /** The proxy may miss every write during a fault. */
    private void startAndCache(String... flags) {
        control.call("MSET", "k", "old", "gone", "old");
        proxy = CoherentProxy.tracking(redis, flags);
        CoherentProxy.await(() -> {
            long before = control.keyspaceHits();
            boolean isRight = proxy.get("k").equals(Reply.bulk("old"))
                    && proxy.get("gone").equals(Reply.bulk("old"))
                    && proxy.get("absent").equals(CoherentProxy.NONE);
            return isRight && control.keyspaceHits() == before;
        });
    }

    private void writeAnew() {
        control.call("MSET", "k", "new", "absent", "new");
        control.call("DEL", "gone");
    }

    private void assertAllNew() {
        for (int i = 0; i < 3; i++) {
            assertThat(proxy.get("k")).isEqualTo(Reply.bulk("new"));
            assertThat(proxy.get("absent")).isEqualTo(Reply.bulk("new"));
            assertThat(proxy.get("gone")).isEqualTo(CoherentProxy.NONE);
        }
        control.call("SET", "k", "newest");
        proxy.awaitValue("k", "newest");
    }

    @Test
    void connectionIsKilled() {
        startAndCache(NO_FLAGS);
        for (int i = 0; i < 3; i++) {
            control.call("SET", "k", "old");
            TrackingStatus before = proxy.status();
            control.call("CLIENT", "KILL", "ID", trackingClient());
            writeAnew();
            proxy.awaitReturn(before);
            assertAllNew();
        }
        assertThat(proxy.status().losses()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void allConnectionsAreKilled() {
        startAndCache(NO_FLAGS);
        TrackingStatus before = proxy.status();
        control.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        writeAnew();
        proxy.awaitReturn(before);
        assertAllNew();
    }

    @Test
    void redisIsBusy() {
        startAndCache(SHORT_HEARTBEAT);
        TrackingStatus before = proxy.status();
        control.call("EVAL", BUSY_SCRIPT, "0");
        writeAnew();
        proxy.awaitReturn(before);
        assertAllNew();
    }

    @Test
    void redisIsStopped() {
        startAndCache(SHORT_HEARTBEAT);
        TrackingStatus before = proxy.status();
        redis.suspend();
        proxy.await(State.DISCONNECTED);
        redis.resume();
        writeAnew();
        proxy.awaitReturn(before);
        assertAllNew();
    }

    @Test
    void redisCrashesAndForgets() {
        startAndCache(NO_FLAGS);
        TrackingStatus before = proxy.status();
        control.close();
        redis.kill();
        proxy.await(State.DISCONNECTED);
        redis.start();
        control = redis.control();
        control.call("MSET", "k", "new", "absent", "new");
        proxy.awaitReturn(before);
        assertAllNew();
    }

    /** The old server still serves its open connections; the address leads to another server. */
    @Test
    void addressLeadsToAnotherServer() {
        try (Junction junction = new Junction(redis.address());
                RedisServerProcess other = RedisServerProcess.started();
                RedisControl otherControl = other.control()) {
            control.call("MSET", "k", "old", "gone", "old");
            otherControl.call("MSET", "k", "new", "absent", "new", "fresh", "new");
            proxy = CoherentProxy.start(junction.address()).await(State.TRACKING);
            proxy.awaitValue("k", "old");
            proxy.awaitValue("gone", "old");
            proxy.awaitValue("absent", null);
            TrackingStatus before = proxy.status();
            junction.leadTo(other.address());
            // All connections but that for tracking, to which the old server goes on reporting writes.
            String telling = trackingClient();
            clients()
                    .lines()
                    .map(line -> line.substring("id=".length(), line.indexOf(' ')))
                    .filter(client -> !client.equals(telling))
                    .forEach(client -> control.call("CLIENT", "KILL", "SKIPME", "yes", "ID", client));
            CoherentProxy.await(() -> {
                proxy.get("fresh");
                return proxy.status().losses() > before.losses();
            });
            proxy.awaitReturn(before);
            control.close();
            control = other.control();
            assertAllNew();
        }
    }

    @Test
    void redisIsAwayForAWhile() {
        startAndCache("--max-staleness-disconnected", "4", "--redis-timeout", "0.5");
        control.close();
        redis.kill();
        proxy.await(State.DISCONNECTED);
        assertThat(proxy.get("k")).isEqualTo(Reply.bulk("old"));
        assertThat(proxy.httpGet("k").status()).isEqualTo(200);
        CoherentProxy.await(() -> proxy.get("k") instanceof Reply.Failure);
        assertThat(proxy.httpGet("k").status()).isEqualTo(503);
        TrackingStatus before = proxy.status();
        redis.start();
        control = redis.control();
        control.call("MSET", "k", "new", "absent", "new");
        proxy.awaitReturn(before);
        assertAllNew();
    }

    @Test
    void nothingOldIsServedWhileAway() {
        startAndCache("--redis-timeout", "0.5");
        control.close();
        redis.kill();
        proxy.await(State.DISCONNECTED);
        assertThat(proxy.get("k")).isInstanceOf(Reply.Failure.class);
        redis.start();
        control = redis.control();
    }

    @Test
    void redisComesAfterTheProxy() {
        control.close();
        redis.kill();
        proxy = CoherentProxy.start(redis.address());
        assertThat(proxy.get("k")).isInstanceOf(Reply.Failure.class);
        redis.start();
        control = redis.control();
        control.call("SET", "k", "old");
        proxy.await(State.TRACKING);
        proxy.awaitValue("k", "old");
        control.call("SET", "k", "new");
        proxy.awaitValue("k", "new");
    }

    private String trackingClient() {
        Matcher client = TRACKING_CLIENT.matcher(clients());
        assertThat(client.find()).isTrue();
        return client.group(1);
    }

    private String clients() {
        return ((Reply.Bulk) control.call("CLIENT", "LIST")).bytes().asUtf8();
    }
}
