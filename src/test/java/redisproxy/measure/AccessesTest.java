package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AccessesTest {
    private static final int PER_PERIOD = 250;

    private long nanos = 5;
    private final Accesses accesses = new Accesses(() -> nanos, () -> 1_700_000_000_000L);

    @Test
    void tellsTheHotKeysWithTheirShare() {
        record("user:1", true, 60);
        record("user:2", false, 30);
        record("page/home", true, 10);
        AccessStats stats = accesses.stats(2);
        assertThat(stats.accesses()).isEqualTo(100);
        assertThat(stats.hits()).isEqualTo(70);
        assertThat(stats.interval()).isOne();
        assertThat(stats.keys()).extracting(key -> text(key.key())).containsExactly("user:1", "user:2");
        HotKey hottest = stats.keys().get(0);
        assertThat(hottest.accesses()).isEqualTo(60);
        assertThat(hottest.error()).isZero();
        assertThat(hottest.share()).isEqualTo(0.6);
        assertThat(hottest.key().isWhole()).isTrue();
    }

    @Test
    void tellsHitsByPrefix() {
        record("user:1", true, 60);
        record("user:2", false, 30);
        record("page/home", false, 7);
        record("a.b:c", true, 2);
        record("nothing", true, 1);
        assertThat(accesses.stats(1).prefixes())
                .extracting(each -> "%s %d %d".formatted(text(each.prefix()), each.accesses(), each.hits()))
                .containsExactly("user: 90 60", "page/ 7 0", "a. 2 2", " 1 1");
    }

    @Test
    void countsFurtherPrefixesTogether() {
        for (int i = 0; i < 25; i++) {
            record("p" + i + ":k", i % 2 == 0, 100 - i);
        }
        AccessStats stats = accesses.stats(1);
        assertThat(stats.prefixes()).hasSize(20);
        assertThat(stats.otherAccesses()).isEqualTo(80 + 79 + 78 + 77 + 76);
        assertThat(stats.otherHits()).isEqualTo(80 + 78 + 76);
    }

    @Test
    void keepsOfLongKeysTheBeginningTheEndAndTheLength() {
        String begin = "b".repeat(300);
        record(begin + "1", true, 2);
        record(begin + "2", true, 1);
        record("b".repeat(256), true, 1);
        assertThat(accesses.stats(9).keys())
                .extracting(key -> text(key.key()))
                .containsExactlyInAnyOrder(
                        "b".repeat(192) + "...45 bytes..." + "b".repeat(63) + "1",
                        "b".repeat(192) + "...45 bytes..." + "b".repeat(63) + "2",
                        "b".repeat(256));
        assertThat(accesses.stats(9).keys().get(0).key().isWhole()).isFalse();
    }

    @Test
    void forgetsWhatIsOlderThanTwoMinutes() {
        record("old", true, 50);
        accesses.tick();
        nanos += Duration.ofSeconds(61).toNanos();
        record("new", true, 5);
        accesses.tick();
        assertThat(accesses.stats(9).keys()).extracting(key -> text(key.key())).containsExactly("old", "new");
        assertThat(accesses.stats(9).over()).isEqualTo(Duration.ofSeconds(61));
        nanos += Duration.ofSeconds(60).toNanos();
        assertThat(accesses.stats(9).keys()).extracting(key -> text(key.key())).containsExactly("new");
        assertThat(accesses.stats(9).over()).isEqualTo(Duration.ofSeconds(61));
        nanos += Duration.ofHours(1).toNanos();
        assertThat(accesses.stats(9).accesses()).isZero();
        assertThat(accesses.stats(9).keys()).isEmpty();
    }

    @Test
    void samplesFewerOfManyAccesses() {
        record("k", true, PER_PERIOD);
        accesses.tick();
        assertThat(accesses.interval()).isOne();
        record("k", true, 4 * PER_PERIOD / 2);
        accesses.tick();
        assertThat(accesses.interval()).isGreaterThanOrEqualTo(2);
        for (int period = 0; period < 20; period++) {
            recordSampled(100_000);
            accesses.tick();
        }
        assertThat(accesses.interval()).isEqualTo(512);
        for (int period = 0; period < 20; period++) {
            accesses.tick();
        }
        assertThat(accesses.interval()).isOne();
    }

    /** What comes before the first look at the samples fits into the queue, and is counted. */
    @Test
    void aSuddenLoadIsCountedInFull() {
        recordSampled(1_000_000);
        AccessStats stats = accesses.stats(1);
        assertThat(stats.dropped()).isZero();
        assertThat(stats.accesses()).isBetween(990_000L, 1_020_000L);
    }

    @Test
    void dropsAndCountsWhatComesTooFast() {
        int dropped = 1000;
        record("k", true, SampleQueue.MAX_SAMPLES + dropped);
        AccessStats stats = accesses.stats(1);
        assertThat(stats.accesses()).isEqualTo(SampleQueue.MAX_SAMPLES);
        assertThat(stats.dropped()).isEqualTo(dropped);
    }

    @Test
    void aSessionCountsBytesUntilItIsStopped() {
        record("before", true, 3);
        assertThat(accesses.session(key -> true)).isNull();
        assertThat(accesses.stopSession()).isFalse();
        assertThat(accesses.startSession(10, 1, 0)).isTrue();
        assertThat(accesses.startSession(10, 1, 0)).isFalse();
        assertThat(accesses.resetSession()).isFalse();
        record("often", true, 10);
        accesses.record(bytes("large"), 0, 5, 1, true, 995);
        nanos += TimeUnit.MILLISECONDS.toNanos(1234);
        assertThat(accesses.stopSession()).isTrue();
        record("after", true, 100);
        KeyTraffic traffic = accesses.session(key -> true);
        assertThat(traffic.isActive()).isFalse();
        assertThat(traffic.millis()).isEqualTo(1234);
        assertThat(traffic.startedMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(traffic.bytes()).isEqualTo(1000 + 10 * 15);
        assertThat(traffic.keys())
                .extracting(key -> text(key.key()) + " " + key.accesses())
                .containsExactly("large 1000", "often 150");
        assertThat(accesses.resetSession()).isTrue();
        assertThat(accesses.session(key -> true)).isNull();
    }

    @Test
    void aSessionEndsByItself() {
        assertThat(accesses.startSession(10, 1, 2)).isTrue();
        record("k", true, 1);
        assertThat(accesses.session(key -> true).isActive()).isTrue();
        nanos += Duration.ofSeconds(3).toNanos();
        record("k", true, 1);
        KeyTraffic traffic = accesses.session(key -> true);
        assertThat(traffic.isActive()).isFalse();
        assertThat(traffic.millis()).isEqualTo(2000);
        assertThat(traffic.bytes()).isEqualTo(11);
        assertThat(accesses.startSession(10, 1, 0)).isTrue();
    }

    @Test
    void countsOnAThreadOfItsOwn() {
        try (Accesses running = new Accesses()) {
            running.start("accesses-test");
            byte[] key = bytes("k");
            for (int i = 0; i < 600; i++) {
                running.record(key, 0, 1, 1, true, 1);
            }
            // Only that thread adapts the interval downwards.
            await().until(() -> running.interval() == 1);
            assertThat(running.stats(1).accesses()).isEqualTo(600);
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("accesses-test")));
    }

    /** Does as the cache does, without chance. */
    private void recordSampled(int times) {
        int untilSample = 0;
        byte[] key = bytes("k");
        for (int i = 0; i < times; i++) {
            if (untilSample == 0) {
                untilSample = accesses.interval();
                accesses.record(key, 0, 1, untilSample, true, 1);
            }
            untilSample--;
        }
    }

    private void record(String key, boolean isHit, int times) {
        for (int i = 0; i < times; i++) {
            accesses.record(bytes(key), 0, key.length(), 1, isHit, isHit ? 10 : 0);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(SampledKey key) {
        return new String(key.shown(), StandardCharsets.US_ASCII);
    }
}
