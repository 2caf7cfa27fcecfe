package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IncompleteRequestTest {
    private static final long START = 5_000;
    private static final long SECOND = 1_000_000_000;
    private static final int FREE = 8;

    private final IncompleteRequest request = new IncompleteRequest();

    @Test
    void pausesForAsLongAsTheRequestHasTakenSoFar() {
        readFreely();
        assertThat(request.pauseNanos(START + 70, FREE)).isEqualTo(70);
        assertThat(request.isPausing()).isTrue();
        assertThat(request.pauseNanos(START + 80, FREE)).as("nothing new").isZero();
        assertThat(request.isPausing()).isTrue();
        request.endPause();
        assertThat(request.isPausing()).isFalse();
        assertThat(request.pauseNanos(START + 150, FREE + 1)).isEqualTo(150);
    }

    @Test
    void neverPausesForLong() {
        readFreely();
        assertThat(request.pauseNanos(START + 100 * SECOND, FREE)).isEqualTo(SECOND);
    }

    @Test
    void readsOnWhatComesInPieces() {
        for (int piece = 0; piece < 1_000; piece++) {
            assertThat(request.pauseNanos(START + piece * SECOND, 1_400L * piece))
                    .isZero();
        }
    }

    @Test
    void startsAnewWithEachRequest() {
        readFreely();
        request.reset();
        readFreely();
    }

    private void readFreely() {
        for (int read = 0; read < FREE; read++) {
            assertThat(request.pauseNanos(START + read, read)).isZero();
            assertThat(request.isPausing()).isFalse();
        }
    }
}
