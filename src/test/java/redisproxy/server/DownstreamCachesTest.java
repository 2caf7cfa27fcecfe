package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/**
 * For how long real caches in front of the proxy serve a value that is written after they have got it. All of them are asked at the
 * same time, for keys of their own, since each takes as long as the value lives.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DownstreamCachesTest {
    private static final int TTL_MILLIS = 4_000;
    private static final int MAX_AGE_MILLIS = 2_000;

    /** How old the value is when the cache gets it. */
    private static final List<Integer> AGES_MILLIS = List.of(100, 1_100, 2_100, 2_600, 3_500);

    private static final int PAUSE_MILLIS = 100;

    /** How long a message of Redis to the proxy, or a request, may take on a busy machine. */
    private static final int DELAY_MILLIS = 700;

    private static final Map<DownstreamCache, List<Kept>> KEPT = new EnumMap<>(DownstreamCache.class);

    @TempDir
    static Path directory;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();

    /** How the proxy is started. */
    private enum Mode {
        TTL("--coherence ttl"),
        TTL_AND_MAX_AGE("--coherence ttl --http-max-age 2"),
        TRACKING("--coherence tracking"),
        TRACKING_AND_MAX_AGE("--coherence tracking --http-max-age 2");

        final String flags;

        Mode(String flags) {
            this.flags = flags;
        }

        boolean isTracking() {
            return this == TRACKING || this == TRACKING_AND_MAX_AGE;
        }
    }

    /**
     * What became of one value, in milliseconds after it was loaded.
     *
     * @param gotAt when the cache had it, and it was written
     * @param lastHitAt when the cache was last asked and served the old value from its memory, or -1
     * @param lastOldAt when the cache was last asked and served the old value
     */
    private record Kept(Mode mode, int age, long gotAt, long lastHitAt, long lastOldAt) {}

    @BeforeAll
    static void observe() throws Exception {
        RedisServerProcess redis = open(RedisServerProcess.started());
        Map<String, Integer> proxies = new LinkedHashMap<>();
        for (Mode mode : Mode.values()) {
            proxies.put(mode.name(), startProxy(redis.address(), mode).httpPort());
        }
        Map<DownstreamCache, Address> caches = new EnumMap<>(DownstreamCache.class);
        for (DownstreamCache cache : DownstreamCache.values()) {
            if (cache.isInstalled()) {
                caches.put(cache, open(cache.start(directory, proxies)).address());
            }
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        open(threads::shutdownNow);
        Map<DownstreamCache, List<Future<Kept>>> observed = new EnumMap<>(DownstreamCache.class);
        caches.forEach((cache, address) -> {
            List<Future<Kept>> ofCache = new ArrayList<>();
            for (Mode mode : Mode.values()) {
                for (int age : AGES_MILLIS) {
                    ofCache.add(threads.submit(() -> {
                        String key = mode + ":" + cache + age;
                        int port = proxies.get(mode.name());
                        try (RedisControl control = redis.control();
                                HttpConnection proxy = HttpConnection.connect(Address.loopback(port));
                                HttpConnection connection = HttpConnection.connect(address)) {
                            return observe(mode, age, key, control, proxy, connection);
                        }
                    }));
                }
            }
            observed.put(cache, ofCache);
        });
        for (Map.Entry<DownstreamCache, List<Future<Kept>>> each : observed.entrySet()) {
            List<Kept> kept = new ArrayList<>();
            for (Future<Kept> one : each.getValue()) {
                kept.add(one.get());
            }
            KEPT.put(each.getKey(), kept);
        }
    }

    private static ProxyServer startProxy(Address redis, Mode mode) {
        List<String> flags = new ArrayList<>(List.of(mode.flags.split(" ", -1)));
        flags.addAll(
                List.of("--proxy-host", "127.0.0.1", "--proxy-port", "0", "--tcp-port", "0", "--admin-port", "none"));
        flags.addAll(List.of("--redis-host", redis.host(), "--redis-port", Integer.toString(redis.port())));
        flags.addAll(List.of("--ttl", Integer.toString(TTL_MILLIS / 1_000)));
        ProxyServer proxy = open(ProxyServer.start(ProxyConfig.fromArgs(flags.toArray(String[]::new))));
        if (mode.isTracking()) {
            CoherentProxy.await(() -> proxy.trackingStatus().state() == State.TRACKING);
        }
        return proxy;
    }

    private static Kept observe(
            Mode mode, int age, String key, RedisControl control, HttpConnection proxy, HttpConnection cache)
            throws InterruptedException {
        control.call("SET", key, "old");
        // The value then expires in the middle of a second, and nginx's copy half a second earlier: in the value's last
        // second.
        Thread.sleep(1_500 - System.currentTimeMillis() % 1_000);
        assertThat(get(proxy, key).body()).isEqualTo(Bytes.utf8("old"));
        long loaded = System.nanoTime();
        Thread.sleep(age);
        assertThat(get(cache, key).body()).isEqualTo(Bytes.utf8("old"));
        control.call("SET", key, "new");
        long gotAt = millisSince(loaded);
        long lastHitAt = -1;
        long lastOldAt = gotAt;
        for (long at = gotAt; at < 3 * TTL_MILLIS; at = millisSince(loaded)) {
            HttpAnswer answer = get(cache, key);
            if (!answer.body().equals(Bytes.utf8("old"))) {
                break;
            }
            lastOldAt = at;
            lastHitAt = answer.header("x-cache").contains("HIT") ? at : lastHitAt;
            Thread.sleep(PAUSE_MILLIS);
        }
        return new Kept(mode, age, gotAt, lastHitAt, lastOldAt);
    }

    private static HttpAnswer get(HttpConnection connection, String key) {
        connection.send(HttpConnection.request("GET /" + key));
        return connection.read();
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static <T extends AutoCloseable> T open(T opened) {
        OPEN.add(0, opened);
        return opened;
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable each : OPEN) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesAValueAsLongAsItIsFresh(DownstreamCache cache) {
        assumeThat(cache.isInstalled())
                .as("%s is not installed, so no such cache was asked", cache.program())
                .isTrue();
        SoftAssertions all = new SoftAssertions();
        for (Kept kept : KEPT.get(cache)) {
            long fresh = TTL_MILLIS;
            long keptUntil = TTL_MILLIS - 1_000;
            if (kept.mode.isTracking()) {
                long maxAge = kept.mode == Mode.TRACKING ? 0 : MAX_AGE_MILLIS;
                fresh = Math.min(fresh, kept.gotAt + maxAge + (maxAge == 0 ? DELAY_MILLIS : 0));
                keptUntil = Math.min(keptUntil, kept.gotAt + maxAge);
            }
            all.assertThat(kept.lastOldAt).as("old at last: %s", kept).isLessThanOrEqualTo(fresh + cache.maxLateMillis);
            if (keptUntil > kept.gotAt) {
                all.assertThat(kept.lastHitAt)
                        .as("kept: %s", kept)
                        .isGreaterThan(keptUntil - PAUSE_MILLIS - DELAY_MILLIS);
            }
            if (kept.mode == Mode.TRACKING) {
                all.assertThat(kept.lastHitAt).as("not kept: %s", kept).isNegative();
            }
        }
        all.assertAll();
    }
}
