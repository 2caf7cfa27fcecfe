package redisproxy.resp;

import java.util.Arrays;
import redisproxy.cache.Entry;

/** Puts a reply together from encoded parts and cached values, without copying the values. Not thread-safe. */
final class ReplyParts {
    private final byte[][] arrays;
    private final int[] bounds;
    private int count;

    ReplyParts(int mostParts) {
        arrays = new byte[mostParts][];
        bounds = new int[2 * mostParts];
    }

    void add(byte[] encoded) {
        add(encoded, 0, encoded.length);
    }

    /** Adds a bulk string, in three parts. */
    void addValue(Entry entry) {
        add(Reply.bulkLength(entry.valueLength()));
        add(entry.array(), entry.valueOffset(), entry.valueOffset() + entry.valueLength());
        add(Reply.LINE_END);
    }

    private void add(byte[] array, int from, int until) {
        arrays[count] = array;
        bounds[2 * count] = from;
        bounds[2 * count + 1] = until;
        count++;
    }

    void fill(Reply reply) {
        reply.parts(Arrays.copyOf(arrays, count), Arrays.copyOf(bounds, 2 * count));
    }
}
