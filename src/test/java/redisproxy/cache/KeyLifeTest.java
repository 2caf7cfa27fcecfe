package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that expire in the store, which may report that late. */
final class KeyLifeTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private ReadThroughCache cache;

    @BeforeEach
    void track() {
        cache = new ReadThroughCache(CacheConfigs.tracking(LONG, LONG, LONG), store, ticker);
        cache.origin().begin(Coherence.TRACKING);
        cache.origin().heard(0);
        store.values.put("k", "old");
    }

    @Test
    void endsWithTheKey() {
        live(Duration.ofSeconds(5));
        ticker.advance(Duration.ofSeconds(5).minusMillis(1));
        assertServes();
        ticker.advance(Duration.ofMillis(1));
        assertEnded();
    }

    @Test
    void livesForTheTtlAtMost() {
        live(CacheConfigs.TTL.plusSeconds(5));
        ticker.advance(CacheConfigs.TTL.minusMillis(1));
        assertServes();
        assertThat(cache.freshSeconds(entry(), cache.now())).isZero();
        assertThat(cache.ageSeconds(entry(), cache.now())).isEqualTo(59);
    }

    @Test
    void countsWholeSecondsThatAreLeft() {
        live(Duration.ofSeconds(5));
        Entry entry = entry();
        long second = Duration.ofSeconds(1).toNanos();
        assertThat(cache.freshSeconds(entry, entry.deadline - 2 * second)).isEqualTo(2);
        assertThat(cache.freshSeconds(entry, entry.deadline - 2 * second + 1)).isEqualTo(1);
        assertThat(cache.freshSeconds(entry, entry.deadline - second)).isEqualTo(1);
        assertThat(cache.freshSeconds(entry, entry.deadline - second + 1)).isZero();
        assertThat(cache.freshSeconds(entry, entry.deadline - 1)).isZero();
        assertThat(cache.freshSeconds(entry, entry.deadline + 1)).isEqualTo(-1);
    }

    @Test
    void countsFromWhenItWasAskedFor() {
        store.holding = true;
        store.lives.put("k", Duration.ofSeconds(5));
        Answer.read(cache, "k");
        ticker.advance(Duration.ofSeconds(4));
        store.release();
        store.holding = false;
        assertThat(cache.ageSeconds(entry(), cache.now())).isEqualTo(4);
        ticker.advance(Duration.ofSeconds(1));
        assertEnded();
    }

    @Test
    void isNotCachedWhenItsLifeIsUnknown() {
        live(Duration.ofNanos(Load.UNKNOWN));
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void isNotCachedWhenItHasEnded() {
        live(Duration.ZERO);
        assertThat(cache.stats().size()).isZero();
    }

    /* --------------- Stale values --------------- */

    @Test
    void isServedStaleUntilTheKeyEnds() {
        live(CacheConfigs.TTL.plusSeconds(5));
        store.holding = true;
        ticker.advance(CacheConfigs.TTL.plusSeconds(5).minusMillis(1));
        assertServes();
        assertThat(cache.stats().staleServed()).isOne();
        ticker.advance(Duration.ofMillis(1));
        assertThat(entry()).isNull();
    }

    @Test
    void isNotServedInsteadOfAnErrorAfterItsEnd() {
        live(CacheConfigs.TTL.plusSeconds(5));
        ticker.advance(CacheConfigs.TTL.plusSeconds(5));
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        store.fail(BackingStoreException.unavailable("gone", null));
        assertThat(reader.value).isCompletedExceptionally();
    }

    @Test
    void isServedInsteadOfAnErrorUntilItsEnd() {
        live(CacheConfigs.TTL.plusSeconds(5));
        ticker.advance(CacheConfigs.TTL.plusSeconds(4));
        store.holding = true;
        Answer reader = Answer.load(cache, "k", LoadMode.ANEW);
        store.fail(BackingStoreException.unavailable("gone", null));
        assertThat(reader.now()).isEqualTo("old");
        assertThat(reader.from).isEqualTo(Provenance.STALE);
    }

    private void live(Duration life) {
        store.lives.put("k", life);
        assertThat(Answer.read(cache, "k").now()).isEqualTo("old");
    }

    private Entry entry() {
        return cache.getIfPresent(new byte[] {'k'}, 0, 1);
    }

    private void assertServes() {
        assertThat(entry()).isNotNull();
    }

    private void assertEnded() {
        assertThat(entry()).isNull();
        store.values.put("k", "new");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }
}
