package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WriteMeterTest {
    private static final long LIMIT = 100;

    private final WriteMeter meter = new WriteMeter(/* now= */ -50);

    @Test
    void aClientThatTakesLittleIsTooSlow() {
        assertThat(meter.isTakenTooSlowly(true, 49, LIMIT)).isFalse();
        meter.noteWritten(1_000);
        assertThat(meter.isTakenTooSlowly(true, 50, LIMIT)).isTrue();
    }

    @Test
    void aClientThatTakesEnoughGetsTheSameTimeAgain() {
        meter.noteWritten(10_000);
        meter.noteWritten(10_000);
        assertThat(meter.isTakenTooSlowly(true, 40, LIMIT)).isFalse();
        assertThat(meter.isTakenTooSlowly(true, 139, LIMIT)).isFalse();
        assertThat(meter.isTakenTooSlowly(true, 140, LIMIT)).isTrue();
    }

    @Test
    void timeCountsOnlyWhileSomethingIsWritten() {
        assertThat(meter.isTakenTooSlowly(false, 1_000, LIMIT)).isFalse();
        assertThat(meter.isTakenTooSlowly(true, 1_099, LIMIT)).isFalse();
        assertThat(meter.isTakenTooSlowly(true, 1_100, LIMIT)).isTrue();
    }
}
