package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Expired values that are served. */
final class StaleTest {
    private static final Duration STRETCH = Duration.ofSeconds(10);

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private ReadThroughCache cache;

    @BeforeEach
    void value() {
        store.values.put("k", "old");
    }

    /* --------------- If the store does not answer --------------- */

    @Test
    void isServedInsteadOfAnError() {
        expire(CacheConfigs.stale(STRETCH, Duration.ZERO));
        ticker.advance(STRETCH.minusMillis(1));
        assertThat(failedRead().now()).isEqualTo("old");
        assertThat(cache.stats().staleServed()).isOne();
        assertThat(failedRead().from).isEqualTo(Provenance.STALE);
        ticker.advance(Duration.ofMillis(1));
        assertThatThrownBy(failedRead()::now).hasRootCauseMessage("gone");
    }

    @Test
    void isNotServedWhileTheStoreAnswers() {
        expire(CacheConfigs.stale(STRETCH, Duration.ZERO));
        store.values.put("k", "new");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }

    @Test
    void anotherTypeIsAnAnswer() {
        expire(CacheConfigs.stale(STRETCH, Duration.ZERO));
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        store.fail(BackingStoreException.notAString("WRONGTYPE Operation against …"));
        assertThatThrownBy(reader::now).hasMessageContaining("WRONGTYPE");
        assertThatThrownBy(failedRead()::now).hasRootCauseMessage("gone");
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void overwrittenIsNotServedInsteadOfAnError() {
        cache = new ReadThroughCache(CacheConfigs.tracking(Duration.ofHours(1), STRETCH, Duration.ZERO), store, ticker);
        cache.origin().begin(Coherence.TRACKING);
        cache.origin().heard(0);
        Answer.read(cache, "k").now();
        ticker.advance(CacheConfigs.TTL);
        assertThat(failedRead().now()).isEqualTo("old");
        cache.invalidate(new byte[] {'k'});
        assertThatThrownBy(failedRead()::now).hasRootCauseMessage("gone");
    }

    @Test
    void silenceOfTheSenderEndsIt() {
        cache = new ReadThroughCache(
                CacheConfigs.tracking(Duration.ZERO, Duration.ofHours(1), Duration.ZERO), store, ticker);
        cache.origin().begin(Coherence.TRACKING);
        Answer.read(cache, "k").now();
        ticker.advance(CacheConfigs.TTL);
        assertThatThrownBy(failedRead()::now).hasRootCauseMessage("gone");
    }

    /* --------------- While it is loaded anew --------------- */

    @Test
    void oneLoadRefreshesForAll() {
        expire(CacheConfigs.stale(Duration.ZERO, STRETCH));
        store.holding = true;
        for (int i = 0; i < 5; i++) {
            assertThat(Answer.read(cache, "k").now()).isEqualTo("old");
        }
        assertThat(store.askedInOrder()).containsExactly("k");
        assertThat(cache.stats().staleServed()).isEqualTo(5);
        assertThat(cache.stats().hits()).isEqualTo(5);
        store.releaseOldest("new");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
        assertThat(store.askedInOrder()).containsExactly("k");
        assertThat(cache.stats().expirations()).isOne();
    }

    @Test
    void failingRefreshBreaksNoReader() {
        expire(CacheConfigs.stale(Duration.ZERO, STRETCH));
        store.holding = true;
        for (int i = 0; i < 3; i++) {
            assertThat(Answer.read(cache, "k").now()).isEqualTo("old");
            store.fail(BackingStoreException.unavailable("gone", null));
        }
        assertThat(store.askedInOrder()).containsExactly("k", "k", "k");
        ticker.advance(STRETCH);
        assertThatThrownBy(failedRead()::now).hasRootCauseMessage("gone");
    }

    @Test
    void isRefreshedFromManyKeysAtOnce() {
        expire(CacheConfigs.stale(Duration.ZERO, STRETCH));
        store.holding = true;
        Lookups lookups = new Lookups();
        lookups.add(new byte[] {'k'}, 0, 1);
        cache.getAllPresent(lookups);
        assertThat(Answer.text(lookups.entry(0))).isEqualTo("old");
        assertThat(store.askedInOrder()).containsExactly("k");
    }

    @Test
    void readersAfterTheStretchJoinTheRefresh() {
        expire(CacheConfigs.stale(Duration.ZERO, STRETCH));
        store.holding = true;
        Answer.read(cache, "k").now();
        ticker.advance(STRETCH);
        Answer late = Answer.read(cache, "k");
        assertThat(late.joined).isTrue();
        store.releaseOldest("new");
        assertThat(late.now()).isEqualTo("new");
    }

    @Test
    void refreshFindsTheKeyGone() {
        expire(CacheConfigs.stale(Duration.ZERO, STRETCH));
        store.holding = true;
        Answer.read(cache, "k").now();
        store.releaseOldest(null);
        Answer next = Answer.read(cache, "k");
        store.releaseOldest(null);
        assertThat(next.now()).isNull();
        assertThat(cache.stats().size()).isZero();
    }

    /* --------------- For requests that accept them --------------- */

    @Test
    void oldValuesAreForWhoAcceptsThem() {
        expire(CacheConfigs.stale(Duration.ZERO, Duration.ZERO));
        ticker.advance(Duration.ofSeconds(5));
        assertThat(entry(Long.MAX_VALUE, 0, 0)).isNull();
        assertThat(entry(Long.MAX_VALUE, 0, Duration.ofSeconds(4).toNanos())).isNull();
        assertThat(entry(Long.MAX_VALUE, 0, Duration.ofSeconds(6).toNanos())).isNotNull();
        assertThat(entry(Duration.ofSeconds(64).toNanos(), 0, Long.MAX_VALUE)).isNull();
        assertThat(store.asked).isEmpty();
    }

    @Test
    void freshValuesAreForWhoIsContent() {
        cache = new ReadThroughCache(CacheConfigs.stale(Duration.ZERO, Duration.ZERO), store, ticker);
        Answer.read(cache, "k").now();
        ticker.advance(Duration.ofSeconds(20));
        assertThat(entry(Duration.ofSeconds(21).toNanos(), 0, 0)).isNotNull();
        assertThat(entry(Duration.ofSeconds(19).toNanos(), 0, 0)).isNull();
        assertThat(entry(Long.MAX_VALUE, Duration.ofSeconds(39).toNanos(), 0)).isNotNull();
        assertThat(entry(Long.MAX_VALUE, Duration.ofSeconds(41).toNanos(), 0)).isNull();
        assertThat(cache.stats().hits()).isEqualTo(2);
    }

    private void expire(CacheConfig config) {
        cache = new ReadThroughCache(config, store, ticker);
        Answer.read(cache, "k").now();
        ticker.advance(CacheConfigs.TTL);
        store.asked.clear();
    }

    private Answer failedRead() {
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        store.fail(BackingStoreException.unavailable("gone", null));
        return reader;
    }

    private Entry entry(long maxAge, long minFresh, long maxStale) {
        return cache.getIfPresent(new byte[] {'k'}, maxAge, minFresh, maxStale);
    }
}
