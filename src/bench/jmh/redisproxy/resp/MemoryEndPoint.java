package redisproxy.resp;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.BufferUtil;

/** A socket without a network: what is read comes from an array, what is written is only counted. Not thread-safe. */
final class MemoryEndPoint extends ByteArrayEndPoint {
    private final byte[] input;
    private int position;
    private int limit;
    private long written;

    MemoryEndPoint(byte[] input) {
        this.input = input;
    }

    /** Lets the connection know that so many more bytes can be read, from the beginning again after the last. */
    void receive(int bytes) {
        position = limit == input.length ? 0 : limit;
        limit = position + bytes;
        getFillInterest().fillable();
    }

    long written() {
        return written;
    }

    @Override
    public int fill(ByteBuffer buffer) {
        int flushPosition = BufferUtil.flipToFill(buffer);
        int count = Math.min(limit - position, buffer.remaining());
        buffer.put(input, position, count);
        BufferUtil.flipToFlush(buffer, flushPosition);
        position += count;
        return count;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) {
        for (ByteBuffer buffer : buffers) {
            written += buffer.remaining();
            buffer.position(buffer.limit());
        }
        return true;
    }

    @Override
    protected void needsFillInterest() {}
}
