package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;
import redisproxy.net.ClientMemory;
import redisproxy.net.ClientShare;

final class InputBufferTest {
    private static final int INITIAL = 4 * 1024;
    private static final int MAX = 1024 * 1024;

    private final ClientMemory memory = new ClientMemory(640 * 1024);
    private final ByteArrayEndPoint endPoint = new ByteArrayEndPoint(new byte[4 * MAX], 0);

    @Test
    void countsWhatItHolds() throws Exception {
        InputBuffer buffer = buffer(memory);
        fill(buffer, 1);
        assertThat(memory.heldBytes()).isEqualTo(INITIAL);
        fill(buffer, INITIAL + 1);
        assertThat(memory.heldBytes()).isEqualTo(2 * INITIAL);
        fill(buffer, 65 * 1024);
        assertThat(memory.heldBytes()).isEqualTo(128 * 1024);
        buffer.release();
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void boundsAllRequestsTogether() throws Exception {
        InputBuffer first = buffer(memory);
        InputBuffer second = buffer(memory);
        fill(first, 128 * 1024);
        fill(second, 128 * 1024);
        assertThatThrownBy(() -> fill(second, 128 * 1024 + 1))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage("too big request (the requests of all clients together may take 655360 bytes)");
        assertThat(second.end() - second.start()).as("bytes that are kept").isEqualTo(128 * 1024);
        assertThat(memory.heldBytes()).isEqualTo(256 * 1024);
        assertThatCode(() -> fill(buffer(memory), 32 * 1024)).doesNotThrowAnyException();
    }

    @Test
    void boundsOneRequest() {
        InputBuffer buffer = buffer(new ClientMemory(Long.MAX_VALUE));
        assertThatThrownBy(() -> fill(buffer, MAX + 1))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage("too big request (one may take 1048576 bytes)");
    }

    @Test
    void readsPartsOfALongRequest() throws Exception {
        InputBuffer buffer = buffer(new ClientMemory(Long.MAX_VALUE));
        byte[] sent = new byte[MAX];
        new Random(1).nextBytes(sent);
        ByteArrayEndPoint source = new ByteArrayEndPoint(sent, 0);
        int consumed = 0;
        int most = 0;
        while (consumed + buffer.end() - buffer.start() < MAX) {
            int filled = buffer.fill(source);
            most = Math.max(most, filled);
            assertThat(buffer.end() - buffer.start()).isGreaterThanOrEqualTo(filled);
            if (buffer.end() - buffer.start() > 300_000) {
                buffer.consume(1_000);
                consumed += 1_000;
            }
        }
        assertThat(most).isEqualTo(64 * 1024);
        assertThat(Arrays.copyOfRange(buffer.array(), buffer.start(), buffer.end()))
                .isEqualTo(Arrays.copyOfRange(sent, consumed, MAX));
    }

    private static InputBuffer buffer(ClientMemory memory) {
        ClientShare share = memory.share(new ClientShare.Holder() {
            @Override
            public long waitedNanos(long now) {
                return 0;
            }

            @Override
            public void closeForMemory() {
                throw new AssertionError("nobody is closed here");
            }
        });
        return new InputBuffer(new ArrayByteBufferPool(), INITIAL, MAX, share);
    }

    private void fill(InputBuffer buffer, int bytes) throws Exception {
        while (buffer.end() - buffer.start() < bytes) {
            buffer.fill(endPoint);
        }
    }
}
