package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;

final class InputBudgetTest {
    private static final int INITIAL = 4_096;
    private static final int MAX = 4 * INITIAL;

    private final InputBudget budget = new InputBudget(3 * INITIAL);
    private final ByteArrayEndPoint endPoint = new ByteArrayEndPoint(new byte[20 * INITIAL], 0);

    @Test
    void boundsWhatAllTakeTogether() throws Exception {
        InputBuffer first = buffer(budget);
        InputBuffer second = buffer(budget);
        fill(first, 2 * INITIAL);
        assertThatThrownBy(() -> fill(second, 2 * INITIAL))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage("too big request (all that have not come whole may take 12288 bytes)");
        assertThat(second.end() - second.start()).as("what is there is kept").isEqualTo(INITIAL);
        first.release();
        assertThatCode(() -> fill(second, 2 * INITIAL)).doesNotThrowAnyException();
    }

    @Test
    void boundsWhatOneTakes() {
        InputBuffer buffer = buffer(new InputBudget(Long.MAX_VALUE));
        assertThatThrownBy(() -> fill(buffer, MAX + 1))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage("too big request (one may take 16384 bytes)");
    }

    private static InputBuffer buffer(InputBudget budget) {
        return new InputBuffer(new ArrayByteBufferPool(), INITIAL, MAX, budget);
    }

    private void fill(InputBuffer buffer, int bytes) throws Exception {
        while (buffer.end() - buffer.start() < bytes) {
            buffer.fill(endPoint);
        }
    }
}
