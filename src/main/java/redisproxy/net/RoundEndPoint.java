package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** A {@link ReadableSource} that reads its socket as it is, without TLS. Thread-safe as Jetty's end points are. */
public final class RoundEndPoint extends SocketChannelEndPoint implements ReadableSource {
    /*
     * Watching
     * --------
     * Jetty stops to watch a socket that has become readable, and watches it again when it is asked to. Both take locks.
     * A reader mostly awaits more input in the round that serves it. So the socket stays watched as long as it finds a
     * reader each time, and Jetty is not told. If there is input and no reader, or none that may read now, Jetty stops
     * watching as usual. A reader that comes from another thread always asks Jetty: it does not know which came first.
     */
    private final Round round;
    private volatile SelectionKey key;
    private volatile @Nullable RoundConnection reader;
    /** Nothing may be read until the costs of earlier requests have been paid. */
    private volatile boolean paying;

    /** Jetty watches the socket for input. Only the selector's thread uses it. */
    private boolean watched;
    /** Jetty has selected the socket and has not been told. Only the selector's thread uses it. */
    private boolean untold;

    private final PacedReads reads = new PacedReads(this::readSocket);
    private final WriteMeter writeMeter = new WriteMeter(System.nanoTime());

    RoundEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler, Round round) {
        super(channel, selector, key, scheduler);
        this.key = key;
        this.round = round;
    }

    @Override
    public Round round() {
        return round;
    }

    @Override
    public void awaitReadable(RoundConnection connection) {
        reader = connection;
        if (!paysFirst() && !(round.isServing() && watched)) {
            super.needsFillInterest();
        }
    }

    @Override
    public void readAgain(RoundConnection connection) {
        reader = connection;
        long wait = reads.payForCosts();
        if (wait > 0) {
            getScheduler().schedule(() -> round.serveAgain(this), wait, TimeUnit.NANOSECONDS);
        } else {
            round.serveAgain(this);
        }
    }

    @Override
    public boolean stopAwaiting() {
        return takeReader() != null;
    }

    @Override
    public @Nullable RoundConnection takeReader() {
        RoundConnection taken = reader;
        reader = null;
        return taken;
    }

    @Override
    public void upgrade(Connection newConnection) {
        reader = null;
        reads.endTurns();
        super.upgrade(newConnection);
    }

    @Override
    public void unread(byte[] source, int start, int end) {
        reads.unread(source, start, end);
    }

    @Override
    public boolean hasUnread() {
        return reads.hasUnread();
    }

    @Override
    public boolean failRead(Throwable cause) {
        return getFillInterest().onFail(cause);
    }

    @Override
    public boolean isBusy() {
        return reads.isBusy();
    }

    @Override
    public @Nullable Runnable onSelected() {
        int ready = key.readyOps();
        untold = ready == SelectionKey.OP_READ && mayBeServed() && !reads.isBusy();
        watched = untold;
        if (untold) {
            round.add(this);
            return null;
        }
        Runnable task = super.onSelected();
        boolean isWritable = (ready & SelectionKey.OP_WRITE) != 0;
        // Asked after Jetty has stopped watching: it did not hear a reader that came before that.
        boolean isServed = (ready & SelectionKey.OP_READ) != 0 && mayBeServed();
        if (isServed) {
            round.add(this);
        }
        // The task reads, and does what waits for the socket to become writable. It finds no reader of a round.
        return isWritable || (!isServed && !paying && isFillInterested()) ? task : null;
    }

    private boolean mayBeServed() {
        return reader != null && !paying;
    }

    @Override
    public void updateKey() {
        if (untold) {
            untold = false;
        } else {
            super.updateKey();
        }
    }

    @Override
    public void replaceKey(SelectionKey newKey) {
        super.replaceKey(newKey);
        key = newKey;
    }

    @Override
    protected void needsFillInterest() {
        if (!paysFirst()) {
            super.needsFillInterest();
        }
    }

    /** Returns whether costs are to be paid first; then the socket is watched once they are. */
    private boolean paysFirst() {
        long wait = reads.payForCosts();
        if (wait <= 0) {
            return false;
        }
        paying = true;
        getScheduler().schedule(this::endPayment, wait, TimeUnit.NANOSECONDS);
        return true;
    }

    private void endPayment() {
        paying = false;
        super.needsFillInterest();
    }

    @Override
    public int read(ByteBuffer buffer) {
        return reads.read(buffer);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int start = BufferUtil.flipToFill(buffer);
        int count = reads.readEither(buffer);
        BufferUtil.flipToFlush(buffer, start);
        return count;
    }

    private int readSocket(ByteBuffer buffer) {
        if (isInputShutdown()) {
            return -1;
        }
        int count;
        try {
            count = getChannel().read(buffer);
        } catch (IOException e) {
            count = -1;
        }
        if (count < 0) {
            shutdownInput();
        } else if (count > 0) {
            round.traffic().receive(count);
            noteUse();
        }
        reads.noteBusy(!buffer.hasRemaining());
        return count;
    }

    @Override
    public void limitCosts(CostTurns turns) {
        reads.limitCosts(turns);
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (buffers.length == 1) {
            return flushOne(buffers[0]);
        }
        long before = BufferUtil.remaining(buffers);
        boolean isWhole = super.flush(buffers);
        noteWritten(before - BufferUtil.remaining(buffers));
        return isWhole;
    }

    /** A plain write costs less than gathering. */
    @Override
    public boolean flushOne(ByteBuffer buffer) throws IOException {
        try {
            int count = getChannel().write(buffer);
            if (count > 0) {
                noteUse();
                noteWritten(count);
            }
        } catch (IOException e) {
            throw new EofException(e);
        }
        return !buffer.hasRemaining();
    }

    @Override
    public boolean isTakenTooSlowly(long now, long nanos) {
        return writeMeter.isTakenTooSlowly(getWriteFlusher().isPending(), now, nanos);
    }

    private void noteWritten(long bytes) {
        round.traffic().send(bytes);
        // Without an idle timeout, nothing else asks for what has been written.
        if (getIdleTimeout() > 0) {
            writeMeter.noteWritten(bytes);
        }
    }

    private void noteUse() {
        if (getIdleTimeout() > 0) {
            notIdle();
        }
    }
}
