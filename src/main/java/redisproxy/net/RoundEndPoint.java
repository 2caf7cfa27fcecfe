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
    /** The last read of the socket filled all the room that there was. */
    private volatile boolean busy;
    /** Nothing may be read until the costs of earlier requests have been paid. */
    private volatile boolean paying;

    /** Jetty watches the socket for input. Only the selector's thread uses it. */
    private boolean watched;
    /** Jetty has selected the socket and has not been told. Only the selector's thread uses it. */
    private boolean untold;

    private final Pushback pushback = new Pushback();
    private final WriteMeter writeMeter = new WriteMeter(System.nanoTime());
    private @Nullable CostTurns costTurns;

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
        long wait = payForCosts();
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
        if (costTurns != null) {
            costTurns.readInTurns(false);
        }
        super.upgrade(newConnection);
    }

    @Override
    public void unread(byte[] source, int start, int end) {
        pushback.put(source, start, end);
    }

    @Override
    public boolean hasUnread() {
        return !pushback.isEmpty();
    }

    @Override
    public boolean failRead(Throwable cause) {
        return getFillInterest().onFail(cause);
    }

    @Override
    public boolean isBusy() {
        return busy;
    }

    @Override
    public @Nullable Runnable onSelected() {
        int ready = key.readyOps();
        untold = ready == SelectionKey.OP_READ && mayBeServed() && !busy;
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
        long wait = payForCosts();
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
        // A few more bytes of the socket would not be worth a system call.
        boolean isEnough = pushback.size() > buffer.remaining() / 2;
        int again = pushback.moveTo(buffer);
        if (isEnough) {
            return again;
        }
        int count = readSome(buffer);
        return again == 0 ? count : again + Math.max(0, count);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (hasUnread() || turnsToTake() != null) {
            int start = BufferUtil.flipToFill(buffer);
            int count = hasUnread() ? pushback.moveTo(buffer) : readSome(buffer);
            BufferUtil.flipToFlush(buffer, start);
            return count;
        }
        int count = super.fill(buffer);
        round.traffic().receive(Math.max(0, count));
        noteRoom(BufferUtil.space(buffer));
        return count;
    }

    @SuppressWarnings("ThreadPriorityCheck") // it is for the latency of others, and right without it
    private int readSome(ByteBuffer buffer) {
        CostTurns turns = turnsToTake();
        if (turns == null) {
            return readSocket(buffer);
        }
        if (turns.isDue()) {
            return 0;
        }
        Thread.yield();
        buffer.limit(Math.min(buffer.limit(), buffer.position() + turns.bytesAtOnce()));
        return turns.noteRead(readSocket(buffer));
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
        noteRoom(buffer.remaining());
        return count;
    }

    private void noteRoom(int room) {
        boolean isBusy = room == 0;
        // Mostly it is so already, and a volatile write costs more than a read.
        if (busy != isBusy) {
            busy = isBusy;
        }
    }

    @Override
    public void limitCosts(CostTurns turns) {
        costTurns = turns;
    }

    private @Nullable CostTurns turnsToTake() {
        return costTurns != null && busy && costTurns.isInTurns() ? costTurns : null;
    }

    private long payForCosts() {
        return costTurns == null ? 0 : costTurns.pay();
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
