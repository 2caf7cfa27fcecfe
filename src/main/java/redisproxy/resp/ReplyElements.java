package redisproxy.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import redisproxy.upstream.RawReply;

/** The elements of a list that Redis has replied. */
final class ReplyElements {
    private ReplyElements() {}

    /**
     * Returns a list with others in the places of some of its elements, which are counted from 0; all else as it is. Copies the reply, and
     * calls {@code step} after each element.
     */
    static RawReply replace(RawReply reply, Map<Integer, byte[]> others, Runnable step) {
        if (reply.type() != '*') {
            return reply;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        reply.chunks().forEach(whole::writeBytes);
        byte[] bytes = whole.toByteArray();
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        int at = lineEnd(bytes, 0);
        changed.write(bytes, 0, at);
        for (int i = 0; at < bytes.length; i++) {
            int end = end(bytes, at);
            byte[] other = others.get(i);
            if (other == null) {
                changed.write(bytes, at, end - at);
            } else {
                changed.writeBytes(other);
            }
            at = end;
            step.run();
        }
        return new RawReply(List.of(changed.toByteArray()));
    }

    /** Returns where the value ends that begins there. The framing has been checked. */
    private static int end(byte[] bytes, int from) {
        int at = from;
        for (long left = 1; left > 0; left--) {
            int line = lineEnd(bytes, at);
            switch (bytes[at]) {
                case '*', '~', '>' -> left += Math.max(0, number(bytes, at, line));
                case '%' -> left += 2 * number(bytes, at, line);
                // The value that it is about follows.
                case '|' -> left += 2 * number(bytes, at, line) + 1;
                case '$', '=', '!' -> {
                    long length = number(bytes, at, line);
                    line = length < 0 ? line : Math.toIntExact(line + length + 2);
                }
                default -> {}
            }
            at = line;
        }
        return at;
    }

    private static long number(byte[] bytes, int from, int lineEnd) {
        return Long.parseLong(new String(bytes, from + 1, lineEnd - from - 3, StandardCharsets.US_ASCII));
    }

    private static int lineEnd(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }
}
