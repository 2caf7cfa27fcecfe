package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import redisproxy.upstream.RawReply;

/** A value within a {@link RawReply}, which is known to be framed as RESP. Immutable. */
final class RawValue {
    private final byte[] bytes;
    private final int begin;
    private final int end;

    private RawValue(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.begin = begin;
        this.end = end;
    }

    /** Returns the value that a reply is. Copies a reply of several chunks. */
    static RawValue of(RawReply reply) {
        List<byte[]> chunks = reply.chunks();
        byte[] bytes = chunks.get(0);
        if (chunks.size() > 1) {
            RawBuilder all = new RawBuilder();
            chunks.forEach(chunk -> all.add(chunk, 0, chunk.length));
            bytes = all.toBytes();
        }
        return new RawValue(bytes, 0, bytes.length);
    }

    char type() {
        return (char) (bytes[begin] & 0xFF);
    }

    private int lineEnd(int from) {
        int at = from;
        while (bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    /** Returns the first line without its type. */
    String line() {
        return new String(bytes, begin + 1, lineEnd(begin) - begin - 1, ISO_8859_1);
    }

    /** Returns a number, or the one that is in the first line of another value; 0 if there is none. */
    long number() {
        try {
            return Long.parseLong(line());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    boolean isNull() {
        return type() == '_' || ((type() == '$' || type() == '*') && number() < 0);
    }

    /** Returns what a bulk string is. */
    String text() {
        int from = lineEnd(begin) + 2;
        return new String(bytes, from, end - 2 - from, ISO_8859_1);
    }

    /** Returns the elements of an aggregate, the names and values of a map in turn. */
    List<RawValue> elements() {
        List<RawValue> elements = new ArrayList<>();
        long count = type() == '%' ? 2 * number() : number();
        int at = lineEnd(begin) + 2;
        for (long i = 0; i < count; i++) {
            int next = endOf(at);
            elements.add(new RawValue(bytes, at, next));
            at = next;
        }
        return elements;
    }

    /** Adds the bytes of the value. */
    void addTo(RawBuilder builder) {
        builder.add(bytes, begin, end - begin);
    }

    /** Adds the bytes of the elements of an aggregate. */
    void addElementsTo(RawBuilder builder) {
        int body = lineEnd(begin) + 2;
        builder.add(bytes, body, end - body);
    }

    private int endOf(int from) {
        int at = from;
        long left = 1;
        while (left > 0) {
            left--;
            RawValue value = new RawValue(bytes, at, bytes.length);
            at = lineEnd(at) + 2;
            switch (value.type()) {
                case '$', '=', '!' -> at += value.number() < 0 ? 0 : (int) value.number() + 2;
                case '*', '~', '>' -> left += Math.max(0, value.number());
                case '%' -> left += 2 * value.number();
                case '|' -> left += 2 * value.number() + 1;
                default -> {}
            }
        }
        return at;
    }
}
