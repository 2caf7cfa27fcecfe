package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Keys that do not exist. */
final class AbsentTest {
    private static final Duration NEGATIVE_TTL = Duration.ofSeconds(5);

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private ReadThroughCache cache;

    /* --------------- While writes are told --------------- */

    @Test
    void trackedIsKeptForTheTtl() {
        track(CacheConfigs.tracking());
        assertThat(Answer.read(cache, "k").now()).isNull();
        assertCachedAsAbsent("k");
        for (int second = 0; second < CacheConfigs.TTL.toSeconds() - 1; second++) {
            ticker.advance(Duration.ofSeconds(1));
            cache.origin().heard(0);
        }
        assertCachedAsAbsent("k");
        ticker.advance(Duration.ofSeconds(1));
        cache.origin().heard(0);
        store.values.put("k", "v");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
    }

    @Test
    void trackedFollowsEveryChange() {
        track(CacheConfigs.tracking());
        for (int i = 0; i < 3; i++) {
            assertThat(Answer.read(cache, "k").now()).isNull();
            assertCachedAsAbsent("k");
            overwrite("v" + i);
            assertThat(Answer.read(cache, "k").now()).isEqualTo("v" + i);
            assertThat(cache.stats().absent()).isZero();
            store.asked.clear();
            assertThat(Answer.read(cache, "k").now()).isEqualTo("v" + i);
            assertThat(store.asked).isEmpty();
            overwrite(null);
            assertThat(cache.stats().size()).isZero();
        }
    }

    @Test
    void invalidationDuringALoadLeavesNothing() {
        track(CacheConfigs.tracking());
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        overwrite("v");
        store.releaseOldest(null);
        assertThat(reader.now()).isNull();
        assertThat(cache.stats().absent()).isZero();
    }

    @Test
    void floodEvictsNoValue() {
        track(CacheConfigs.tracking());
        for (int i = 0; i < 100; i++) {
            store.values.put("value" + i, "v" + i);
            Answer.read(cache, "value" + i).now();
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(Answer.read(cache, "absent" + i).now()).isNull();
        }
        assertThat(cache.stats().absent()).isEqualTo(10);
        assertThat(cache.stats().size()).isEqualTo(100);
        store.asked.clear();
        for (int i = 0; i < 100; i++) {
            assertThat(Answer.read(cache, "value" + i).now()).isEqualTo("v" + i);
        }
        for (int i = 100_000 - 10; i < 100_000; i++) {
            assertCachedAsAbsent("absent" + i);
        }
        assertThat(store.asked).isEmpty();
    }

    @Test
    void valuesEvictNoAbsentKey() {
        track(CacheConfigs.tracking());
        Answer.read(cache, "absent").now();
        for (int i = 0; i < 1_000; i++) {
            store.values.put("value" + i, "v" + i);
            Answer.read(cache, "value" + i).now();
        }
        assertCachedAsAbsent("absent");
    }

    /* --------------- While they are not --------------- */

    @Test
    void livesForTheNegativeTtl() {
        cache = new ReadThroughCache(CacheConfigs.negative(NEGATIVE_TTL), store, ticker);
        Answer.read(cache, "k").now();
        store.values.put("k", "v");
        ticker.advance(NEGATIVE_TTL.minusMillis(1));
        assertCachedAsAbsent("k");
        ticker.advance(Duration.ofMillis(1));
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
        assertThat(cache.stats().absent()).isZero();
        ticker.advance(CacheConfigs.TTL);
        store.values.remove("k");
        assertThat(Answer.read(cache, "k").now()).isNull();
        assertThat(cache.stats().size()).isZero();
        assertCachedAsAbsent("k");
    }

    @Test
    void isNotKeptUnlessAskedTo() {
        cache = new ReadThroughCache(CacheConfigs.negative(Duration.ZERO), store, ticker);
        Answer.read(cache, "k").now();
        Answer.read(cache, "k").now();
        assertThat(store.askedInOrder()).containsExactly("k", "k");
    }

    @Test
    void refusedTrackingKeepsForTheNegativeTtl() {
        cache = new ReadThroughCache(CacheConfigs.tracking(), store, ticker);
        cache.origin().begin(Coherence.TTL);
        Answer.read(cache, "k").now();
        Answer.read(cache, "k").now();
        assertThat(store.askedInOrder()).containsExactly("k", "k");
    }

    @Test
    void newerAnswersReplaceOlderOnes() {
        cache = new ReadThroughCache(CacheConfigs.negative(NEGATIVE_TTL), store, ticker);
        Answer.read(cache, "k").now();
        store.values.put("k", "v");
        assertThat(Answer.load(cache, "k", LoadMode.ANEW).now()).isEqualTo("v");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
        assertThat(cache.stats().absent()).isZero();
        store.values.remove("k");
        assertThat(Answer.load(cache, "k", LoadMode.ANEW).now()).isNull();
        assertCachedAsAbsent("k");
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void anotherTypeReplacesAbsence() {
        cache = new ReadThroughCache(CacheConfigs.negative(NEGATIVE_TTL), store, ticker);
        Answer.read(cache, "k").now();
        store.holding = true;
        Answer.load(cache, "k", LoadMode.ANEW);
        store.failOldest(BackingStoreException.notAString("WRONGTYPE Operation against …"));
        assertThat(cache.stats().absent()).isZero();
    }

    @Test
    void isFoundAmongManyKeysAtOnce() {
        track(CacheConfigs.tracking());
        store.values.put("a", "1");
        Answer.read(cache, "a").now();
        Answer.read(cache, "b").now();
        Lookups lookups = new Lookups();
        byte[] keys = "abc".getBytes(UTF_8);
        for (int i = 0; i < keys.length; i++) {
            lookups.add(keys, i, 1);
        }
        cache.getAllPresent(lookups);
        assertThat(lookups.entry(0).isAbsent()).isFalse();
        assertThat(lookups.entry(1).isAbsent()).isTrue();
        assertThat(lookups.entry(2)).isNull();
    }

    private void track(CacheConfig config) {
        cache = new ReadThroughCache(config, store, ticker);
        cache.origin().begin(Coherence.TRACKING);
    }

    private void overwrite(String value) {
        if (value == null) {
            store.values.remove("k");
        } else {
            store.values.put("k", value);
        }
        cache.invalidate("k".getBytes(UTF_8));
    }

    private void assertCachedAsAbsent(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        assertThat(entry).isNotNull();
        assertThat(entry.isAbsent()).isTrue();
        assertThat(entry.valueLength()).isZero();
    }
}
