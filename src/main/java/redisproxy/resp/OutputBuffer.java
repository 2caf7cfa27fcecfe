package redisproxy.resp;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.net.Decimals;
import redisproxy.net.SpareBuffer;

/** Encoded replies that have not been written. Takes memory only while it holds something. Not thread-safe. */
final class OutputBuffer {
    static final int BYTES = SpareBuffer.BYTES;

    private final SpareBuffer memory;

    private @Nullable RetainableByteBuffer pooled;
    /** Holds the replies before its position, until {@link #toWrite}. */
    private @Nullable ByteBuffer buffer;

    OutputBuffer(SpareBuffer memory) {
        this.memory = memory;
    }

    ByteBuffer buffer() {
        if (buffer == null) {
            pooled = memory.acquire();
            buffer = pooled.getByteBuffer().clear();
        }
        return buffer;
    }

    int room() {
        return buffer == null ? BYTES : buffer.remaining();
    }

    /** Returns how many bytes are held. Any thread may call this, and may see what was held a moment ago. */
    int size() {
        ByteBuffer held = buffer;
        return held == null ? 0 : held.position();
    }

    /** Returns how much memory is held. Any thread may call this, as {@link #size}. */
    int capacity() {
        return buffer == null ? 0 : BYTES;
    }

    boolean isEmpty() {
        return buffer == null || buffer.position() == 0;
    }

    void put(byte[] encoded) {
        buffer().put(encoded);
    }

    /** Puts a reply for which there must be room. */
    void put(ReplyParts encoded) {
        boolean unused = encoded.writeTo(buffer());
    }

    /** Puts {@code $<length>\r\n<value>\r\n}. */
    void putBulk(Entry entry) {
        ByteBuffer out = buffer();
        out.put((byte) '$');
        Decimals.put(out, entry.valueLength());
        out.put((byte) '\r').put((byte) '\n');
        entry.putValue(out);
        out.put((byte) '\r').put((byte) '\n');
    }

    /** Returns all that is held, for one write. Nothing may be put from then until {@link #clear}. */
    ByteBuffer toWrite() {
        return buffer().flip();
    }

    void clear() {
        if (buffer != null) {
            buffer.clear();
        }
    }

    void release() {
        buffer = null;
        if (pooled != null) {
            memory.release(pooled);
            pooled = null;
        }
    }
}
