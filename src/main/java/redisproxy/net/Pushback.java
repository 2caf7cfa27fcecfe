package redisproxy.net;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.util.BufferUtil;

/** Bytes that were read and put back, to be read again before all others. Not thread-safe. */
final class Pushback {
    private ByteBuffer bytes = BufferUtil.EMPTY_BUFFER;

    /** Puts bytes back, which are copied. */
    void put(byte[] source, int start, int end) {
        if (!isEmpty()) {
            throw new IllegalStateException(bytes.remaining() + " bytes have been put back already");
        }
        bytes = start == end ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(Arrays.copyOfRange(source, start, end));
    }

    boolean isEmpty() {
        return !bytes.hasRemaining();
    }

    int size() {
        return bytes.remaining();
    }

    /** Moves as many bytes as fit between the position and the limit; returns how many. */
    int moveTo(ByteBuffer buffer) {
        if (isEmpty()) {
            return 0;
        }
        int count = Math.min(bytes.remaining(), buffer.remaining());
        buffer.put(buffer.position(), bytes, bytes.position(), count);
        buffer.position(buffer.position() + count);
        bytes.position(bytes.position() + count);
        if (isEmpty()) {
            bytes = BufferUtil.EMPTY_BUFFER;
        }
        return count;
    }
}
