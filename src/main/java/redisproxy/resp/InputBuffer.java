package redisproxy.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import redisproxy.net.ReadableSource;
import redisproxy.net.Round;

/**
 * What has been read of a client and not been executed. It lies in a round's memory until {@link #detach}, or in memory
 * of the pool, which goes back as soon as nothing is held, or in larger memory when that many bytes of one request have
 * really arrived. Not thread-safe.
 */
final class InputBuffer {
    private static final byte[] NO_BYTES = {};

    /** Requests of ordinary size are not to be refused for what others send. */
    private static final int FREE_BYTES = 64 * 1024;

    private final ByteBufferPool pool;
    private final int initialBytes;
    private final int maxBytes;
    private final InputBudget budget;

    /** What is taken from the budget. */
    private long taken;

    private @Nullable RetainableByteBuffer pooled;
    /** In Jetty's flush mode: what is held lies between position and limit. Null if what is held is in a round's memory, or nothing is. */
    private @Nullable ByteBuffer buffer;

    private byte[] array = NO_BYTES;
    private int start;
    private int end;

    /**
     * Makes a buffer.
     *
     * @param initialBytes what it takes of the pool
     * @param maxBytes the most that one request may take
     * @param budget what it takes more is taken from
     */
    InputBuffer(ByteBufferPool pool, int initialBytes, int maxBytes, InputBudget budget) {
        this.budget = budget;
        this.pool = pool;
        this.initialBytes = initialBytes;
        this.maxBytes = maxBytes;
    }

    byte[] array() {
        return array;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    void consume(int bytes) {
        start += bytes;
    }

    /**
     * Reads once, without blocking; returns how many bytes, or -1 at the end of the input.
     *
     * @throws RespProtocolException if what is held would take too much
     */
    int fill(EndPoint endPoint) throws IOException, RespProtocolException {
        ByteBuffer target = withRoom();
        int filled = endPoint.fill(target);
        holds(target, target.position(), target.limit());
        return filled;
    }

    /** As {@link #fill(EndPoint)}, into the memory of the round if nothing is held yet. */
    int fill(ReadableSource endPoint, Round round) throws IOException, RespProtocolException {
        if (buffer != null) {
            return fill(endPoint);
        }
        int filled = round.read(endPoint);
        array = round.input();
        end = round.inputEnd();
        start = end - Math.max(filled, 0);
        return filled;
    }

    /** Moves what is held, if anything, out of the memory of a round. */
    void detach() {
        if (buffer == null && start < end) {
            ByteBuffer own = acquire();
            BufferUtil.append(own, array, start, end - start);
            buffer = own;
            holds(own, own.position(), own.limit());
        }
    }

    boolean isEmpty() {
        return start == end;
    }

    void releaseIfEmpty() {
        if (start == end) {
            release();
        }
    }

    void release() {
        array = NO_BYTES;
        start = 0;
        end = 0;
        buffer = null;
        releaseMemory();
        budget.giveBack(taken);
        taken = 0;
    }

    private void holds(ByteBuffer memory, int from, int to) {
        array = memory.array();
        start = memory.arrayOffset() + from;
        end = memory.arrayOffset() + to;
    }

    private ByteBuffer withRoom() throws RespProtocolException {
        if (buffer == null) {
            buffer = acquire();
        } else if (start == end) {
            buffer.position(0).limit(0);
        } else {
            buffer.position(start - buffer.arrayOffset());
            if (buffer.remaining() == buffer.capacity()) {
                buffer = grown(buffer);
            }
        }
        return buffer;
    }

    private ByteBuffer acquire() {
        pooled = pool.acquire(initialBytes, /* direct= */ false);
        return pooled.getByteBuffer();
    }

    private ByteBuffer grown(ByteBuffer full) throws RespProtocolException {
        if (full.capacity() >= maxBytes) {
            throw new RespProtocolException("too big request (one may take %d bytes)".formatted(maxBytes));
        }
        int capacity = (int) Math.min(maxBytes, 2L * full.capacity());
        if (capacity <= FREE_BYTES) {
            RetainableByteBuffer larger = pool.acquire(capacity, /* direct= */ false);
            BufferUtil.append(larger.getByteBuffer(), full);
            releaseMemory();
            pooled = larger;
            return larger.getByteBuffer();
        }
        budget.take(capacity);
        long before = taken;
        taken += capacity;
        ByteBuffer larger = ByteBuffer.allocate(capacity);
        larger.put(full).flip();
        releaseMemory();
        budget.giveBack(before);
        taken = capacity;
        return larger;
    }

    private void releaseMemory() {
        if (pooled != null) {
            pooled.release();
            pooled = null;
        }
    }
}
