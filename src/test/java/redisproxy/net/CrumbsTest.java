package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CrumbsTest {
    private static final long START = 5_000;
    private static final long SECOND = 1_000_000_000;
    private static final int FREE = 8;

    private final Crumbs crumbs = new Crumbs();

    @Test
    void restsForAsLongAsTheRequestHasTakenSoFar() {
        readFreeCrumbs();
        assertThat(crumbs.restNanos(START + 70, FREE)).isEqualTo(70);
        assertThat(crumbs.isResting()).isTrue();
        assertThat(crumbs.restNanos(START + 80, FREE)).as("nothing new").isZero();
        assertThat(crumbs.isResting()).isTrue();
        crumbs.end();
        assertThat(crumbs.isResting()).isFalse();
        assertThat(crumbs.restNanos(START + 150, FREE + 1)).isEqualTo(150);
    }

    @Test
    void neverRestsForLong() {
        readFreeCrumbs();
        assertThat(crumbs.restNanos(START + 100 * SECOND, FREE)).isEqualTo(SECOND);
    }

    @Test
    void readsOnWhatComesInPieces() {
        for (int piece = 0; piece < 1_000; piece++) {
            assertThat(crumbs.restNanos(START + piece * SECOND, 1_400L * piece)).isZero();
        }
    }

    @Test
    void startsAnewWithEachRequest() {
        readFreeCrumbs();
        crumbs.reset();
        readFreeCrumbs();
    }

    private void readFreeCrumbs() {
        for (int read = 0; read < FREE; read++) {
            assertThat(crumbs.restNanos(START + read, read)).isZero();
            assertThat(crumbs.isResting()).isFalse();
        }
    }
}
