package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnLimiterTest {
    private static final long GAP = 100;

    private final List<String> begun = new ArrayList<>();

    /** Also when the clock, which starts anywhere, overflows. */
    @ParameterizedTest
    @ValueSource(longs = {0, -150, Long.MAX_VALUE - 150})
    void turnsFollowEachOther(long start) {
        ManualTimer time = new ManualTimer(start);
        TurnLimiter limiter = time.limiter(GAP);
        assertThat(limiter.take(1, begin("a"))).isNull();
        assertThat(limiter.take(1, begin("b"))).isNotNull();
        assertThat(limiter.take(1, begin("c"))).isNotNull();
        time.pass(GAP - 1);
        assertThat(begun).isEmpty();
        time.pass(1);
        assertThat(begun).containsExactly("b");
        time.pass(GAP);
        assertThat(begun).containsExactly("b", "c");
        time.pass(GAP / 2);
        assertThat(limiter.take(1, begin("d"))).isNotNull();
        time.pass(GAP / 2);
        assertThat(begun).containsExactly("b", "c", "d");
    }

    @Test
    void manyTurnsKeepTheNextWaiting() {
        ManualTimer time = new ManualTimer(0);
        TurnLimiter limiter = time.limiter(GAP);
        assertThat(limiter.take(5, begin("a"))).isNull();
        assertThat(limiter.take(2, begin("b"))).isNotNull();
        assertThat(limiter.take(1, begin("c"))).isNotNull();
        time.pass(5 * GAP - 1);
        assertThat(begun).isEmpty();
        time.pass(1);
        assertThat(begun).containsExactly("b");
        time.pass(2 * GAP - 1);
        assertThat(begun).containsExactly("b");
        time.pass(1);
        assertThat(begun).containsExactly("b", "c");
    }

    @Test
    void turnsThatAreNotTakenAreLost() {
        ManualTimer time = new ManualTimer(0);
        TurnLimiter limiter = time.limiter(GAP);
        time.pass(1_000_000);
        assertThat(limiter.take(1, begin("a"))).isNull();
        assertThat(limiter.take(1, begin("b"))).isNotNull();
    }

    @Test
    void aTimerThatIsLateLosesNoTurns() {
        ManualTimer time = new ManualTimer(0);
        TurnLimiter limiter = time.limiter(GAP);
        for (String name : List.of("a", "b", "c", "d")) {
            var unused = limiter.take(1, begin(name));
        }
        time.passLate(2 * GAP + 50);
        assertThat(begun).containsExactly("b", "c");
        time.pass(50);
        assertThat(begun).containsExactly("b", "c", "d");
    }

    @Test
    void nobodyWaitsForAClientThatHasLeft() {
        ManualTimer time = new ManualTimer(0);
        TurnLimiter limiter = time.limiter(GAP);
        assertThat(limiter.take(1, begin("a"))).isNull();
        TurnLimiter.Turn left = limiter.take(1_000, begin("b"));
        assertThat(limiter.take(1, begin("c"))).isNotNull();
        limiter.forget(left);
        time.pass(GAP);
        assertThat(begun).containsExactly("c");
        limiter.forget(left);
        time.pass(1_000 * GAP);
        assertThat(begun).containsExactly("c");
        assertThat(limiter.take(1, begin("d"))).isNull();
    }

    @Test
    void aClientThatCannotBeReadHoldsUpNoOther() {
        ManualTimer time = new ManualTimer(0);
        TurnLimiter limiter = time.limiter(GAP);
        assertThat(limiter.take(1, begin("a"))).isNull();
        assertThat(limiter.take(1, () -> {
                    throw new IllegalStateException("closed");
                }))
                .isNotNull();
        assertThat(limiter.take(1, begin("c"))).isNotNull();
        time.pass(2 * GAP);
        assertThat(begun).containsExactly("c");
    }

    private Runnable begin(String name) {
        return () -> begun.add(name);
    }
}
