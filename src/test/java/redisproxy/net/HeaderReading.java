package redisproxy.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/** What became of bytes that were read as a header of the PROXY protocol. */
record HeaderReading(
        boolean isComplete,
        @Nullable InetSocketAddress source,
        int taken,
        @Nullable String error) {
    /** Reads bytes that arrive in two pieces. */
    static HeaderReading of(byte[] input, int split) {
        ProxyHeader header = new ProxyHeader();
        int taken = 0;
        while (taken < input.length) {
            ByteBuffer room = header.room();
            int free = BufferUtil.flipToFill(room);
            int until = taken < split ? split : input.length;
            int count = Math.min(room.remaining(), until - taken);
            if (free != 0 || count == 0) {
                throw new AssertionError("no room for more, after %d bytes".formatted(taken));
            }
            room.put(input, taken, count);
            taken += count;
            try {
                if (header.take(count)) {
                    return new HeaderReading(true, header.source(), taken, null);
                }
            } catch (ProxyHeader.MalformedException e) {
                return new HeaderReading(false, null, taken, e.getMessage());
            }
        }
        return new HeaderReading(false, null, taken, null);
    }
}
