package redisproxy.net;

/**
 * Follows a request that is incomplete, for how long and how well it comes in. From a client that sends it byte by byte, reading
 * pauses, because each read costs the same, however little it brings. A pause never takes longer than the request has taken so
 * far, so a client that is merely slow waits for at most twice its own time. Only {@link #endPause}, {@link #isIncomplete}, {@link
 * #isOverdue} and {@link #nanos} may be called by any thread.
 */
public final class IncompleteRequest {
    private static final int FREE_READS = 8;
    private static final int LEAST_BYTES_PER_READ = 512;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private int reads;
    private long firstBytes;
    private long lastBytes;
    private volatile boolean pausing;

    /** {@link System#nanoTime()} since when the request has been incomplete; 0 if none is. */
    private volatile long since;

    /**
     * Notes that a request is incomplete after all that had arrived has been read. Returns for how many nanoseconds nothing
     * should be read from now on, after which the caller calls {@link #endPause}, or 0.
     *
     * @param now {@link System#nanoTime()}
     * @param bytes how much has been read, counted from any point that stays the same until {@link #recount}
     */
    public long pauseNanos(long now, long bytes) {
        if (since == 0) {
            since = now == 0 ? 1 : now;
        }
        if (reads == 0) {
            firstBytes = bytes;
        } else if (bytes == lastBytes) {
            return 0;
        }
        lastBytes = bytes;
        reads++;
        if (reads <= FREE_READS || bytes - firstBytes >= (long) reads * LEAST_BYTES_PER_READ) {
            return 0;
        }
        long pause = Math.min(now - since, LONGEST_PAUSE_NANOS);
        pausing = pause > 0;
        return pause;
    }

    /** Counts bytes from another point from now on. The time that the request has taken is kept. */
    public void recount() {
        reads = 0;
    }

    /** Returns whether a request is incomplete. Thread-safe. */
    public boolean isIncomplete() {
        return since != 0;
    }

    /** Returns whether a request has been incomplete for {@code nanos}. Thread-safe. */
    public boolean isOverdue(long now, long nanos) {
        long begun = since;
        return begun != 0 && now - begun >= nanos;
    }

    /** Returns for how many nanoseconds a request has been incomplete, or 0. Thread-safe. */
    public long nanos(long now) {
        long begun = since;
        return begun == 0 ? 0 : now - begun;
    }

    /** Returns whether nothing should be read at present. */
    public boolean isPausing() {
        return pausing;
    }

    /** Ends a pause. Thread-safe. */
    public void endPause() {
        pausing = false;
    }

    /** Notes that the request is complete. */
    public void reset() {
        // Most requests were never incomplete, and a volatile write costs more than a read.
        if (since != 0) {
            since = 0;
            reads = 0;
        }
    }
}
