package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class DurationsTest {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final Percentage ONE_PERCENT = Percentage.withPercentage(1);

    private final Durations durations = new Durations();

    @Test
    void nothingRecorded() {
        DurationStats stats = durations.stats();
        assertThat(stats.count()).isZero();
        assertThat(stats.sumNanos()).isZero();
        assertThat(stats.nanosAtPercentile(50)).isZero();
        assertThat(stats.maxNanos()).isZero();
        assertThat(stats.countUpTo(Long.MAX_VALUE)).isZero();
    }

    @Test
    void countsAndSums() {
        durations.record(3 * MICRO);
        durations.record(2 * MILLI);
        DurationStats stats = durations.stats();
        assertThat(stats.count()).isEqualTo(2);
        assertThat(stats.sumNanos()).isCloseTo(2_003_000, ONE_PERCENT);
    }

    @Test
    void oneDurationStandsForMany() {
        durations.record(3 * MICRO, 64);
        durations.record(5 * MILLI);
        DurationStats stats = durations.stats();
        assertThat(stats.count()).isEqualTo(65);
        assertThat(stats.sumNanos()).isCloseTo(64 * 3 * MICRO + 5 * MILLI, ONE_PERCENT);
        assertThat(stats.nanosAtPercentile(50)).isCloseTo(3 * MICRO, within(MICRO));
    }

    @Test
    void percentilesWithinOnePercent() {
        for (int i = 1; i <= 1000; i++) {
            durations.record(i * MILLI);
        }
        DurationStats stats = durations.stats();
        assertThat(stats.nanosAtPercentile(50)).isCloseTo(500 * MILLI, ONE_PERCENT);
        assertThat(stats.nanosAtPercentile(99)).isCloseTo(990 * MILLI, ONE_PERCENT);
        assertThat(stats.nanosAtPercentile(99.9)).isCloseTo(999 * MILLI, ONE_PERCENT);
        assertThat(stats.maxNanos()).isCloseTo(1000 * MILLI, ONE_PERCENT);
    }

    @Test
    void cumulativeCountsAtBounds() {
        durations.record(10 * MICRO);
        durations.record(MILLI);
        durations.record(TimeUnit.SECONDS.toNanos(1));
        DurationStats stats = durations.stats();
        assertThat(stats.countUpTo(-1)).isZero();
        assertThat(stats.countUpTo(5 * MICRO)).isZero();
        assertThat(stats.countUpTo(100 * MICRO)).isEqualTo(1);
        assertThat(stats.countUpTo(MILLI)).isEqualTo(2);
        assertThat(stats.countUpTo(TimeUnit.SECONDS.toNanos(2))).isEqualTo(3);
        assertThat(stats.countUpTo(Long.MAX_VALUE)).isEqualTo(3);
    }

    @Test
    void outOfRange() {
        durations.record(-5);
        durations.record(TimeUnit.DAYS.toNanos(1));
        DurationStats stats = durations.stats();
        assertThat(stats.sumNanos()).isCloseTo(TimeUnit.HOURS.toNanos(1), ONE_PERCENT);
        assertThat(stats.countUpTo(MICRO)).isEqualTo(1);
        assertThat(stats.maxNanos()).isCloseTo(TimeUnit.HOURS.toNanos(1), ONE_PERCENT);
    }

    @Test
    void snapshotDoesNotChange() {
        durations.record(MILLI);
        DurationStats before = durations.stats();
        durations.record(MILLI);
        assertThat(before.count()).isEqualTo(1);
        assertThat(before.sumNanos()).isCloseTo(MILLI, ONE_PERCENT);
    }

    @Test
    void sinceAnEarlierSnapshot() {
        assertThat(durations.stats().since(DurationStats.NONE).count()).isZero();
        durations.record(TimeUnit.SECONDS.toNanos(1));
        DurationStats before = durations.stats();
        durations.record(MILLI, 3);
        DurationStats since = durations.stats().since(before);
        assertThat(since.count()).isEqualTo(3);
        assertThat(since.sumNanos()).isCloseTo(3 * MILLI, ONE_PERCENT);
        assertThat(since.maxNanos()).isCloseTo(MILLI, ONE_PERCENT);
        assertThat(durations.stats().count()).isEqualTo(4);
    }

    @Test
    void roundsUpToWhatIsNotToldApart() {
        // As the keys of LATENCY HISTOGRAM in Redis: 1, 2, 4, 8, 16, 33, 66, 132 microseconds.
        List<Long> micros = new ArrayList<>();
        for (long nanos = 1024; nanos <= 131_072; nanos *= 2) {
            micros.add(DurationStats.roundedUp(nanos) / MICRO);
        }
        assertThat(micros).containsExactly(1L, 2L, 4L, 8L, 16L, 33L, 66L, 132L);
        assertThat(DurationStats.roundedUp(-1)).isBetween(0L, MICRO);
    }

    @Test
    void losesNothingOfManyThreads() throws InterruptedException {
        int threads = 4;
        int each = 50_000;
        List<Thread> recording = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    durations.record(n % 1000 * MICRO);
                }
            });
            recording.add(thread);
        }
        AtomicBoolean recorded = new AtomicBoolean();
        Thread reading = new Thread(() -> {
            while (!recorded.get()) {
                DurationStats stats = durations.stats();
                assertThat(stats.countUpTo(Long.MAX_VALUE)).isEqualTo(stats.count());
            }
        });
        List<Throwable> failures = new ArrayList<>();
        reading.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        reading.start();
        recording.forEach(Thread::start);
        for (Thread thread : recording) {
            thread.join();
        }
        recorded.set(true);
        reading.join();
        assertThat(failures).isEmpty();
        assertThat(durations.stats().count()).isEqualTo(threads * (long) each);
    }
}
