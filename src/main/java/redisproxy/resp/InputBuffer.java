package redisproxy.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import redisproxy.net.ClientShare;
import redisproxy.net.ReadableSource;
import redisproxy.net.Round;

/**
 * The bytes of a client that have been read and not yet executed. They lie in the memory of a round until {@link
 * #detach}; or in memory of the pool, which is given back when the buffer is empty; or in larger memory once so many
 * bytes of one request have arrived. Not thread-safe.
 */
final class InputBuffer {
    private static final byte[] NO_BYTES = {};

    /** The pool keeps what is given back, so that larger memory is not taken from it. */
    private static final int MAX_POOLED_BYTES = 64 * 1024;

    /** What is read at once is parsed at once, and others wait meanwhile. */
    private static final int MAX_READ_BYTES = 64 * 1024;

    private final ByteBufferPool pool;
    private final int initialBytes;
    private final int maxBytes;
    private final ClientShare share;

    /** What is held beside the bytes. */
    private int besideBytes;

    private @Nullable RetainableByteBuffer pooled;
    /** In Jetty's flush mode: the bytes lie between position and limit. Null if they are in a round's memory, or if none are. */
    private @Nullable ByteBuffer buffer;

    /** How much of the present request has been dropped. */
    private long dropped;

    private byte[] array = NO_BYTES;
    private int start;
    private int end;

    /**
     * Makes a buffer.
     *
     * @param initialBytes the size of the memory that it takes from the pool at first
     * @param maxBytes the most bytes that one request may take
     * @param share what is held counts as the client's
     */
    InputBuffer(ByteBufferPool pool, int initialBytes, int maxBytes, ClientShare share) {
        this.share = share;
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

    /** Returns how many more bytes the own memory has room for. Any thread may call this, and may see the room a moment ago. */
    int room() {
        ByteBuffer own = buffer;
        return own == null ? 0 : Math.max(0, own.arrayOffset() + own.capacity() - end);
    }

    void consume(int bytes) {
        start += bytes;
    }

    /** Drops bytes of a request that goes on behind them. */
    void drop(int bytes) {
        start += bytes;
        dropped += bytes;
    }

    /** The request of which bytes have been dropped ends here. */
    void endDrop() {
        dropped = 0;
    }

    /** Returns how many bytes have arrived of what is not executed yet. */
    long arrivedBytes() {
        return dropped + end - start;
    }

    /** Returns whether nothing has arrived of a request that is not executed yet. */
    boolean isBetweenRequests() {
        return start == end && dropped == 0;
    }

    /**
     * Reads once, without blocking; returns the number of bytes, or -1 at the end of the input.
     *
     * @throws RespProtocolException if the request is too big
     */
    int fill(EndPoint endPoint) throws IOException, RespProtocolException {
        ByteBuffer target = withRoom();
        int filled = fill(endPoint, target);
        holds(target, target.position(), target.limit());
        return filled;
    }

    private static int fill(EndPoint endPoint, ByteBuffer target) throws IOException {
        if (target.capacity() <= MAX_READ_BYTES) {
            return endPoint.fill(target);
        }
        if (target.limit() == target.capacity()) {
            BufferUtil.compact(target);
        }
        int end = target.limit();
        ByteBuffer part = target.duplicate().limit(Math.min(target.capacity(), end + MAX_READ_BYTES));
        int filled = endPoint.fill(part.position(end).slice().limit(0));
        target.limit(end + Math.max(0, filled));
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
        besideBytes = 0;
        // What was held is given back already if the client has been closed.
        boolean unused = share.hold(0);
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
        // Not refused, but for a client that has been closed.
        boolean unused = share.hold((long) initialBytes + besideBytes);
        pooled = pool.acquire(initialBytes, /* direct= */ false);
        return pooled.getByteBuffer();
    }

    private ByteBuffer grown(ByteBuffer full) throws RespProtocolException {
        if (full.capacity() >= maxBytes) {
            throw new RespProtocolException("too big request (one may take %d bytes)".formatted(maxBytes));
        }
        int capacity = (int) Math.min(maxBytes, 2L * full.capacity());
        // Both exist while the bytes are copied.
        hold((long) full.capacity() + capacity);
        ByteBuffer larger;
        if (capacity <= MAX_POOLED_BYTES) {
            RetainableByteBuffer fromPool = pool.acquire(capacity, /* direct= */ false);
            larger = fromPool.getByteBuffer();
            BufferUtil.append(larger, full);
            releaseMemory();
            pooled = fromPool;
        } else {
            larger = ByteBuffer.allocate(capacity);
            larger.put(full).flip();
            releaseMemory();
        }
        hold(capacity);
        return larger;
    }

    /** Returns how many bytes are held of an incomplete request elsewhere. */
    int besideBytes() {
        return besideBytes;
    }

    /**
     * Notes that so many bytes are held of an incomplete request elsewhere.
     *
     * @throws RespProtocolException if there is no memory for as many
     */
    void holdBeside(int bytes) throws RespProtocolException {
        if (bytes != besideBytes) {
            besideBytes = bytes;
            hold(buffer == null ? 0 : buffer.capacity());
        }
    }

    private void hold(long ownBytes) throws RespProtocolException {
        if (!share.hold(ownBytes + besideBytes)) {
            throw new RespProtocolException("too big request (the requests of all clients together may take %d bytes)"
                    .formatted(share.mostOfAll()));
        }
    }

    private void releaseMemory() {
        if (pooled != null) {
            pooled.release();
            pooled = null;
        }
    }
}
