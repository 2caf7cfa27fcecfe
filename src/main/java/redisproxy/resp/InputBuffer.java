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
 * The bytes of a client that have been read and not yet executed. They lie in the memory of a round until {@link
 * #detach}; or in memory of the pool, which is given back when the buffer is empty; or in larger memory once so many
 * bytes of one request have arrived. Not thread-safe.
 */
final class InputBuffer {
    private static final byte[] NO_BYTES = {};

    /** Requests of up to this size do not count against the budget, so that other clients cannot have them refused. */
    private static final int FREE_BYTES = 64 * 1024;

    private final ByteBufferPool pool;
    private final int initialBytes;
    private final int maxBytes;
    private final InputBudget budget;

    /** The bytes that are taken from the budget. */
    private long taken;

    private @Nullable RetainableByteBuffer pooled;
    /** In Jetty's flush mode: the bytes lie between position and limit. Null if they are in a round's memory, or if none are. */
    private @Nullable ByteBuffer buffer;

    private byte[] array = NO_BYTES;
    private int start;
    private int end;

    /**
     * Makes a buffer.
     *
     * @param initialBytes the size of the memory that it takes from the pool at first
     * @param maxBytes the most bytes that one request may take
     * @param budget larger memory is taken from it
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
     * Reads once, without blocking; returns the number of bytes, or -1 at the end of the input.
     *
     * @throws RespProtocolException if the request is too big
     */
    int fill(EndPoint endPoint) throws IOException, RespProtocolException {
        ByteBuffer target = withRoom();
        int filled = endPoint.fill(target);
        holds(target, target.position(), target.limit());
        return filled;
    }

    /** Reads as {@link #fill(EndPoint)} does, but into the memory of the round if the buffer is empty. */
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

    /** Moves the bytes that are left out of the memory of a round. */
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
