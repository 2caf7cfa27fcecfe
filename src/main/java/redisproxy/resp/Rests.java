package redisproxy.resp;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Has long work on threads of the pool rest after each short piece, so that it takes a bounded share of the processors from
 * those who serve clients. A thread that merely yields would go on at once where the scheduler gives whole time slices. One
 * thread at a time.
 */
final class Rests {
    /** So long others may have to wait for a piece. */
    static final long PIECE_NANOS = 100_000;

    /** Work takes a quarter of one processor at most. */
    static final int PER_WORK = 3;

    /** The time of a piece may be that of others, on a busy machine. */
    static final long LONGEST_NANOS = 5_000_000;

    private final LongSupplier nanoTime;
    private final LongConsumer park;

    private long began;
    private long restedAt;

    Rests() {
        this(System::nanoTime, LockSupport::parkNanos);
    }

    Rests(LongSupplier nanoTime, LongConsumer park) {
        this.nanoTime = nanoTime;
        this.park = park;
        this.restedAt = nanoTime.getAsLong();
    }

    /** Begins work; rests before that if the work before has ended just now. */
    void begin() {
        long left = restedAt - nanoTime.getAsLong();
        if (left > 0) {
            park.accept(left);
        }
        began = nanoTime.getAsLong();
    }

    /** A step of the work is done, one of many. Rests if the steps since the last rest have taken long. */
    void step() {
        long worked = nanoTime.getAsLong() - began;
        if (worked >= PIECE_NANOS) {
            park.accept(restFor(worked));
            began = nanoTime.getAsLong();
        }
    }

    /** Ends work, whose rest is left to what begins next. */
    void end() {
        long now = nanoTime.getAsLong();
        restedAt = now + restFor(now - began);
    }

    private static long restFor(long worked) {
        return Math.min(LONGEST_NANOS, PER_WORK * Math.max(0, worked));
    }
}
