package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IncompleteRequestTest {
    private static final long START = 5_000;
    private static final long SECOND = 1_000_000_000;
    private static final int FREE = 8;

    private final IncompleteRequest incompleteRequest = new IncompleteRequest();

    @Test
    void restsForAsLongAsTheRequestHasTakenSoFar() {
        readFreeIncompleteRequest();
        assertThat(incompleteRequest.pauseNanos(START + 70, FREE)).isEqualTo(70);
        assertThat(incompleteRequest.isPausing()).isTrue();
        assertThat(incompleteRequest.pauseNanos(START + 80, FREE))
                .as("nothing new")
                .isZero();
        assertThat(incompleteRequest.isPausing()).isTrue();
        incompleteRequest.endPause();
        assertThat(incompleteRequest.isPausing()).isFalse();
        assertThat(incompleteRequest.pauseNanos(START + 150, FREE + 1)).isEqualTo(150);
    }

    @Test
    void neverRestsForLong() {
        readFreeIncompleteRequest();
        assertThat(incompleteRequest.pauseNanos(START + 100 * SECOND, FREE)).isEqualTo(SECOND);
    }

    @Test
    void readsOnWhatComesInPieces() {
        for (int piece = 0; piece < 1_000; piece++) {
            assertThat(incompleteRequest.pauseNanos(START + piece * SECOND, 1_400L * piece))
                    .isZero();
        }
    }

    @Test
    void startsAnewWithEachRequest() {
        readFreeIncompleteRequest();
        incompleteRequest.reset();
        readFreeIncompleteRequest();
    }

    private void readFreeIncompleteRequest() {
        for (int read = 0; read < FREE; read++) {
            assertThat(incompleteRequest.pauseNanos(START + read, read)).isZero();
            assertThat(incompleteRequest.isPausing()).isFalse();
        }
    }
}
