package redisproxy.net;

import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One buffer set aside in front of a pool. Connections that need a buffer one after the other all get the same one, which costs
 * less than the pool and stays in the processor's caches. Thread-safe.
 */
public final class SpareBuffer {
    /** The size of each buffer. */
    public static final int BYTES = 64 * 1024;

    private final ByteBufferPool pool;
    private final AtomicReference<@Nullable RetainableByteBuffer> spare = new AtomicReference<>();

    /** Makes a spare that is taken from {@code pool} when it is first needed. */
    public SpareBuffer(ByteBufferPool pool) {
        this.pool = pool;
    }

    /** Returns a direct buffer of {@link #BYTES} with any content, for the caller to give back. */
    public RetainableByteBuffer acquire() {
        RetainableByteBuffer buffer = spare.getAndSet(null);
        return buffer == null ? pool.acquire(BYTES, /* direct= */ true) : buffer;
    }

    /** Takes back what {@link #acquire} has returned. */
    public void release(RetainableByteBuffer buffer) {
        if (!spare.compareAndSet(null, buffer)) {
            buffer.release();
        }
    }
}
