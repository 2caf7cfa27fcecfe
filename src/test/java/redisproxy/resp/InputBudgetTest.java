package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;

final class InputBudgetTest {
    private static final int INITIAL = 4 * 1024;
    private static final int MAX = 1024 * 1024;
    private static final int FREE = 64 * 1024;

    private final InputBudget budget = new InputBudget(10 * FREE);
    private final ByteArrayEndPoint endPoint = new ByteArrayEndPoint(new byte[4 * MAX], 0);

    @Test
    void boundsAllRequestsTogether() throws Exception {
        InputBuffer first = buffer(budget);
        InputBuffer second = buffer(budget);
        fill(first, 4 * FREE);
        assertThatThrownBy(() -> fill(second, 4 * FREE))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage("too big request (all incomplete requests together may take 655360 bytes)");
        assertThat(second.end() - second.start()).as("bytes that are kept").isEqualTo(2 * FREE);
        first.release();
        assertThatCode(() -> fill(second, 4 * FREE)).doesNotThrowAnyException();
    }

    @Test
    void leavesMemoryForSmallerRequests() throws Exception {
        for (int bytes = 4 * FREE; bytes > 1; bytes /= 2) {
            fill(buffer(budget), Math.max(bytes, FREE));
        }
        assertThatCode(() -> budget.take(1)).doesNotThrowAnyException();
        assertThatCode(() -> fill(buffer(budget), FREE)).doesNotThrowAnyException();
    }

    @Test
    void boundsOneRequest() {
        InputBuffer buffer = buffer(new InputBudget(Long.MAX_VALUE));
        assertThatThrownBy(() -> fill(buffer, MAX + 1))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage("too big request (one may take 1048576 bytes)");
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
