package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import redisproxy.net.TurnLimiter;

final class ArgumentTurnsTest {
    private static final int MANY = 1 << 20;
    private static final int FEW = 64 * 1024;
    private static final long GAP = 1_000;

    private long now;
    private final Queue<Runnable> timed = new ArrayDeque<>();
    private final TurnLimiter limiter = new TurnLimiter(GAP, () -> now, (nanos, task) -> timed.add(task));
    private final List<String> resumed = new ArrayList<>();
    private final ArgumentTurns first = new ArgumentTurns(limiter, () -> resumed.add("first"));
    private final ArgumentTurns second = new ArgumentTurns(limiter, () -> resumed.add("second"));

    private void pass(long nanos) {
        now += nanos;
        List<Runnable> due = new ArrayList<>(timed);
        timed.clear();
        due.forEach(Runnable::run);
    }

    @Test
    void clientsShareTheTurns() {
        first.noteRead();
        assertThat(first.waitsFor(MANY)).isFalse();
        second.noteRead();
        assertThat(second.waitsFor(MANY)).isTrue();
        first.noteRead();
        assertThat(first.waitsFor(MANY)).isTrue();
        pass(GAP);
        assertThat(resumed).containsExactly("second");
        assertThat(second.waitsFor(MANY)).isFalse();
        assertThat(first.waitsFor(MANY)).isTrue();
        pass(GAP);
        assertThat(resumed).containsExactly("second", "first");
        assertThat(first.waitsFor(MANY)).isFalse();
    }

    @Test
    void requestsOfFewArgumentsDoNotWait() {
        for (int i = 0; i < 10; i++) {
            first.noteRead();
            assertThat(first.waitsFor(FEW)).isFalse();
        }
    }

    @Test
    void whatHasBeenReadIsPaidOnce() {
        first.noteRead();
        for (int i = 0; i < 10; i++) {
            assertThat(first.waitsFor(MANY)).isFalse();
        }
    }

    @Test
    void clientsThatLeaveGiveTheirTurnsToOthers() {
        first.noteRead();
        assertThat(first.waitsFor(MANY)).isFalse();
        first.noteRead();
        assertThat(first.waitsFor(MANY)).isTrue();
        second.noteRead();
        assertThat(second.waitsFor(MANY)).isTrue();
        first.close();
        pass(GAP);
        assertThat(resumed).containsExactly("second");
    }
}
