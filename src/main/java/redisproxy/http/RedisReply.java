package redisproxy.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.RawReply;

/** Reads the replies of RESP2 that a write over HTTP gets. */
final class RedisReply {
    private static final int MAX_LINE_BYTES = 4 * 1024;

    private RedisReply() {}

    /** Returns whether the command was executed: {@code +OK}, and not nil, because of NX or XX. */
    static boolean isOk(RawReply reply) {
        return reply.type() == '+';
    }

    /** Returns whether the number is one: {@code :1}. */
    static boolean isOne(RawReply reply) {
        return firstLine(reply).equals(":1");
    }

    /** Returns the message of an error, or null if it is none. */
    static @Nullable String error(RawReply reply) {
        return reply.type() == '-' ? firstLine(reply).substring(1) : null;
    }

    /** Returns the bytes of a bulk string, or null if it is nil. They are the caller's. */
    static byte @Nullable [] value(RawReply reply) {
        String header = firstLine(reply);
        if (header.equals("$-1") || !header.startsWith("$")) {
            return null;
        }
        byte[] value = new byte[Integer.parseInt(header.substring(1))];
        int skip = header.length() + 2;
        int filled = 0;
        for (byte[] chunk : reply.chunks()) {
            int from = Math.min(skip, chunk.length);
            int count = Math.min(chunk.length - from, value.length - filled);
            System.arraycopy(chunk, from, value, filled, count);
            skip -= from;
            filled += count;
        }
        return filled == value.length ? value : Arrays.copyOf(value, filled);
    }

    private static String firstLine(RawReply reply) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte[] chunk : reply.chunks()) {
            for (byte next : chunk) {
                if (next == '\r' || line.size() == MAX_LINE_BYTES) {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
