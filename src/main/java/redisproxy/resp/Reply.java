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
    static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] NIL2 = "$-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NIL3 = "_\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Runnable resume;
    private final boolean resp3;

    /** Its size, or what it was taken to be when it was queued. */
    final int bytes;

    /** What the reply is made of: arrays, and for each where its bytes begin and end. */
    private byte[][] parts = {};

    private int[] bounds = {};

    /** The part being written. */
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
        parts(new byte[][] {encoded}, new int[] {0, encoded.length});
    }

    /** The reply is these parts, one after the other; {@code bounds} tells the beginning and the end of each. */
    void parts(byte[][] arrays, int[] beginningsAndEnds) {
        parts = arrays;
        bounds = beginningsAndEnds;
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
        slice(entry, 0, entry.valueLength());
    }

    /** The reply is the bytes of this entry's value between the two indices, the first one included. */
    void slice(Entry entry, int from, int until) {
        byte[] prefix = bulkLength(until - from);
        int offset = entry.valueOffset();
        parts(
                new byte[][] {prefix, entry.array(), LINE_END},
                new int[] {0, prefix.length, offset + from, offset + until, 0, LINE_END.length});
    }

    /** Returns the line before a bulk string. */
    static byte[] bulkLength(int length) {
        return ("$" + length + "\r\n").getBytes(StandardCharsets.US_ASCII);
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

    /** Returns its size in bytes; once it is ready. */
    int size() {
        long size = 0;
        for (int i = 0; i < parts.length; i++) {
            size += bounds[2 * i + 1] - bounds[2 * i];
        }
        return (int) Math.min(Integer.MAX_VALUE, size);
    }

    /** Puts as much as fits into {@code out}; returns whether that was the rest. */
    boolean writeTo(ByteBuffer out) {
        while (part < parts.length) {
            int from = bounds[2 * part] + written;
            int left = bounds[2 * part + 1] - from;
            int count = Math.min(left, out.remaining());
            out.put(parts[part], from, count);
            if (count < left) {
                written += count;
                return false;
            }
            part++;
            written = 0;
        }
        return true;
    }
}
