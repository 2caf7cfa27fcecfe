package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;

final class CacheControlTest {
    /** A limit of -1 is none. */
    @ParameterizedTest
    @CsvSource({
        // TTL: what is left, or the limit if that is less.
        "60, -1, TTL, 59, max-age=59, true",
        "60, -1, TTL, 1, max-age=1, true",
        "60, -1, TTL, 0, max-age=0, false",
        "60, -1, TTL, -1, max-age=0, false",
        "60, 10, TTL, 59, max-age=10, true",
        "60, 10, TTL, 10, max-age=10, true",
        "60, 10, TTL, 9, max-age=9, true",
        "60, 10, TTL, 1, max-age=1, true",
        "60, 10, TTL, 0, max-age=0, false",
        "60, 100, TTL, 59, max-age=59, true",
        // No other cache has ever been allowed to keep the value.
        "60, 0, TTL, 59, max-age=0, true",
        "60, 0, TTL, 0, max-age=0, true",
        "1, -1, TTL, 0, max-age=0, true",
        "60, -1, TRACKING, 59, no-cache, true",
        "60, -1, TRACKING, 0, no-cache, true",
        "60, -1, LOST, 59, no-cache, true",
        "60, 0, LOST, 59, no-cache, true",
        // With tracking and a limit.
        "60, 10, TRACKING, 59, max-age=10, true",
        "60, 10, TRACKING, 1, max-age=1, true",
        "60, 10, TRACKING, 0, max-age=0, false",
        "60, 10, TRACKING, -1, max-age=0, false",
        "60, 10, LOST, 59, no-cache, false",
    })
    void saysForHowLongAValueMayBeKept(
            int ttl, int limit, Coherence coherence, int freshSeconds, String expected, boolean mayBeNotModified) {
        CacheControl control = new CacheControl(
                new CacheConfig(100, Duration.ofSeconds(ttl)), limit < 0 ? null : Duration.ofSeconds(limit));
        assertThat(control.of(value(), freshSeconds, coherence).value()).isEqualTo(expected);
        assertThat(control.mayBeNotModified(freshSeconds, coherence)).isEqualTo(mayBeNotModified);
    }

    /** nginx takes a 304 that does not allow its copy again for leave to keep it for as long as it was allowed at first. */
    @ParameterizedTest
    @CsvSource({"60, -1, 1, -1, TTL", "60, -1, 60, 0, TTL", "60, 10, 60, -1, TRACKING", "60, 10, 60, -1, LOST"})
    void remembersWhatOtherCachesHaveBeenAllowed(int ttl, int limit, int newTtl, int newLimit, Coherence coherence) {
        CacheControl first = new CacheControl(
                new CacheConfig(100, Duration.ofSeconds(ttl)), limit < 0 ? null : Duration.ofSeconds(limit));
        CacheControl next = new CacheControl(
                new CacheConfig(100, Duration.ofSeconds(newTtl)),
                newLimit < 0 ? null : Duration.ofSeconds(newLimit),
                first);
        assertThat(next.mayBeNotModified(0, coherence)).isFalse();
    }

    private static Entry value() {
        FakeStore store = new FakeStore().put("k", "value");
        try (ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system())) {
            byte[] key = {'k'};
            cache.load(key.clone(), new LoadListener() {
                @Override
                public void loaded(Entry entry, Provenance provenance) {}

                @Override
                public void failed(BackingStoreException cause) {
                    throw cause;
                }
            });
            return cache.getIfPresent(key, 0, key.length);
        }
    }
}
