package redisproxy.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.net.OrderedQueue;

/**
 * One reply that could not be written at once: it waits for a load, or for its turn behind a reply that does, or it is too large
 * for the output buffer. The thread that ends the load completes it; the connection writes it.
 */
final class Reply implements LoadListener, OrderedQueue.Pending {
    static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] NIL2 = "$-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NIL3 = "_\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Runnable resume;
    private final boolean resp3;

    /** The arrays that the reply is made of. */
    private byte[][] parts = {};

    /** For each array, where its bytes begin and end. */
    private int[] bounds = {};

    /** The part being written. */
    private int part;
    /** How much of that part has been written. */
    private int written;

    /** Publishes the fields above to the connection. */
    private volatile boolean ready;

    /**
     * Makes a reply that is not complete yet.
     *
     * @param resume called when a load has completed the reply; the same for all replies of a connection
     * @param resp3 whether the client speaks RESP3
     */
    Reply(Runnable resume, boolean resp3) {
        this.resume = resume;
        this.resp3 = resp3;
    }

    static byte[] nil(boolean resp3) {
        return resp3 ? NIL3 : NIL2;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    /** Completes the reply with these bytes. */
    void encoded(byte[] encoded) {
        parts(new byte[][] {encoded}, new int[] {0, encoded.length});
    }

    /** Completes the reply with these arrays, one after the other, each between its beginning and its end. */
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

    /** Completes the reply with the value of this entry. */
    void value(Entry entry) {
        slice(entry, 0, entry.valueLength());
    }

    /** Completes the reply with the bytes of this entry's value from {@code from}, before {@code until}. */
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

    /** Returns the size in bytes of a reply that is ready. */
    int size() {
        long size = 0;
        for (int i = 0; i < parts.length; i++) {
            size += bounds[2 * i + 1] - bounds[2 * i];
        }
        return (int) Math.min(Integer.MAX_VALUE, size);
    }

    /** Puts as much as fits into {@code out}; returns whether that was all that was left. */
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
