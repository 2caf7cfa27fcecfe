package redisproxy.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How one client is read: first what was put back, then what its source has, and slowly if its requests cost much. Belongs to
 * the thread that has the connection, but {@link #isBusy} and {@link #close} may be called by any thread. Never blocks.
 */
final class PacedReads {
    private final Bytes source;
    private final Pushback pushback = new Pushback();
    private @Nullable CostTurns costTurns;
    /** The last read left bytes behind, as far as is known. */
    private volatile boolean busy;

    /** Where bytes come from. */
    interface Bytes {
        /** Reads once, without blocking, between position and limit; returns how many, or -1 at the end of the input. */
        int read(ByteBuffer buffer);

        /** Returns whether there is more than what was read last, as far as is known. */
        default boolean hasMore() {
            return false;
        }
    }

    PacedReads(Bytes source) {
        this.source = source;
    }

    void unread(byte[] bytes, int start, int end) {
        pushback.put(bytes, start, end);
    }

    boolean hasUnread() {
        return !pushback.isEmpty();
    }

    /** Reads once; a read of the source adds to what was put back if there is much room. */
    int read(ByteBuffer buffer) {
        // A few more bytes of the socket would not be worth a system call.
        boolean isEnough = pushback.size() > buffer.remaining() / 2;
        int again = pushback.moveTo(buffer);
        if (isEnough) {
            return again;
        }
        int count = readSource(buffer);
        return again == 0 ? count : again + Math.max(0, count);
    }

    /** Reads once: what was put back, or the source. */
    int readEither(ByteBuffer buffer) {
        return hasUnread() ? pushback.moveTo(buffer) : readSource(buffer);
    }

    @SuppressWarnings("ThreadPriorityCheck") // it is for the latency of others, and right without it
    private int readSource(ByteBuffer buffer) {
        CostTurns turns = costTurns;
        if (turns == null || !busy || !turns.isInTurns()) {
            return readNow(buffer);
        }
        if (turns.isDue()) {
            return 0;
        }
        Thread.yield();
        buffer.limit(Math.min(buffer.limit(), buffer.position() + turns.bytesAtOnce()));
        return turns.noteRead(readNow(buffer));
    }

    private int readNow(ByteBuffer buffer) {
        int count = source.read(buffer);
        // The client sends faster than it is read. Mostly it is so already, and a volatile write costs more than a
        // read.
        boolean isBusy = !buffer.hasRemaining() || source.hasMore();
        if (busy != isBusy) {
            busy = isBusy;
        }
        return count;
    }

    /** Returns whether the last read left bytes behind, as far as is known. */
    boolean isBusy() {
        return busy;
    }

    void limitCosts(CostTurns turns) {
        costTurns = turns;
    }

    /** Has the client read at the usual pace, without waiting for a turn any more. */
    void endTurns() {
        if (costTurns != null) {
            costTurns.end();
        }
    }

    /** Returns whether costly requests so far have to be paid for before more is read. */
    boolean owesTurn() {
        return costTurns != null && costTurns.owesTurn();
    }

    /** Pays for the costly requests so far; returns false if more may be read now, otherwise {@code read} is called when it may. */
    boolean pay(Runnable read) {
        return costTurns != null && costTurns.pay(read);
    }

    /** Ends the wait for a turn, since the connection is closed. Thread-safe. */
    void close() {
        CostTurns turns = costTurns;
        if (turns != null) {
            turns.close();
        }
    }
}
