package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnLimiterTest {
    private static final long GAP = 100;

    /** Also when the clock, which starts anywhere, overflows. */
    @ParameterizedTest
    @ValueSource(longs = {0, -150, Long.MAX_VALUE - 150})
    void turnsFollowEachOther(long start) {
        AtomicLong clock = new AtomicLong(start);
        TurnLimiter limiter = new TurnLimiter(GAP, clock::get);
        assertThat(limiter.take(1)).isZero();
        assertThat(limiter.take(1)).isEqualTo(GAP);
        assertThat(limiter.take(1)).isEqualTo(2 * GAP);
        clock.addAndGet(2 * GAP + 50);
        assertThat(limiter.take(1)).isEqualTo(50);
    }

    @Test
    void manyTurnsKeepTheNextWaiting() {
        TurnLimiter limiter = new TurnLimiter(GAP, new AtomicLong()::get);
        assertThat(limiter.take(5)).isZero();
        assertThat(limiter.take(1)).isEqualTo(5 * GAP);
    }

    @Test
    void turnsThatAreNotTakenAreLost() {
        AtomicLong clock = new AtomicLong();
        TurnLimiter limiter = new TurnLimiter(GAP, clock::get);
        clock.set(1_000_000);
        assertThat(limiter.take(1)).isZero();
        assertThat(limiter.take(1)).isEqualTo(GAP);
    }
}
