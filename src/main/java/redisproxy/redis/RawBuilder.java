package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import redisproxy.cache.LargeArrays;
import redisproxy.upstream.RawReply;

/** Bytes on the wire that are put together. Not thread-safe. */
final class RawBuilder {
    private byte[] bytes = new byte[256];
    private int size;

    /** Adds a part of an array. */
    void add(byte[] from, int begin, int length) {
        if (length > bytes.length - size) {
            long most = Math.max(2L * bytes.length, (long) size + length);
            bytes = LargeArrays.grow(bytes, (int) Math.min(most, Integer.MAX_VALUE - 8));
        }
        System.arraycopy(from, begin, bytes, size, length);
        size += length;
    }

    /** Adds a text and a line end. */
    void line(String latin1) {
        byte[] line = (latin1 + "\r\n").getBytes(ISO_8859_1);
        add(line, 0, line.length);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    RawReply toReply() {
        return new RawReply(List.of(toBytes()));
    }

    /** Returns a reply of one line. */
    static RawReply reply(String latin1) {
        RawBuilder line = new RawBuilder();
        line.line(latin1);
        return line.toReply();
    }
}
