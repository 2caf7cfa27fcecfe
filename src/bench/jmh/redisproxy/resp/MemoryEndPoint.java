package redisproxy.resp;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import redisproxy.net.CostTurns;
import redisproxy.net.ReadableSource;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;

/** A socket without a network: what is written is only counted, and nothing can be read. Not thread-safe. */
final class MemoryEndPoint extends ByteArrayEndPoint implements ReadableSource {
    private long written;

    long written() {
        return written;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) {
        for (ByteBuffer buffer : buffers) {
            flushOne(buffer);
        }
        return true;
    }

    @Override
    public boolean flushOne(ByteBuffer buffer) {
        written += buffer.remaining();
        buffer.position(buffer.limit());
        return true;
    }

    @Override
    public Round round() {
        throw writeOnly();
    }

    @Override
    public void awaitReadable(RoundConnection connection) {
        throw writeOnly();
    }

    @Override
    public void readAgain(RoundConnection connection) {
        throw writeOnly();
    }

    @Override
    public boolean stopAwaiting() {
        throw writeOnly();
    }

    @Override
    public int read(ByteBuffer buffer) {
        throw writeOnly();
    }

    @Override
    public void unread(byte[] source, int start, int end) {
        throw writeOnly();
    }

    @Override
    public boolean hasUnread() {
        throw writeOnly();
    }

    @Override
    public boolean failRead(Throwable cause) {
        throw writeOnly();
    }

    @Override
    public boolean isBusy() {
        throw writeOnly();
    }

    @Override
    public RoundConnection takeReader() {
        throw writeOnly();
    }

    @Override
    public void limitCosts(CostTurns turns) {
        throw writeOnly();
    }

    @Override
    public boolean isTakenTooSlowly(long now, long nanos) {
        throw writeOnly();
    }

    private static IllegalStateException writeOnly() {
        return new IllegalStateException("the benchmark only writes");
    }
}
