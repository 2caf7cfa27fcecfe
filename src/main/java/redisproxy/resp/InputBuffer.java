package redisproxy.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What has been read of a client and not been executed. Takes its memory from the pool while it holds something, and
 * grows past the pool's size only when that many bytes of one request have really arrived. Not thread-safe.
 */
final class InputBuffer {
    private static final byte[] NO_BYTES = {};

    private final ByteBufferPool pool;
    private final int initialBytes;
    private final int maxBytes;

    private @Nullable RetainableByteBuffer pooled;
    /** In Jetty's flush mode: what is held lies between position and limit. */
    private @Nullable ByteBuffer buffer;

    InputBuffer(ByteBufferPool pool, int initialBytes, int maxBytes) {
        this.pool = pool;
        this.initialBytes = initialBytes;
        this.maxBytes = maxBytes;
    }

    byte[] array() {
        return buffer == null ? NO_BYTES : buffer.array();
    }

    int start() {
        return buffer == null ? 0 : buffer.arrayOffset() + buffer.position();
    }

    int end() {
        return buffer == null ? 0 : buffer.arrayOffset() + buffer.limit();
    }

    void consume(int bytes) {
        if (buffer != null) {
            buffer.position(buffer.position() + bytes);
        }
    }

    /** Reads once, without blocking; returns how many bytes, or -1 at the end of the input. */
    int fill(EndPoint endPoint) throws IOException {
        return endPoint.fill(withRoom());
    }

    void releaseIfEmpty() {
        if (buffer != null && !buffer.hasRemaining()) {
            release();
        }
    }

    void release() {
        buffer = null;
        if (pooled != null) {
            pooled.release();
            pooled = null;
        }
    }

    private ByteBuffer withRoom() throws IOException {
        if (buffer == null) {
            pooled = pool.acquire(initialBytes, /* direct= */ false);
            buffer = pooled.getByteBuffer();
        } else if (!buffer.hasRemaining()) {
            buffer.position(0).limit(0);
        } else if (buffer.remaining() == buffer.capacity()) {
            buffer = grown(buffer);
        }
        return buffer;
    }

    private ByteBuffer grown(ByteBuffer full) throws IOException {
        if (full.capacity() >= maxBytes) {
            throw new IOException("request of more than %d bytes".formatted(maxBytes));
        }
        ByteBuffer larger = ByteBuffer.allocate((int) Math.min(maxBytes, 2L * full.capacity()));
        larger.put(full).flip();
        release();
        return larger;
    }
}
