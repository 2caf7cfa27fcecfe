package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HitTimerTest {
    private final Durations durations = new Durations();
    private final HitTimer timer = new HitTimer(durations);

    @Test
    void oneOfManyStandsForAll() {
        int timed = 0;
        for (int i = 0; i < 100 * HitTimer.ONE_OF; i++) {
            timed += timer.isNextTimed() ? 1 : 0;
            timer.end(3, System.nanoTime());
        }
        assertThat(timed).isEqualTo(100);
        assertThat(durations.stats().count()).isEqualTo(3 * 100 * HitTimer.ONE_OF);
    }

    @Test
    void batchesWithoutAnswersDoNotCount() {
        while (!timer.isNextTimed()) {
            timer.end(1, 0);
        }
        timer.end(0, 0);
        assertThat(durations.stats().count()).isZero();
        assertThat(timer.isNextTimed()).isTrue();
    }
}
