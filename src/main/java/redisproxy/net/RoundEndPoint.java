package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose connection can have itself served in a {@link Round}, beside all that Jetty's end points offer.
 * Thread-safe as these are.
 */
public final class RoundEndPoint extends SocketChannelEndPoint {
    private static final int LEAST_TAKEN = 16 * 1024;

    private final Round round;
    private volatile SelectionKey key;
    private volatile @Nullable RoundConnection reader;

    /** The last read of the socket filled all the room that there was: there is more. */
    private volatile boolean busy;

    private @Nullable Turns turns;
    private volatile boolean inTurns;

    /** How many costly requests there were in this turn; belongs to whoever reads. */
    private int costs;

    /** What was read and put back; belongs to whoever reads. */
    private ByteBuffer unread = BufferUtil.EMPTY_BUFFER;

    private volatile long written;

    private long writtenWhenNoted;
    private long notedNanos = System.nanoTime();

    RoundEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler, Round round) {
        super(channel, selector, key, scheduler);
        this.key = key;
        this.round = round;
    }

    /** Returns the round that this socket takes part in. */
    public Round round() {
        return round;
    }

    /** Has {@code connection} served in a round once there is something to read, or the end of the input. */
    public void awaitReadable(RoundConnection connection) {
        reader = connection;
        needsFillInterest();
    }

    /** Has {@code connection} served in a round once others have been: it has left something {@link #unread}. */
    public void readAgain(RoundConnection connection) {
        reader = connection;
        long wait = takeTurns();
        if (wait > 0) {
            getScheduler().schedule(() -> round.serveAgain(this), wait, TimeUnit.NANOSECONDS);
        } else {
            round.serveAgain(this);
        }
    }

    /** Has the connection not served any more, on the selector's thread; returns false if it was not about to be. */
    public boolean stopAwaiting() {
        return takeReader() != null;
    }

    /** Puts the last bytes back that have been read, to be read once more before all others; they are copied. */
    public void unread(byte[] source, int start, int end) {
        if (unread.hasRemaining()) {
            throw new IllegalStateException(unread.remaining() + " bytes have been put back already");
        }
        unread = start == end ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(Arrays.copyOfRange(source, start, end));
    }

    /** Whether there is something that was put back. */
    public boolean hasUnread() {
        return unread.hasRemaining();
    }

    private int takeUnread(ByteBuffer buffer) {
        if (!unread.hasRemaining()) {
            return 0;
        }
        int count = Math.min(unread.remaining(), buffer.remaining());
        buffer.put(buffer.position(), unread, unread.position(), count);
        buffer.position(buffer.position() + count);
        unread.position(unread.position() + count);
        if (!unread.hasRemaining()) {
            unread = BufferUtil.EMPTY_BUFFER;
        }
        return count;
    }

    /** Fails the connection that awaits, not in a round, something to read; returns false if there is none. */
    public boolean failRead(Throwable cause) {
        return getFillInterest().onFail(cause);
    }

    /** Whether the client sends faster than it is read. */
    boolean isBusy() {
        return busy;
    }

    @Nullable
    RoundConnection takeReader() {
        RoundConnection taken = reader;
        reader = null;
        return taken;
    }

    @Override
    public void upgrade(Connection newConnection) {
        reader = null;
        inTurns = false;
        super.upgrade(newConnection);
    }

    @Override
    public @Nullable Runnable onSelected() {
        boolean served = reader != null && key.isReadable();
        Runnable task = super.onSelected();
        if (!served) {
            return task;
        }
        round.add(this);
        // Such a task also does what waits for the socket to become writable, and finds nobody else who reads.
        return key.isWritable() ? task : null;
    }

    @Override
    public void replaceKey(SelectionKey newKey) {
        super.replaceKey(newKey);
        key = newKey;
    }

    /**
     * Reads once, without blocking, between position and limit; returns how many bytes, or -1 at the end of the input,
     * which a connection that has failed counts as.
     */
    int read(ByteBuffer buffer) {
        boolean isEnough = unread.remaining() > buffer.remaining() / 2;
        int again = takeUnread(buffer);
        if (isEnough) {
            return again;
        }
        int count = readSome(buffer);
        return again == 0 ? count : again + Math.max(0, count);
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
            noteUse();
        }
        noteRoom(buffer.remaining());
        return count;
    }

    /**
     * Has a client that sends faster than it is read take a turn for so many {@linkplain #noteCost costly requests}, when it
     * {@code mayWait}, and while that is {@linkplain #readInTurns asked for} be read only so many bytes at once.
     */
    public void shareProcessor(TurnLimiter turnLimiter, int bytesAtOnce, int costsPerTurn, BooleanSupplier mayWait) {
        turns = new Turns(turnLimiter, bytesAtOnce, costsPerTurn, mayWait);
    }

    /** From now on, or no more, little is read at once of clients who send without a pause, since each request may cost much. */
    public void readInTurns(boolean isCostly) {
        // Most are asked for what they are doing, and what others may read costs more to write than to read.
        if (inTurns != isCostly) {
            inTurns = isCostly;
        }
    }

    /** Notes a request that has cost much, which counts if the client sends faster than it is read. */
    public void noteCost() {
        costs = busy ? costs + 1 : 0;
    }

    private @Nullable Turns turns() {
        return inTurns && busy ? turns : null;
    }

    @Override
    protected void needsFillInterest() {
        long wait = takeTurns();
        if (wait > 0) {
            getScheduler().schedule(super::needsFillInterest, wait, TimeUnit.NANOSECONDS);
        } else {
            super.needsFillInterest();
        }
    }

    /** Pays for what has been read at a high cost; returns for how many nanoseconds to wait before more is read. */
    private long takeTurns() {
        Turns shared = turns;
        if (shared == null || costs < shared.costsPerTurn) {
            return 0;
        }
        int taken = costs / shared.costsPerTurn;
        costs = 0;
        return shared.turnLimiter.take(taken);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (unread.hasRemaining() || turns() != null) {
            int start = BufferUtil.flipToFill(buffer);
            int count = unread.hasRemaining() ? takeUnread(buffer) : readSome(buffer);
            BufferUtil.flipToFlush(buffer, start);
            return count;
        }
        int count = super.fill(buffer);
        noteRoom(BufferUtil.space(buffer));
        return count;
    }

    @SuppressWarnings("ThreadPriorityCheck") // it is for the latency of others, and right without it
    private int readSome(ByteBuffer buffer) {
        Turns taken = turns();
        if (taken == null) {
            return readSocket(buffer);
        }
        if (costs >= taken.costsPerTurn && taken.mayWait.getAsBoolean()) {
            return 0;
        }
        Thread.yield();
        buffer.limit(Math.min(buffer.limit(), buffer.position() + taken.bytesAtOnce));
        return readSocket(buffer);
    }

    private void noteRoom(int room) {
        boolean isBusy = room == 0;
        // What others may read costs more to write than to read.
        if (busy != isBusy) {
            busy = isBusy;
        }
    }

    /** One buffer goes out by a plain write, which costs less than gathering. */
    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (buffers.length != 1) {
            long before = BufferUtil.remaining(buffers);
            boolean isWhole = super.flush(buffers);
            noteWritten(before - BufferUtil.remaining(buffers));
            return isWhole;
        }
        try {
            int count = getChannel().write(buffers[0]);
            if (count > 0) {
                noteUse();
                noteWritten(count);
            }
        } catch (IOException e) {
            throw new EofException(e);
        }
        return !buffers[0].hasRemaining();
    }

    /**
     * Returns whether the client has not taken {@value #LEAST_TAKEN} bytes of what is being written for so long. To be asked
     * again and again, by one thread at a time.
     */
    public boolean isTakenTooSlowly(long now, long nanos) {
        long bytes = written;
        if (!getWriteFlusher().isPending() || bytes - writtenWhenNoted >= LEAST_TAKEN) {
            writtenWhenNoted = bytes;
            notedNanos = now;
        }
        return now - notedNanos >= nanos;
    }

    /** Without an idle timeout, nobody asks for how long the socket has been idle. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time writes
    private void noteWritten(long bytes) {
        if (getIdleTimeout() > 0) {
            written += bytes;
        }
    }

    private void noteUse() {
        if (getIdleTimeout() > 0) {
            notIdle();
        }
    }

    private record Turns(TurnLimiter turnLimiter, int bytesAtOnce, int costsPerTurn, BooleanSupplier mayWait) {}
}
