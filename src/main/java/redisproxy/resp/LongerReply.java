package redisproxy.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import redisproxy.upstream.RawReply;

/** Adds to a reply of Redis. */
final class LongerReply {
    private LongerReply() {}

    /**
     * Returns a list, set or map with more elements, or a number that is larger by as many; errors and all else as they are.
     *
     * @param more how many elements, or pairs of a map of RESP3, there are in {@code tail}
     * @param tail the elements, encoded for the version of the protocol of the reply
     */
    static RawReply of(RawReply reply, int more, byte[] tail) {
        byte type = reply.type();
        boolean isNumber = type == ':';
        if (!isNumber && type != '*' && type != '~' && type != '%') {
            return reply;
        }
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        List<byte[]> rest = new ArrayList<>();
        boolean isHead = true;
        for (byte[] chunk : reply.chunks()) {
            int from = 0;
            while (isHead && from < chunk.length) {
                head.write(chunk[from]);
                isHead = chunk[from] != '\n';
                from++;
            }
            if (from < chunk.length) {
                rest.add(from == 0 ? chunk : Arrays.copyOfRange(chunk, from, chunk.length));
            }
        }
        long count = Long.parseLong(
                head.toString(StandardCharsets.US_ASCII).substring(1).strip());
        if (count < 0) {
            return reply;
        }
        String line = (char) type + Long.toString(count + more) + "\r\n";
        rest.add(0, line.getBytes(StandardCharsets.US_ASCII));
        if (!isNumber) {
            rest.add(tail);
        }
        return new RawReply(rest);
    }
}
