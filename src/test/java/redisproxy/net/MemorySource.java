package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** A source in memory that takes part in no round: what a test sends and receives lies in arrays. */
final class MemorySource extends ByteArrayEndPoint implements ReadableSource {
    MemorySource(Scheduler scheduler) {
        super(scheduler, 0);
        setConnection(new Silent(this));
    }

    @Override
    public boolean flushOne(ByteBuffer buffer) throws IOException {
        return flush(buffer);
    }

    @Override
    public Round round() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void awaitReadable(RoundConnection connection) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void readAgain(RoundConnection connection) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean stopAwaiting() {
        return false;
    }

    @Override
    public int read(ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unread(byte[] source, int start, int end) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasUnread() {
        return false;
    }

    @Override
    public boolean failRead(Throwable cause) {
        return false;
    }

    @Override
    public boolean isBusy() {
        return false;
    }

    @Override
    public @Nullable RoundConnection takeReader() {
        return null;
    }

    @Override
    public void limitCosts(CostTurns turns) {}

    @Override
    public boolean isTakenTooSlowly(long now, long nanos) {
        return false;
    }

    /** Neither reads nor writes. */
    private static final class Silent extends AbstractConnection.NonBlocking {
        Silent(MemorySource source) {
            super(source, Runnable::run);
        }

        @Override
        public void onFillable() {}
    }
}
