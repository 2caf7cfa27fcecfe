package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ManualTicker;
import redisproxy.testkit.Address;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Cache directives of requests: memory holds an old value, the store another one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RequestFreshnessTest {
    private static final Duration TTL = Duration.ofSeconds(60);

    private final ManualTicker ticker = new ManualTicker();
    private final RunningHttp http = new RunningHttp(1_000, new CacheConfig(100, TTL), /* maxAge= */ null, ticker);

    @BeforeEach
    void cacheOld() {
        http.store.put("k", "old");
        http.get("/k");
        http.store.put("k", "new");
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cache-Control: no-cache", "cache-control: NO-CACHE", "Pragma: no-cache"})
    void noCacheAsksTheStore(String header) {
        assertAnswer(http.ask("GET /k", header), "new", "redis-proxy; fwd=request; stored");
        assertAnswer(http.get("/k"), "new", "redis-proxy; hit; ttl=59");
    }

    @Test
    void noCacheJoinsNoLoadThatWasSent() {
        http.store.hold();
        List<HttpConnection> asking = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                HttpConnection connection = http.connect();
                asking.add(connection);
                connection.send(HttpConnection.request("GET /k", "Cache-Control: no-cache"));
            }
            await().atMost(Address.PATIENCE).until(() -> http.cache.stats().misses() == 21);
            http.store.release();
            int collapsed = 0;
            for (HttpConnection connection : asking) {
                HttpAnswer answer = connection.read();
                assertThat(answer.body().asUtf8()).isEqualTo("new");
                String how = answer.header("cache-status").get(0);
                assertThat(how).startsWith("redis-proxy; fwd=request; stored");
                collapsed += how.endsWith("; collapsed") ? 1 : 0;
            }
            // The load of the old value, the one in flight, and one for all requests that came after that was sent.
            assertThat(http.cache.stats().loads()).isEqualTo(3);
            assertThat(collapsed).isEqualTo(18);
        } finally {
            asking.forEach(HttpConnection::close);
        }
    }

    @Test
    void maxAgeRejectsOlderValues() {
        ticker.advance(Duration.ofSeconds(10));
        assertAnswer(http.ask("GET /k", "Cache-Control: max-age=11"), "old", "redis-proxy; hit; ttl=49");
        assertAnswer(http.ask("GET /k", "Cache-Control: max-age=9"), "new", "redis-proxy; fwd=request; stored");
    }

    @Test
    void minFreshRejectsValuesThatExpireSooner() {
        ticker.advance(Duration.ofSeconds(10));
        assertAnswer(http.ask("GET /k", "Cache-Control: min-fresh=49"), "old", "redis-proxy; hit; ttl=49");
        assertAnswer(http.ask("GET /k", "Cache-Control: min-fresh=51"), "new", "redis-proxy; fwd=request; stored");
    }

    @Test
    void maxStaleAcceptsExpiredValues() {
        ticker.advance(Duration.ofMillis(62_500));
        HttpAnswer limited = http.ask("GET /k", "Cache-Control: max-stale=3");
        assertAnswer(limited, "old", "redis-proxy; hit; ttl=-3");
        assertThat(limited.header("cache-control")).containsExactly("max-age=0");
        assertAnswer(http.ask("GET /k", "Cache-Control: max-stale"), "old", "redis-proxy; hit; ttl=-3");
        assertAnswer(http.ask("GET /k", "Cache-Control: max-stale=2"), "new", "redis-proxy; fwd=stale; stored");
    }

    @Test
    void maxAgeAloneAcceptsNoExpiredValue() {
        CacheConfig stretched = new CacheConfig(
                100, TTL, 100, Duration.ZERO, Duration.ZERO, /* staleWhileRevalidate= */ TTL, /* tracking= */ null);
        try (RunningHttp stale = new RunningHttp(10, stretched, /* maxAge= */ null, ticker)) {
            stale.store.put("k", "old");
            stale.get("/k");
            stale.store.put("k", "new");
            ticker.advance(Duration.ofSeconds(70));
            assertAnswer(stale.ask("GET /k", "Cache-Control: max-age=100"), "new", "redis-proxy; fwd=request; stored");
        }
    }

    @Test
    void noStoreCachesNothing() {
        assertAnswer(http.ask("GET /k", "Cache-Control: no-store"), "old", "redis-proxy; hit; ttl=59");
        http.store.put("other", "1");
        for (int i = 0; i < 2; i++) {
            HttpAnswer answer = http.ask("GET /other", "Cache-Control: no-store");
            assertAnswer(answer, "1", "redis-proxy; fwd=uri-miss");
            assertThat(answer.header("cache-control")).containsExactly("no-cache");
            assertThat(answer.headers()).containsKey("etag");
        }
        assertAnswer(http.ask("GET /other", "Cache-Control: no-store, no-cache"), "1", "redis-proxy; fwd=request");
    }

    @Test
    void onlyIfCachedNeverLoads() {
        assertAnswer(http.ask("GET /k", "Cache-Control: only-if-cached"), "old", "redis-proxy; hit; ttl=59");
        for (String asked : List.of("only-if-cached, no-cache", "only-if-cached, min-fresh=100")) {
            assertThat(http.ask("GET /k", "Cache-Control: " + asked).status()).isEqualTo(504);
        }
        assertThat(http.ask("HEAD /other", "Cache-Control: only-if-cached").status())
                .isEqualTo(504);
        ticker.advance(TTL);
        assertThat(http.ask("GET /k", "Cache-Control: only-if-cached").status()).isEqualTo(504);
        assertAnswer(http.ask("GET /k", "Cache-Control: only-if-cached, max-stale"), "old", "redis-proxy; hit; ttl=-1");
        assertThat(http.store.asked()).hasSize(1);
    }

    @Test
    void staleIfErrorAcceptsExpiredValues() {
        ticker.advance(Duration.ofMillis(62_500));
        http.store.refuse("k", BackingStoreException.errorReply("LOADING"));
        HttpAnswer answer = http.ask("GET /k", "Cache-Control: stale-if-error=3");
        assertAnswer(answer, "old", "redis-proxy; fwd=stale; detail=stale-if-error");
        assertThat(answer.header("cache-control")).containsExactly("max-age=0");
        assertAnswer(
                http.ask("GET /k", "Cache-Control: no-cache, stale-if-error=3"),
                "old",
                "redis-proxy; fwd=stale; detail=stale-if-error");
        assertThat(http.ask("GET /k", "Cache-Control: stale-if-error=2").status())
                .isEqualTo(503);
        http.store.refuse("k", BackingStoreException.notAString("WRONGTYPE"));
        assertThat(http.ask("GET /k", "Cache-Control: stale-if-error=3").status())
                .isEqualTo(409);
    }

    @Test
    void timesAndRangesAreIgnored() {
        HttpAnswer answer = http.ask(
                "GET /k",
                "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT",
                "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                "If-Range: \"x\"",
                "Range: bytes=0-0");
        assertAnswer(answer, "old", "redis-proxy; hit; ttl=59");
    }

    private static void assertAnswer(HttpAnswer answer, String value, String cacheStatus) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().asUtf8()).isEqualTo(value);
        assertThat(answer.header("cache-status")).containsExactly(cacheStatus);
    }
}
