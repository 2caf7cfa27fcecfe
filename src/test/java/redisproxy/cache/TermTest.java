package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What changes when writes begin, or cease, to be reported to the cache. */
final class TermTest {
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();

    private ReadThroughCache cache = new ReadThroughCache(CacheConfigs.tracking(), store, ticker);

    /** What ends a term. */
    enum End {
        INVALIDATE_ALL(ReadThroughCache::invalidateAll),
        LOSE(cache -> cache.origin().lose(0)),
        LOSE_AND_TRACK_AGAIN(cache -> {
            cache.origin().lose(0);
            cache.origin().begin(Coherence.TRACKING);
        }),
        TRACK_AGAIN(cache -> cache.origin().begin(Coherence.TRACKING)),
        REFUSE(cache -> cache.origin().begin(Coherence.TTL));

        @SuppressWarnings("ImmutableEnumChecker")
        private final Consumer<ReadThroughCache> event;

        End(Consumer<ReadThroughCache> event) {
            this.event = event;
        }
    }

    @Test
    void anotherGraceAppliesToWhatIsLostFromThenOn() {
        for (Duration to : new Duration[] {GRACE, Duration.ZERO}) {
            Duration from = to.isZero() ? GRACE : Duration.ZERO;
            ReadThroughCache changed = new ReadThroughCache(CacheConfigs.tracking(from), store, ticker);
            store.values.put("k", "v");
            changed.origin().begin(Coherence.TRACKING);
            assertThat(Answer.read(changed, "k").now()).isEqualTo("v");
            changed.change(CacheConfigs.tracking(to));
            assertThat(changed.origin().grace()).isEqualTo(to);
            changed.origin().lose(0);
            assertThat(changed.inspect(new byte[] {'k'}) != null).isEqualTo(!to.isZero());
        }
    }

    @BeforeEach
    void values() {
        store.values.put("k", "v");
    }

    /* --------------- From one term to the next --------------- */

    @ParameterizedTest
    @EnumSource
    void dropsWhatWasCached(End end) {
        cache.origin().begin(Coherence.TRACKING);
        Answer.read(cache, "k").now();
        Answer.read(cache, "absent").now();
        end.event.accept(cache);
        assertThat(cache.stats().size()).isZero();
        assertThat(cache.stats().absent()).isZero();
        store.values.put("k", "other");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("other");
    }

    @ParameterizedTest
    @EnumSource
    void keepsEarlierLoadsApart(End end) {
        cache.origin().begin(Coherence.TRACKING);
        store.holding = true;
        Answer early = Answer.read(cache, "k");
        end.event.accept(cache);
        Answer late = Answer.read(cache, "k");
        assertThat(store.askedInOrder()).containsExactly("k", "k");
        assertThat(late.joined).isFalse();
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(late.value).isNotDone();
        assertThat(cache.stats().size()).isZero();
        store.releaseOldest("new");
        assertThat(late.now()).isEqualTo("new");
        assertThat(cache.stats().size()).isEqualTo(cache.coherence() == Coherence.LOST ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource
    void cachesNothingPublishedMeanwhile(End end) {
        cache.origin().begin(Coherence.TRACKING);
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        ticker.atNextReading(() -> end.event.accept(cache));
        store.release();
        assertThat(reader.now()).isEqualTo("v");
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void cachesNothingBeforeTheFirstTerm() {
        assertThat(cache.coherence()).isEqualTo(Coherence.LOST);
        assertLoadsEachTime();
        assertThat(Answer.load(cache, "k", LoadMode.SHARED).from).isEqualTo(Provenance.BYPASSED);
    }

    @Test
    void cachesNothingWhileLost() {
        cache.origin().begin(Coherence.TRACKING);
        cache.origin().lose(0);
        assertThat(cache.coherence()).isEqualTo(Coherence.LOST);
        assertLoadsEachTime();
        cache.origin().begin(Coherence.TRACKING);
        Answer.read(cache, "k").now();
        assertServes("v");
    }

    @Test
    void cachesForItsTimeWhenRefused() {
        cache.origin().begin(Coherence.TTL);
        Answer.read(cache, "k").now();
        assertServes("v");
        ticker.advance(CacheConfigs.TTL.minusSeconds(1));
        assertServes("v");
        ticker.advance(Duration.ofSeconds(1));
        store.values.put("k", "new");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }

    @Test
    void passesThroughWhatHasAnotherPrefix() {
        cache = new ReadThroughCache(CacheConfigs.tracking("k", "other:"), store, ticker);
        cache.origin().begin(Coherence.TRACKING);
        store.values.put("u", "untracked");
        for (int i = 0; i < 2; i++) {
            assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
            assertThat(Answer.read(cache, "other:").now()).isNull();
            assertThat(Answer.read(cache, "u").now()).isEqualTo("untracked");
            assertThat(Answer.read(cache, "other").now()).isNull();
            assertThat(Answer.read(cache, "").now()).isNull();
        }
        assertThat(store.askedInOrder()).containsExactly("k", "other:", "u", "other", "", "u", "other", "");
    }

    @Test
    void cachesEveryPrefixWhenRefused() {
        cache = new ReadThroughCache(CacheConfigs.tracking("other:"), store, ticker);
        cache.origin().begin(Coherence.TTL);
        Answer.read(cache, "k").now();
        assertServes("v");
    }

    /* --------------- Lease --------------- */

    @Test
    void servesNothingAfterLongSilence() {
        cache.origin().begin(Coherence.TRACKING);
        Answer.read(cache, "k").now();
        ticker.advance(CacheConfigs.LEASE.minusMillis(1));
        assertServes("v");
        ticker.advance(Duration.ofMillis(1));
        store.values.put("k", "new");
        assertThat(cache.getIfPresent(new byte[] {'k'}, Long.MAX_VALUE, 0, Long.MAX_VALUE))
                .isNull();
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }

    @Test
    void servesAgainAfterASign() {
        cache.origin().begin(Coherence.TRACKING);
        Answer.read(cache, "k").now();
        ticker.advance(CacheConfigs.LEASE);
        cache.origin().heard(0);
        assertServes("v");
        ticker.advance(CacheConfigs.LEASE.minusMillis(1));
        assertServes("v");
    }

    @Test
    void signCountsFromWhenItWasAskedFor() {
        cache.origin().begin(Coherence.TRACKING);
        Answer.read(cache, "k").now();
        cache.origin().heard(CacheConfigs.LEASE.minusSeconds(1).toNanos());
        assertServes("v");
        ticker.advance(Duration.ofSeconds(1));
        assertLoads();
        cache.origin().heard(CacheConfigs.LEASE.toNanos());
        assertLoads();
    }

    /* --------------- Grace --------------- */

    @Test
    void servesForTheGraceAfterALoss() {
        trackWithGrace();
        Answer.read(cache, "k").now();
        cache.origin().lose(Duration.ofSeconds(5).toNanos());
        assertThat(cache.coherence()).isEqualTo(Coherence.LOST);
        ticker.advance(GRACE.minusSeconds(5).minusMillis(1));
        assertServes("v");
        ticker.advance(Duration.ofMillis(1));
        assertLoads();
    }

    @Test
    void dropsAtOnceAfterLongerSilence() {
        trackWithGrace();
        Answer.read(cache, "k").now();
        cache.origin().lose(GRACE.toNanos());
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void cachesNothingNewInTheGrace() {
        trackWithGrace();
        cache.origin().lose(0);
        assertLoadsEachTime();
    }

    @Test
    void secondLossDoesNotProlongTheGrace() {
        trackWithGrace();
        Answer.read(cache, "k").now();
        cache.origin().lose(0);
        ticker.advance(GRACE.minusMillis(1));
        cache.origin().lose(0);
        cache.origin().heard(0);
        ticker.advance(Duration.ofMillis(1));
        assertLoads();
    }

    @Test
    void graceDoesNotStretchTheTtl() {
        cache = new ReadThroughCache(CacheConfigs.tracking(Duration.ofHours(1)), store, ticker);
        cache.origin().begin(Coherence.TRACKING);
        Answer.read(cache, "k").now();
        cache.origin().lose(0);
        ticker.advance(CacheConfigs.TTL);
        assertLoads();
    }

    @Test
    void graceEndsWithTheNextTerm() {
        trackWithGrace();
        Answer.read(cache, "k").now();
        cache.origin().lose(0);
        cache.origin().begin(Coherence.TRACKING);
        assertLoads();
    }

    @Test
    void whatWasLoadedInTheGraceIsNotContradicted() {
        trackWithGrace();
        Answer.read(cache, "k").now();
        cache.origin().lose(0);
        store.values.put("k", "new");
        assertThat(Answer.load(cache, "k", LoadMode.ANEW).now()).isEqualTo("new");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }

    private void trackWithGrace() {
        cache = new ReadThroughCache(CacheConfigs.tracking(GRACE), store, ticker);
        cache.origin().begin(Coherence.TRACKING);
    }

    private void assertServes(String value) {
        store.asked.clear();
        assertThat(Answer.read(cache, "k").now()).isEqualTo(value);
        assertThat(store.asked).isEmpty();
    }

    private void assertLoads() {
        store.asked.clear();
        Answer.read(cache, "k").now();
        assertThat(store.askedInOrder()).containsExactly("k");
    }

    private void assertLoadsEachTime() {
        assertLoads();
        assertLoads();
        assertThat(cache.stats().size()).isZero();
    }
}
