package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CostTurnsTest {
    private static final long GAP = 100;
    private static final int COSTS_PER_TURN = 4;

    private final CostTurns turns =
            new CostTurns(new TurnLimiter(GAP, new AtomicLong()::get), 512, COSTS_PER_TURN, () -> true);

    @Test
    void aTurnPaysForAFewCostlyRequests() {
        note(COSTS_PER_TURN - 1);
        assertThat(turns.isDue()).isFalse();
        assertThat(turns.pay()).isZero();
        note(1);
        assertThat(turns.isDue()).isTrue();
        assertThat(turns.pay()).as("the first turn is free").isZero();
        assertThat(turns.isDue()).isFalse();
        note(3 * COSTS_PER_TURN);
        assertThat(turns.pay()).isEqualTo(GAP);
        note(COSTS_PER_TURN);
        assertThat(turns.pay()).isEqualTo(4 * GAP);
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
        assertThat(reads).isLessThan(20);
        assertThat(turns.bytesAtOnce()).isEqualTo(8 * 1024);
        assertThat(turns.noteRead(-1)).isEqualTo(-1);
        assertThat(turns.bytesAtOnce()).isEqualTo(8 * 1024);
        note(1);
        assertThat(turns.bytesAtOnce()).isEqualTo(512);
    }

    @Test
    void aLongRequestPaysForItsPieces() {
        for (int read = 0; read <= COSTS_PER_TURN; read++) {
            assertThat(turns.isDue()).isFalse();
            read(turns);
        }
        assertThat(turns.isDue()).isTrue();
        assertThat(turns.pay()).as("the first turn is free").isZero();
        assertThat(turns.isDue()).isFalse();
        for (int read = 0; read < COSTS_PER_TURN; read++) {
            read(turns);
        }
        assertThat(turns.pay()).isEqualTo(GAP);
    }

    @Test
    void aReaderThatMayNotWaitPaysForNoPieces() {
        AtomicBoolean mayWait = new AtomicBoolean();
        CostTurns body = new CostTurns(new TurnLimiter(GAP, new AtomicLong()::get), 512, COSTS_PER_TURN, mayWait::get);
        for (int read = 0; read < 100 * COSTS_PER_TURN; read++) {
            read(body);
        }
        mayWait.set(true);
        assertThat(body.isDue()).isFalse();
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
