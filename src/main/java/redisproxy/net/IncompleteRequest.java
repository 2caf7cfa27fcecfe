package redisproxy.net;

/**
 * Follows a request that is incomplete, and says when to read on while it comes in incompleteRequest, as from clients that send it
 * byte by byte: each read costs the same, however little it brings. A rest never takes longer than the request has taken
 * so far, so that no client that is merely slow waits for more than twice its own time. Only {@link #end}, {@link
 * #isIncomplete} and {@link #isOverdue} may be called by any thread.
 */
public final class IncompleteRequest {
    private static final int FREE_READS = 8;
    private static final int CRUMB_BYTES = 512;
    private static final long LONGEST_REST_NANOS = 1_000_000_000;

    private int reads;
    private long firstBytes;
    private long lastBytes;
    private volatile boolean resting;

    /** Since when the request has been incomplete; 0 if none is. */
    private volatile long since;

    /**
     * To be called when a request is incomplete after all that was there has been read; returns for how many nanoseconds to
     * read nothing from now on, which {@link #end} ends, or 0.
     *
     * @param now {@link System#nanoTime()}
     * @param bytes how much has been read, counted from anywhere
     */
    public long restNanos(long now, long bytes) {
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
        if (reads <= FREE_READS || bytes - firstBytes >= (long) reads * CRUMB_BYTES) {
            return 0;
        }
        long rest = Math.min(now - since, LONGEST_REST_NANOS);
        resting = rest > 0;
        return rest;
    }

    /** Begins to count anew, since bytes are counted from elsewhere; how long the request takes is not forgotten. */
    public void recount() {
        reads = 0;
    }

    /** Whether there is such a request. Thread-safe. */
    public boolean isIncomplete() {
        return since != 0;
    }

    /** Whether a request has been incomplete for so long. Thread-safe. */
    public boolean isOverdue(long now, long nanos) {
        long begun = since;
        return begun != 0 && now - begun >= nanos;
    }

    /** Whether nothing is to be read at present. */
    public boolean isResting() {
        return resting;
    }

    /** Ends a rest. Thread-safe. */
    public void end() {
        resting = false;
    }

    /** Forgets a request, which is complete. */
    public void reset() {
        // Most requests were never incomplete, and what others may read costs more to write than to read.
        if (since != 0) {
            since = 0;
            reads = 0;
        }
    }
}
