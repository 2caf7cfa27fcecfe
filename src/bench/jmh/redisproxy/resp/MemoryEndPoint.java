package redisproxy.resp;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteArrayEndPoint;

/** A socket without a network: what is written is only counted. Not thread-safe. */
final class MemoryEndPoint extends ByteArrayEndPoint {
    private long written;

    long written() {
        return written;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) {
        for (ByteBuffer buffer : buffers) {
            written += buffer.remaining();
            buffer.position(buffer.limit());
        }
        return true;
    }
}
