package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class CostTurnsTest {
    private static final long GAP = 100;
    private static final int COSTS_PER_TURN = 4;

    private final ManualTimer time = new ManualTimer(0);
    private final TurnLimiter limiter = time.limiter(GAP);
    private final CostTurns turns = new CostTurns(limiter, 512, COSTS_PER_TURN, () -> true);
    private int begun;

    @Test
    void aTurnPaysForAFewCostlyRequests() {
        note(COSTS_PER_TURN - 1);
        assertThat(turns.isDue()).isFalse();
        assertThat(pay()).isFalse();
        note(1);
        assertThat(turns.isDue()).isTrue();
        assertThat(pay()).as("the first turn is free").isFalse();
        assertThat(turns.isDue()).isFalse();
        note(3 * COSTS_PER_TURN);
        assertPaysIn(GAP);
        note(COSTS_PER_TURN);
        assertPaysIn(3 * GAP);
    }

    @Test
    void requestsOfAClientThatPausesCostNothing() {
        note(COSTS_PER_TURN - 1);
        turns.noteCost(/* isBusy= */ false);
        note(COSTS_PER_TURN - 1);
        assertThat(turns.isDue()).isFalse();
    }

    @Test
    void aLongRequestIsReadInGrowingPieces() {
        int total = 0;
        int reads = 0;
        for (; total < 60_000; reads++) {
            total += turns.noteRead(turns.bytesAtOnce());
        }
        assertThat(reads).isLessThan(40);
        assertThat(turns.bytesAtOnce()).isEqualTo(2 * 1024);
        assertThat(turns.noteRead(-1)).isEqualTo(-1);
        assertThat(turns.bytesAtOnce()).isEqualTo(2 * 1024);
        note(1);
        assertThat(turns.bytesAtOnce()).isEqualTo(512);
    }

    @Test
    void aTurnCanBeAskedForAhead() {
        assertThat(turns.owesTurn()).isFalse();
        turns.addTurn();
        assertThat(turns.owesTurn()).isTrue();
        assertThat(pay()).as("the first turn is free").isFalse();
        turns.addTurn();
        assertPaysIn(GAP);
    }

    @Test
    void aLongRequestPaysForItsPieces() {
        for (int read = 0; read <= COSTS_PER_TURN; read++) {
            assertThat(turns.isDue()).isFalse();
            read(turns);
        }
        assertThat(turns.isDue()).isTrue();
        assertThat(pay()).as("the first turn is free").isFalse();
        assertThat(turns.isDue()).isFalse();
        for (int read = 0; read < COSTS_PER_TURN; read++) {
            read(turns);
        }
        assertPaysIn(GAP);
    }

    @Test
    void aClientThatHasLeftWaitsForNoTurn() {
        note(COSTS_PER_TURN);
        assertThat(pay()).isFalse();
        note(COSTS_PER_TURN);
        assertThat(pay()).isTrue();
        turns.close();
        note(COSTS_PER_TURN);
        assertThat(pay()).as("closed meanwhile").isTrue();
        time.pass(10 * GAP);
        assertThat(begun).isZero();
        assertThat(limiter.take(1, () -> {})).isNull();
    }

    /** What it sends is dropped, so that it costs nothing. */
    @Test
    void aClientThatIsNoLongerServedWaitsForNoTurn() {
        PacedReads reads = new PacedReads(buffer -> 0);
        reads.limitCosts(turns);
        note(COSTS_PER_TURN);
        assertThat(pay()).isFalse();
        note(COSTS_PER_TURN);
        assertThat(pay()).isTrue();
        note(COSTS_PER_TURN);
        reads.endTurns();
        assertThat(reads.owesTurn()).isFalse();
        time.pass(GAP);
        assertThat(begun).isZero();
        assertThat(limiter.take(1, () -> {})).isNull();
    }

    @Test
    void aReaderThatMayNotWaitPaysForNoPieces() {
        AtomicBoolean mayWait = new AtomicBoolean();
        CostTurns body = new CostTurns(limiter, 512, COSTS_PER_TURN, mayWait::get);
        for (int read = 0; read < 100 * COSTS_PER_TURN; read++) {
            read(body);
        }
        mayWait.set(true);
        assertThat(body.isDue()).isFalse();
    }

    private boolean pay() {
        return turns.pay(() -> begun++);
    }

    private void assertPaysIn(long nanos) {
        int before = begun;
        assertThat(pay()).isTrue();
        time.pass(nanos - 1);
        assertThat(begun).isEqualTo(before);
        time.pass(1);
        assertThat(begun).isEqualTo(before + 1);
    }

    private static void read(CostTurns turns) {
        int bytes = turns.bytesAtOnce();
        assertThat(turns.noteRead(bytes)).isEqualTo(bytes);
    }

    private void note(int requests) {
        for (int i = 0; i < requests; i++) {
            turns.noteCost(/* isBusy= */ true);
        }
    }
}
