package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ManualTicker;
import redisproxy.testkit.HttpConnection;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HttpStatsTest {
    private static final Duration TTL = Duration.ofSeconds(60);

    private final ManualTicker ticker = new ManualTicker();
    private final CacheConfig config = new CacheConfig(100, TTL, 100, TTL, TTL, Duration.ZERO, null);
    private final RunningHttp http = new RunningHttp(1, config, /* maxAge= */ null, ticker);

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void requestsForKeysAreTimed() {
        http.store.put("k", "value");
        http.get("/k");
        http.get("/k");
        http.get("/none");
        http.ask("GET /other", "Cache-Control: only-if-cached");
        http.get("/");
        assertThat(http.answers.durations().count()).isEqualTo(4);
        assertThat(http.answers.durations().sumNanos()).isPositive();
    }

    @Test
    void beginsAtZero() {
        assertCounts(Map.of());
    }

    @Test
    void valuesAndAbsentKeys() {
        http.store.put("k", "value");
        http.get("/k");
        assertCounts(Map.of("misses", 1));
        http.get("/k");
        http.get("/query?key=k");
        assertCounts(Map.of("misses", 1, "hits", 2));
        http.get("/absent");
        assertCounts(Map.of("misses", 2, "hits", 2));
        http.get("/absent");
        assertCounts(Map.of("misses", 2, "hits", 2, "absentHits", 1));
    }

    @Test
    void expiredValues() {
        http.store.put("k", "value");
        http.get("/k");
        ticker.advance(TTL);
        http.store.refuse("k", BackingStoreException.unavailable("no answer", null));
        http.get("/k");
        http.ask("GET /k", "Cache-Control: max-stale=10");
        http.ask("GET /k", "Cache-Control: no-cache, stale-if-error=10");
        assertCounts(Map.of("misses", 1, "staleHits", 3));
    }

    @Test
    void requestsThatBypassTheCache() {
        http.store.put("k", "value");
        http.ask("GET /k", "Cache-Control: no-cache");
        http.get("/k");
        http.ask("GET /k", "Cache-Control: no-cache");
        assertCounts(Map.of("bypasses", 2, "hits", 1));
    }

    @Test
    void conditionsCountInAddition() {
        http.store.put("k", "value");
        String tag = http.get("/k").header("etag").get(0);
        http.ask("GET /k", "If-None-Match: " + tag);
        http.ask("GET /k", "If-Match: \"x\"");
        assertCounts(Map.of("misses", 1, "hits", 2, "notModified", 1, "preconditionsFailed", 1));
        assertThat(http.answers.stats().requests()).isEqualTo(3);
    }

    @Test
    void errors() {
        http.store.refuse("list", BackingStoreException.notAString("WRONGTYPE no string"));
        http.store.refuse("down", BackingStoreException.unavailable("no answer", null));
        http.get("/list");
        http.get("/down");
        http.ask("GET /new", "Cache-Control: only-if-cached");
        assertCounts(Map.of("wrongTypes", 1, "unavailable", 1, "notCached", 1));
    }

    @Test
    void requestsForNoKey() {
        http.get("/");
        http.get("/query?key=");
        http.ask("DELETE /k");
        http.ask("OPTIONS /k");
        assertCounts(Map.of("welcomePages", 1, "badRequests", 1, "methodsNotAllowed", 1, "options", 1));
        assertThat(http.answers.stats().requests()).isEqualTo(4);
    }

    @Test
    void refusedRequests() {
        http.store.hold();
        try (HttpConnection waiting = http.connect()) {
            waiting.send(HttpConnection.request("GET /k"));
            http.store.awaitHeld(1);
            http.get("/k");
            assertCounts(Map.of("refusedRequests", 1));
            http.store.release();
            waiting.read();
        }
        assertCounts(Map.of("refusedRequests", 1, "misses", 1));
    }

    /** Asserts these figures, and zero for all others. */
    private void assertCounts(Map<String, Integer> expected) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (RecordComponent component : HttpStats.class.getRecordComponents()) {
            counts.put(component.getName(), 0L);
        }
        expected.forEach((name, count) -> counts.replace(name, count.longValue()));
        assertThat(components(http.answers.stats())).isEqualTo(counts);
    }

    private static Map<String, Long> components(HttpStats stats) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (RecordComponent component : HttpStats.class.getRecordComponents()) {
            try {
                counts.put(component.getName(), (long) component.getAccessor().invoke(stats));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return counts;
    }
}
