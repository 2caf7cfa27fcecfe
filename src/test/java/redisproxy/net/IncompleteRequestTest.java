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
        assertThat(incompleteRequest.restNanos(START + 70, FREE)).isEqualTo(70);
        assertThat(incompleteRequest.isResting()).isTrue();
        assertThat(incompleteRequest.restNanos(START + 80, FREE))
                .as("nothing new")
                .isZero();
        assertThat(incompleteRequest.isResting()).isTrue();
        incompleteRequest.end();
        assertThat(incompleteRequest.isResting()).isFalse();
        assertThat(incompleteRequest.restNanos(START + 150, FREE + 1)).isEqualTo(150);
    }

    @Test
    void neverRestsForLong() {
        readFreeIncompleteRequest();
        assertThat(incompleteRequest.restNanos(START + 100 * SECOND, FREE)).isEqualTo(SECOND);
    }

    @Test
    void readsOnWhatComesInPieces() {
        for (int piece = 0; piece < 1_000; piece++) {
            assertThat(incompleteRequest.restNanos(START + piece * SECOND, 1_400L * piece))
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
            assertThat(incompleteRequest.restNanos(START + read, read)).isZero();
            assertThat(incompleteRequest.isResting()).isFalse();
        }
    }
}
