package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnstileTest {
    private static final long GAP = 100;

    /** Also where the clock, whose zero may be anywhere, overflows. */
    @ParameterizedTest
    @ValueSource(longs = {0, -150, Long.MAX_VALUE - 150})
    void turnsFollowEachOther(long start) {
        AtomicLong clock = new AtomicLong(start);
        Turnstile turnstile = new Turnstile(GAP, clock::get);
        assertThat(turnstile.take(1)).isZero();
        assertThat(turnstile.take(1)).isEqualTo(GAP);
        assertThat(turnstile.take(1)).isEqualTo(2 * GAP);
        clock.addAndGet(2 * GAP + 50);
        assertThat(turnstile.take(1)).isEqualTo(50);
    }

    @Test
    void whoTakesManyKeepsTheNextWaiting() {
        Turnstile turnstile = new Turnstile(GAP, new AtomicLong()::get);
        assertThat(turnstile.take(5)).isZero();
        assertThat(turnstile.take(1)).isEqualTo(5 * GAP);
    }

    @Test
    void turnsThatNobodyTookAreLost() {
        AtomicLong clock = new AtomicLong();
        Turnstile turnstile = new Turnstile(GAP, clock::get);
        clock.set(1_000_000);
        assertThat(turnstile.take(1)).isZero();
        assertThat(turnstile.take(1)).isEqualTo(GAP);
    }
}
