package redisproxy.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Gives turns, one after the other, to clients that ask for much. Together they take a bounded share of the processors' time,
 * however many they are. Thread-safe; never blocks.
 */
public final class TurnLimiter {
    private final LongSupplier nanoTime;
    private final long gapNanos;
    private final AtomicLong nextTurn;

    /** Makes a limiter that gives a turn every {@code gapNanos}, by a clock such as {@link System#nanoTime}. */
    public TurnLimiter(long gapNanos, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.gapNanos = gapNanos;
        this.nextTurn = new AtomicLong(nanoTime.getAsLong());
    }

    /** Takes turns that follow each other, and returns in how many nanoseconds the first one begins. */
    long take(int turns) {
        long now = nanoTime.getAsLong();
        long turn = nextTurn.getAndUpdate(next -> Math.max(next - now, 0) + now + turns * gapNanos);
        return Math.max(0, turn - now);
    }
}
