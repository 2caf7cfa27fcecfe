package redisproxy.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.upstream.RawReply;

/** Encoded parts and cached values, one after the other, that are written without being copied first. Not thread-safe. */
final class ReplyParts {
    private final byte[][] arrays;

    /** For each array, where its bytes begin and end. */
    private final int[] bounds;

    private int count;
    private long size;

    /** The part being written. */
    private int part;
    /** How much of that part has been written. */
    private int written;

    ReplyParts(int mostParts) {
        arrays = new byte[mostParts][];
        bounds = new int[2 * mostParts];
    }

    static ReplyParts of(byte[] encoded) {
        ReplyParts parts = new ReplyParts(1);
        parts.add(encoded);
        return parts;
    }

    /** Returns the bytes of a reply of Redis, which are not copied. */
    static ReplyParts of(RawReply reply) {
        ReplyParts parts = new ReplyParts(reply.chunks().size());
        reply.chunks().forEach(parts::add);
        return parts;
    }

    /** Returns the bytes of replies or messages of Redis, one after the other, which are not copied. */
    static ReplyParts of(List<RawReply> replies) {
        ReplyParts parts = new ReplyParts(
                replies.stream().mapToInt(reply -> reply.chunks().size()).sum());
        replies.forEach(reply -> reply.chunks().forEach(parts::add));
        return parts;
    }

    void add(byte[] encoded) {
        add(encoded, 0, encoded.length);
    }

    /** Adds a bulk string, in three parts. */
    void addValue(Entry entry) {
        addBulk(entry.array(), entry.valueOffset(), entry.valueOffset() + entry.valueLength());
    }

    /** Adds a bulk string, in three parts. */
    void addBulk(byte[] array, int from, int until) {
        add(Reply.bulkLength(until - from));
        add(array, from, until);
        add(Reply.LINE_END);
    }

    private void add(byte[] array, int from, int until) {
        arrays[count] = array;
        bounds[2 * count] = from;
        bounds[2 * count + 1] = until;
        count++;
        size += until - from;
    }

    /** Returns the code of an error reply, such as {@code ERR}, or null if this is no error. */
    @Nullable
    String errorCode() {
        if (count == 0 || bounds[1] == bounds[0] || arrays[0][bounds[0]] != '-') {
            return null;
        }
        int start = bounds[0] + 1;
        int end = start;
        while (end < bounds[1] && arrays[0][end] > ' ') {
            end++;
        }
        return new String(arrays[0], start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Returns the size of all parts in bytes. */
    long size() {
        return size;
    }

    /** Puts as much as fits into {@code out}; returns whether that was all that was left. */
    boolean writeTo(ByteBuffer out) {
        while (part < count) {
            int from = bounds[2 * part] + written;
            int left = bounds[2 * part + 1] - from;
            int length = Math.min(left, out.remaining());
            out.put(arrays[part], from, length);
            if (length < left) {
                written += length;
                return false;
            }
            part++;
            written = 0;
        }
        return true;
    }
}
