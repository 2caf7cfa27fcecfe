package redisproxy.admin.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecorderTest {
    private final FixedSources fixed = new FixedSources();
    private final AtomicLong seconds = new AtomicLong();
    private final Recorder recorder = new Recorder(
            fixed.sources(),
            () -> TimeUnit.SECONDS.toMillis(seconds.get()),
            () -> TimeUnit.SECONDS.toNanos(seconds.get()));

    @Test
    void knowsNothingInTheFirstSecond() {
        assertThat(recorder.latest()).isNull();
        assertThat(recorder.history().time()).isEmpty();
    }

    @Test
    void tellsRequestsPerSecond() {
        fixed.hits.addAndGet(30);
        seconds.addAndGet(2);
        recorder.tick();

        assertThat(latest().respPerSecond()).isEqualTo(15);
        assertThat(latest().respHitRatio()).isEqualTo(1);
        assertThat(latest().httpHitRatio()).isNull();
    }

    @Test
    void forgetsOldHitsAndMisses() {
        fixed.misses.addAndGet(10);
        tick();
        assertThat(latest().respHitRatio()).isZero();

        for (int i = 0; i < 10; i++) {
            fixed.hits.addAndGet(1);
            tick();
        }
        assertThat(latest().respHitRatio()).isEqualTo(1);
    }

    @Test
    void tellsPercentilesOfTheLastSeconds() {
        fixed.gets.record(TimeUnit.MILLISECONDS.toNanos(5));
        tick();
        assertThat(requireNonNull(latest().respLatency()).p99Micros()).isBetween(4900.0, 5100.0);

        for (int i = 0; i < 25; i++) {
            fixed.gets.record(TimeUnit.MILLISECONDS.toNanos(1));
            tick();
        }
        assertThat(requireNonNull(latest().respLatency()).maxMicros()).isBetween(990.0, 1020.0);

        for (int i = 0; i < 25; i++) {
            tick();
        }
        assertThat(latest().respLatency()).isNull();
    }

    @Test
    void tellsWhatRedisHasAnswered() {
        fixed.loads.record(TimeUnit.MILLISECONDS.toNanos(2), 3);
        fixed.hits.addAndGet(500);
        fixed.misses.addAndGet(100);
        tick();
        assertThat(latest().loadsPerSecond()).isEqualTo(3);
        assertThat(requireNonNull(latest().loadLatency()).meanMicros()).isBetween(1980.0, 2020.0);

        fixed.misses.addAndGet(100);
        tick();
        assertThat(latest().loadsPerSecond()).isZero();
    }

    @Test
    void keepsTenMinutes() {
        for (int i = 0; i < 700; i++) {
            tick();
        }
        assertThat(recorder.history().time()).hasSize(600).last().isEqualTo(TimeUnit.SECONDS.toMillis(700));
        assertThat(recorder.history().respP99Micros()).hasSize(600);
    }

    private void tick() {
        seconds.incrementAndGet();
        recorder.tick();
    }

    private Recorder.Point latest() {
        return requireNonNull(recorder.latest());
    }
}
