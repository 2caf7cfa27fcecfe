package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RestsTest {
    private long now = Long.MAX_VALUE - 1_000_000;
    private final List<Long> rested = new ArrayList<>();
    private final Rests rests = new Rests(() -> now, nanos -> {
        rested.add(nanos);
        now += nanos;
    });

    @Test
    void restsAfterEachPiece() {
        rests.begin();
        for (int i = 0; i < 40; i++) {
            now += Rests.PIECE_NANOS / 10;
            rests.step();
        }
        assertThat(rested).hasSize(4).containsOnly(Rests.PER_WORK * Rests.PIECE_NANOS);
    }

    @Test
    void whatBeginsAtOnceWaitsForTheRestOfWhatHasEnded() {
        for (int i = 0; i < 3; i++) {
            rests.begin();
            now += 1_000;
            rests.end();
        }
        assertThat(rested).containsExactly(Rests.PER_WORK * 1_000L, Rests.PER_WORK * 1_000L);
    }

    @Test
    void whatBeginsLaterDoesNotWait() {
        for (int i = 0; i < 3; i++) {
            rests.begin();
            now += 1_000;
            rests.end();
            now += Rests.PER_WORK * 1_000;
        }
        assertThat(rested).isEmpty();
    }

    @Test
    void noRestIsLong() {
        rests.begin();
        now += 1_000_000_000;
        rests.step();
        now += 1_000_000_000;
        rests.end();
        rests.begin();
        assertThat(rested).containsExactly(Rests.LONGEST_NANOS, Rests.LONGEST_NANOS);
    }
}
