package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.Bytes;

/** A TTL that changes while values are held. */
final class TtlChangeTest {
    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final Duration TEN = Duration.ofSeconds(10);

    /** Each reading of the clock takes a tenth of a microsecond here. */
    private static final long READINGS = 100_000;

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private final ReadThroughCache cache =
            new ReadThroughCache(config(MINUTE, Duration.ZERO, Duration.ZERO), store, ticker);

    private static CacheConfig config(Duration ttl, Duration negativeTtl, Duration staleIfError) {
        return new CacheConfig(1_000, ttl, 10, negativeTtl, staleIfError, Duration.ZERO, null);
    }

    @Test
    void whatIsHeldLivesByAShorterOne() {
        read("k");
        ticker.advance(Duration.ofSeconds(9));
        cache.change(config(TEN, Duration.ZERO, Duration.ZERO));
        assertThat(isHeld("k")).isTrue();
        assertThat(inspect("k").ageNanos()).isCloseTo(Duration.ofSeconds(9).toNanos(), within(READINGS));
        assertThat(inspect("k").freshNanos()).isCloseTo(Duration.ofSeconds(1).toNanos(), within(READINGS));
        ticker.advance(Duration.ofSeconds(1));
        assertThat(isHeld("k")).isFalse();
    }

    @Test
    void whatIsHeldLivesByALongerOne() {
        read("k");
        cache.change(config(Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO));
        ticker.advance(Duration.ofSeconds(599));
        assertThat(isHeld("k")).isTrue();
        ticker.advance(Duration.ofSeconds(1));
        assertThat(isHeld("k")).isFalse();
    }

    @Test
    void changesAsOftenAsYouLike() {
        read("first");
        for (int seconds : new int[] {30, 7, 90, 20}) {
            cache.change(config(Duration.ofSeconds(seconds), Duration.ZERO, Duration.ZERO));
            read("at " + seconds);
        }
        ticker.advance(Duration.ofSeconds(19));
        for (String key : new String[] {"first", "at 30", "at 7", "at 90", "at 20"}) {
            assertThat(isHeld(key)).as(key).isTrue();
            assertThat(inspect(key).ageNanos())
                    .as(key)
                    .isCloseTo(Duration.ofSeconds(19).toNanos(), within(READINGS));
        }
        ticker.advance(Duration.ofSeconds(1));
        for (String key : new String[] {"first", "at 30", "at 7", "at 90", "at 20"}) {
            assertThat(isHeld(key)).as(key).isFalse();
        }
    }

    @Test
    void keysThatExpireByThemselvesDoSoAllTheSame() {
        store.lives.put("k", Duration.ofSeconds(20));
        read("k");
        cache.change(config(Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO));
        ticker.advance(Duration.ofSeconds(19));
        assertThat(isHeld("k")).isTrue();
        ticker.advance(Duration.ofSeconds(1));
        assertThat(isHeld("k")).isFalse();
    }

    @Test
    void keysThatOutliveTheFirstTtlExpireByThemselvesByALongerOne() {
        store.lives.put("k", Duration.ofSeconds(90));
        read("k");
        cache.change(config(Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO));
        ticker.advance(Duration.ofSeconds(89));
        assertThat(isHeld("k")).isTrue();
        ticker.advance(Duration.ofSeconds(1));
        assertThat(isHeld("k")).isFalse();
    }

    @Test
    void absentKeysDoNotFollowTheTtlOfValues() {
        cache.change(config(MINUTE, MINUTE, Duration.ZERO));
        readAbsent("none");
        assertThat(isHeld("none")).isTrue();
        cache.change(config(Duration.ofMinutes(10), MINUTE, Duration.ZERO));
        ticker.advance(MINUTE);
        assertThat(isHeld("none")).isFalse();
    }

    @Test
    void absentKeysBeginAndCeaseToBeHeld() {
        readAbsent("none");
        assertThat(isHeld("none")).isFalse();
        cache.change(config(MINUTE, TEN, Duration.ZERO));
        readAbsent("none");
        assertThat(isHeld("none")).isTrue();
        cache.change(config(MINUTE, Duration.ZERO, Duration.ZERO));
        assertThat(isHeld("none")).isFalse();
    }

    @Test
    void aLoadThatIsUnderWayLivesByTheNewOne() {
        store.values.put("k", "v");
        store.holding = true;
        load("k");
        cache.change(config(TEN, Duration.ZERO, Duration.ZERO));
        store.release();
        ticker.advance(TEN);
        assertThat(isHeld("k")).isFalse();
    }

    @Test
    void longerValuesAreNotStoredAnyMore() {
        store.values.put("long", "0123456789");
        cache.change(new CacheConfig(
                1_000,
                CacheConfig.defaultMaxBytes(),
                9,
                MINUTE,
                10,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                null));
        load("long");
        assertThat(isHeld("long")).isFalse();
        assertThat(cache.config().maxValueBytes()).isEqualTo(9);
    }

    @Test
    void looksAtWhatIsHeldOnlyIfItLivesByOtherTimes() {
        Freshness freshness = new Freshness(config(MINUTE, TEN, Duration.ZERO));
        assertThat(freshness.change(config(MINUTE, TEN, TEN))).isFalse();
        assertThat(freshness.change(config(MINUTE, MINUTE, TEN))).isTrue();
        assertThat(freshness.change(config(TEN, MINUTE, TEN))).isTrue();
    }

    @Test
    void refusesWhatCannotChange() {
        CacheConfig tracking = CacheConfigs.tracking();
        assertThatThrownBy(() -> cache.change(tracking)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readersAreServedMeanwhile() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            read("k" + i);
        }
        CountDownLatch isDone = new CountDownLatch(1);
        Thread changing = new Thread(() -> {
            for (int i = 1; i <= 200; i++) {
                cache.change(config(Duration.ofSeconds(60 + i), Duration.ZERO, Duration.ZERO));
            }
            isDone.countDown();
        });
        changing.start();
        while (isDone.getCount() > 0) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(isHeld("k" + i)).isTrue();
                assertThat(inspect("k" + i).ageNanos())
                        .isBetween(0L, Duration.ofSeconds(1).toNanos());
            }
        }
        changing.join();
    }

    private void read(String key) {
        store.values.put(key, "value of " + key);
        load(key);
        assertThat(isHeld(key)).isTrue();
    }

    private void readAbsent(String key) {
        load(key);
    }

    private boolean isHeld(String key) {
        byte[] bytes = Bytes.utf8(key).toArray();
        return cache.getIfPresent(bytes, 0, bytes.length) != null;
    }

    private CachedEntry inspect(String key) {
        return cache.inspect(Bytes.utf8(key).toArray());
    }

    private void load(String key) {
        cache.load(Bytes.utf8(key).toArray(), new LoadListener() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {}

            @Override
            public void failed(BackingStoreException cause) {
                throw new AssertionError(cause);
            }
        });
    }
}
