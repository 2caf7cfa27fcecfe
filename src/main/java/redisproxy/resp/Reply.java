package redisproxy.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;

/**
 * One reply that could not be written at once: it waits for a load, or for its turn behind one that does, or it is too
 * large for the output buffer. Filled in by whatever thread finishes the load; written by the connection.
 */
final class Reply implements LoadListener {
    private static final byte[] NOTHING = {};
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] NIL2 = "$-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NIL3 = "_\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Runnable resume;
    private final boolean resp3;

    /** Its size, as far as it was known when it was queued. */
    final int bytes;

    private byte[] prefix = NOTHING;
    private byte[] body = NOTHING;
    private int bodyOffset;
    private byte[] suffix = NOTHING;
    /** The part being written: prefix, body or suffix. */
    private int part;
    /** How much of that part has been written. */
    private int written;

    /** Publishes the fields above. */
    private volatile boolean ready;

    @Nullable
    Reply next;

    Reply(Runnable resume, boolean resp3, int bytes) {
        this.resume = resume;
        this.resp3 = resp3;
        this.bytes = bytes;
    }

    static byte[] nil(boolean resp3) {
        return resp3 ? NIL3 : NIL2;
    }

    boolean isReady() {
        return ready;
    }

    /** The reply is these bytes. */
    void encoded(byte[] encoded) {
        body = encoded;
        ready = true;
    }

    @Override
    public void loaded(Entry entry, Provenance provenance) {
        if (entry.isAbsent()) {
            encoded(nil(resp3));
        } else {
            value(entry);
        }
    }

    /** The reply is the value of this entry. */
    void value(Entry entry) {
        prefix = ("$" + entry.valueLength() + "\r\n").getBytes(StandardCharsets.US_ASCII);
        body = entry.array();
        bodyOffset = entry.valueOffset();
        suffix = LINE_END;
        ready = true;
    }

    @Override
    public void failed(BackingStoreException cause) {
        encoded(ReplyBuilder.error(cause.isErrorReply() ? cause.getMessage() : "ERR " + cause.getMessage()));
    }

    @Override
    public void flush() {
        resume.run();
    }

    @Override
    public Object recipient() {
        return resume;
    }

    /** Puts as much as fits into {@code out}; returns whether that was the rest. */
    boolean writeTo(ByteBuffer out) {
        while (part < 3) {
            byte[] source = part == 0 ? prefix : part == 1 ? body : suffix;
            int from = (part == 1 ? bodyOffset : 0) + written;
            int count = Math.min(source.length - from, out.remaining());
            out.put(source, from, count);
            if (from + count < source.length) {
                written += count;
                return false;
            }
            part++;
            written = 0;
        }
        return true;
    }
}
