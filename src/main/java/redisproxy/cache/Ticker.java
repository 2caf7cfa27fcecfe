package redisproxy.cache;

/**
 * A monotonic clock in nanoseconds from an arbitrary origin. Implementations are thread-safe and do not block.
 *
 * <p>Two accesses count as ordered for recency if their readings differ. {@link System#nanoTime} ticks in smaller steps than one
 * cache access takes.
 */
@FunctionalInterface
public interface Ticker {
    /** Returns the current reading in nanoseconds; only differences between readings have a meaning. */
    long nanos();

    /** Returns the clock of this machine, {@link System#nanoTime}. */
    static Ticker system() {
        return System::nanoTime;
    }
}
