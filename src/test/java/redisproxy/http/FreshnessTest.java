package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.ManualTicker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.testkit.Address;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** The headers of responses about age, freshness and origin. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FreshnessTest {
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final String NO_LOOKUP = "redis-proxy; detail=no-lookup";

    private final ManualTicker ticker = new ManualTicker();
    private RunningHttp http;

    @AfterEach
    void stop() {
        http.close();
    }

    /* --------------- Values --------------- */

    @Test
    void valueThatWasLoaded() {
        start(new CacheConfig(100, TTL));
        assertSays(http.get("/k"), "max-age=59", "redis-proxy; fwd=uri-miss; stored");
    }

    @Test
    void valueFromMemory() {
        start(new CacheConfig(100, TTL));
        http.get("/k");
        ticker.advance(Duration.ofSeconds(10));
        assertSays(http.get("/k"), "max-age=49", "redis-proxy; hit; ttl=49");
        ticker.advance(Duration.ofMillis(49_500));
        assertSays(http.get("/k"), "max-age=0", "redis-proxy; hit; ttl=0");
    }

    @Test
    void valueThatWasRenewed() {
        start(new CacheConfig(100, TTL));
        http.get("/k");
        ticker.advance(TTL);
        assertSays(http.get("/k"), "max-age=59", "redis-proxy; fwd=stale; stored");
    }

    @Test
    void tagsTellValuesApart() {
        start(new CacheConfig(100, TTL));
        http.store.put("same", "Superhero").put("other", "Sidekick");
        String tag = http.get("/k").header("etag").get(0);
        assertThat(tag).isEqualTo("\"ebb57b02b5e6827a\"");
        assertThat(http.get("/k").header("etag")).containsExactly(tag);
        assertThat(http.get("/same").header("etag")).containsExactly(tag);
        assertThat(http.get("/other").header("etag").get(0))
                .matches("\"[0-9a-f]{16}\"")
                .isNotEqualTo(tag);
    }

    @Test
    void valueOfASharedLoad() {
        start(new CacheConfig(100, TTL));
        http.store.hold();
        try (HttpConnection first = http.connect();
                HttpConnection second = http.connect()) {
            first.send(HttpConnection.request("GET /k"));
            http.store.awaitHeld(1);
            second.send(HttpConnection.request("GET /k"));
            await().atMost(Address.PATIENCE).until(() -> http.cache.stats().misses() == 2);
            http.store.release();
            assertSays(first.read(), "max-age=59", "redis-proxy; fwd=uri-miss; stored");
            assertSays(second.read(), "max-age=59", "redis-proxy; fwd=uri-miss; stored; collapsed");
        }
    }

    @Test
    void headHasTheHeadersOfGet() {
        start(stretched(30, 100));
        http.get("/k");
        for (Duration later : List.of(Duration.ofSeconds(7), Duration.ofMillis(62_500))) {
            ticker.advance(later);
            for (String target : List.of("/k", "/absent")) {
                HttpAnswer get = http.get(target);
                HttpAnswer head = http.ask("HEAD " + target);
                for (String name : List.of("etag", "cache-control", "cache-status")) {
                    // The first request after the expiry has started a load.
                    if (!target.equals("/k") || later.toSeconds() == 7) {
                        assertThat(head.header(name)).isEqualTo(get.header(name));
                    }
                }
            }
        }
    }

    /* --------------- Expired values --------------- */

    @Test
    void valueWhileItIsRenewed() {
        start(stretched(30, 0));
        assertSays(http.get("/k"), "max-age=59, stale-while-revalidate=30", "redis-proxy; fwd=uri-miss; stored");
        ticker.advance(Duration.ofMillis(62_500));
        http.store.put("k", "Retired");
        HttpAnswer stale = http.get("/k");
        assertSays(stale, "max-age=0", "redis-proxy; hit; ttl=-3");
        assertThat(stale.body().asUtf8()).isEqualTo("Superhero");
        HttpAnswer renewed = http.get("/k");
        assertSays(renewed, "max-age=59, stale-while-revalidate=30", "redis-proxy; hit; ttl=59");
        assertThat(renewed.body().asUtf8()).isEqualTo("Retired");
    }

    @Test
    void valueInsteadOfAnError() {
        start(stretched(0, 100));
        assertSays(http.get("/k"), "max-age=59, stale-if-error=100", "redis-proxy; fwd=uri-miss; stored");
        ticker.advance(Duration.ofMillis(62_500));
        http.store.refuse("k", BackingStoreException.unavailable("no answer", null));
        HttpAnswer stale = http.get("/k");
        assertSays(stale, "max-age=0", "redis-proxy; fwd=stale; detail=stale-if-error");
        assertThat(stale.status()).isEqualTo(200);
        ticker.advance(Duration.ofSeconds(100));
        assertThat(http.get("/k").status()).isEqualTo(503);
    }

    @Test
    void fractionsOfASecondAreNotPromised() {
        start(new CacheConfig(
                100,
                Duration.ofMillis(2_700),
                100,
                Duration.ZERO,
                Duration.ofMillis(1_900),
                Duration.ofMillis(900),
                null));
        assertSays(http.get("/k"), "max-age=2, stale-if-error=1", "redis-proxy; fwd=uri-miss; stored");
    }

    /* --------------- Absent keys --------------- */

    @Test
    void absentKeyThatIsNotCached() {
        start(new CacheConfig(100, TTL));
        for (int i = 0; i < 2; i++) {
            HttpAnswer absent = http.get("/absent");
            assertThat(absent.headers()).doesNotContainKeys("etag", "age");
            assertThat(absent.header("cache-control")).containsExactly("no-cache");
            assertThat(absent.header("cache-status")).containsExactly("redis-proxy; fwd=uri-miss");
        }
    }

    @Test
    void absentKeyThatIsCached() {
        start(new CacheConfig(
                100, TTL, 100, Duration.ofSeconds(5), Duration.ofSeconds(100), Duration.ofSeconds(30), null));
        HttpAnswer loaded = http.get("/absent");
        assertThat(loaded.status()).isEqualTo(404);
        assertSays(loaded, "max-age=4", "redis-proxy; fwd=uri-miss; stored");
        ticker.advance(Duration.ofSeconds(2));
        HttpAnswer hit = http.get("/absent");
        assertThat(hit.status()).isEqualTo(404);
        assertThat(hit.headers()).doesNotContainKeys("etag");
        assertSays(hit, "max-age=2", "redis-proxy; hit; ttl=2");
    }

    /* --------------- Limits --------------- */

    @Test
    void operatorLimitsMaxAge() {
        start(new CacheConfig(100, TTL), Duration.ofSeconds(10));
        http.get("/k");
        assertSays(http.get("/k"), "max-age=10", "redis-proxy; hit; ttl=59");
        ticker.advance(Duration.ofSeconds(55));
        assertSays(http.get("/k"), "max-age=4", "redis-proxy; hit; ttl=4");
    }

    @Test
    void operatorForbidsCachesInBetween() {
        start(new CacheConfig(100, TTL), Duration.ZERO);
        assertSays(http.get("/k"), "max-age=0", "redis-proxy; fwd=uri-miss; stored");
    }

    /* --------------- Tracking --------------- */

    @Test
    void trackedValue() {
        start(tracked(Duration.ZERO));
        http.cache.origin().begin(Coherence.TRACKING);
        assertSays(http.get("/k"), "no-cache", "redis-proxy; fwd=uri-miss; stored");
        assertSays(http.get("/k"), "no-cache", "redis-proxy; hit; ttl=59");
    }

    @Test
    void trackedValueThatClientsMayKeep() {
        start(tracked(Duration.ZERO), Duration.ofSeconds(10));
        http.cache.origin().begin(Coherence.TRACKING);
        http.get("/k");
        assertSays(http.get("/k"), "max-age=10", "redis-proxy; hit; ttl=59");
    }

    @Test
    void valueThatIsNotTracked() {
        start(new CacheConfig(
                100,
                TTL,
                100,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                new TrackingConfig(List.of("user:"), Duration.ofHours(1), Duration.ZERO)));
        http.cache.origin().begin(Coherence.TRACKING);
        HttpAnswer answer = http.get("/k");
        assertThat(answer.headers()).doesNotContainKey("age");
        assertThat(answer.header("cache-control")).containsExactly("no-cache");
        assertThat(answer.header("cache-status")).containsExactly("redis-proxy; fwd=bypass");
    }

    @Test
    void valueWhileTrackingIsLost() {
        start(tracked(Duration.ZERO), Duration.ofSeconds(10));
        HttpAnswer answer = http.get("/k");
        assertThat(answer.headers()).doesNotContainKey("age").containsKey("etag");
        assertThat(answer.header("cache-control")).containsExactly("no-cache");
        assertThat(answer.header("cache-status")).containsExactly("redis-proxy; fwd=bypass; detail=disconnected");
    }

    @Test
    void valueWithinTheGraceOfALoss() {
        start(tracked(Duration.ofMinutes(1)), Duration.ofSeconds(10));
        http.cache.origin().begin(Coherence.TRACKING);
        http.get("/k");
        http.cache.origin().lose(/* silentNanos= */ 0);
        assertSays(http.get("/k"), "no-cache", "redis-proxy; hit; ttl=59; detail=disconnected");
    }

    @Test
    void valueWhereTrackingIsRefused() {
        start(tracked(Duration.ZERO));
        http.cache.origin().begin(Coherence.TTL);
        assertSays(http.get("/k"), "max-age=59", "redis-proxy; fwd=uri-miss; stored; detail=coherence-ttl");
        assertSays(http.get("/k"), "max-age=59", "redis-proxy; hit; ttl=59; detail=coherence-ttl");
    }

    @Test
    void rootStatesCoherence() {
        start(new CacheConfig(100, Duration.ofMillis(1_500)));
        assertCoherence("ttl (a value is served for up to 1.5 s, even if it has changed in Redis)");
        http.store.tracks(TrackingStatus.State.TRACKING, "");
        assertCoherence("tracking (Redis reports every write)");
        http.store.tracks(TrackingStatus.State.DISCONNECTED, "");
        assertCoherence("tracking is being set up, nothing new is cached");
        http.store.tracks(TrackingStatus.State.DISCONNECTED, "no reply", 1);
        assertCoherence("tracking lost, nothing new is cached (no reply)");
        http.store.tracks(TrackingStatus.State.DISCONNECTED, "", 1);
        assertCoherence("tracking lost, nothing new is cached");
        http.store.tracks(TrackingStatus.State.REFUSED, "unknown command");
        assertCoherence("ttl, tracking refused (unknown command)");
    }

    private void assertCoherence(String text) {
        HttpAnswer answer = http.get("/");
        assertThat(answer.body().asUtf8()).endsWith("\nCoherence: " + text + "\n");
        assertThat(answer.header("cache-control")).containsExactly("no-cache");
        assertThat(answer.header("cache-status")).containsExactly(NO_LOOKUP);
    }

    /* --------------- Errors --------------- */

    @Test
    void errorsAreNotStorable() {
        start(new CacheConfig(100, TTL));
        http.store.refuse("list", BackingStoreException.notAString("WRONGTYPE no string"));
        http.store.refuse("down", BackingStoreException.unavailable("no answer", null));
        assertError(http.ask("GET /query?key="), 400, NO_LOOKUP);
        assertError(http.ask("DELETE /k"), 405, NO_LOOKUP);
        assertError(http.get("/list"), 409, "redis-proxy; fwd=uri-miss");
        assertError(http.ask("GET /list", "Cache-Control: no-cache"), 409, "redis-proxy; fwd=request");
        assertError(http.ask("GET /k", "If-Match: \"other\""), 412, "redis-proxy; fwd=uri-miss; stored");
        assertError(http.get("/down"), 503, "redis-proxy; fwd=uri-miss; detail=unavailable");
        assertError(
                http.ask("GET /down", "Cache-Control: no-cache"), 503, "redis-proxy; fwd=request; detail=unavailable");
        assertError(http.ask("GET /new", "Cache-Control: only-if-cached"), 504, "redis-proxy; detail=only-if-cached");
    }

    @Test
    void refusalsAreNotStorable() {
        http = new RunningHttp(1);
        http.store.hold();
        try (HttpConnection waiting = http.connect()) {
            waiting.send(HttpConnection.request("GET /k"));
            http.store.awaitHeld(1);
            assertError(http.get("/k"), 503, NO_LOOKUP);
        }
    }

    private static void assertError(HttpAnswer answer, int status, String... cacheStatus) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("cache-control")).containsExactly("no-store");
        assertThat(answer.header("cache-status")).containsExactly(cacheStatus);
        assertThat(answer.headers()).doesNotContainKeys("age", "etag");
        assertThat(answer.body().asUtf8().lines()).hasSize(1);
    }

    private static void assertSays(HttpAnswer answer, String cacheControl, String cacheStatus) {
        assertThat(answer.headers()).doesNotContainKey("age");
        assertThat(answer.header("cache-control")).containsExactly(cacheControl);
        assertThat(answer.header("cache-status")).containsExactly(cacheStatus);
    }

    private void start(CacheConfig config) {
        start(config, null);
    }

    private void start(CacheConfig config, Duration maxAge) {
        http = new RunningHttp(1_000, config, maxAge, ticker);
        http.store.put("k", "Superhero");
    }

    private static CacheConfig stretched(int whileRevalidate, int ifError) {
        return new CacheConfig(
                100, TTL, 100, Duration.ZERO, Duration.ofSeconds(ifError), Duration.ofSeconds(whileRevalidate), null);
    }

    private static CacheConfig tracked(Duration grace) {
        TrackingConfig tracking = new TrackingConfig(List.of(), Duration.ofHours(1), grace);
        return new CacheConfig(100, TTL, 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
    }
}
