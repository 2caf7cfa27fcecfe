package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnLimiterTest {
    private static final long GAP = 100;

    /** Also where the clock, whose zero may be anywhere, overflows. */
    @ParameterizedTest
    @ValueSource(longs = {0, -150, Long.MAX_VALUE - 150})
    void turnsFollowEachOther(long start) {
        AtomicLong clock = new AtomicLong(start);
        TurnLimiter turnLimiter = new TurnLimiter(GAP, clock::get);
        assertThat(turnLimiter.take(1)).isZero();
        assertThat(turnLimiter.take(1)).isEqualTo(GAP);
        assertThat(turnLimiter.take(1)).isEqualTo(2 * GAP);
        clock.addAndGet(2 * GAP + 50);
        assertThat(turnLimiter.take(1)).isEqualTo(50);
    }

    @Test
    void whoTakesManyKeepsTheNextWaiting() {
        TurnLimiter turnLimiter = new TurnLimiter(GAP, new AtomicLong()::get);
        assertThat(turnLimiter.take(5)).isZero();
        assertThat(turnLimiter.take(1)).isEqualTo(5 * GAP);
    }

    @Test
    void turnsThatNobodyTookAreLost() {
        AtomicLong clock = new AtomicLong();
        TurnLimiter turnLimiter = new TurnLimiter(GAP, clock::get);
        clock.set(1_000_000);
        assertThat(turnLimiter.take(1)).isZero();
        assertThat(turnLimiter.take(1)).isEqualTo(GAP);
    }
}
