package redisproxy.net;

/**
 * Says when to read on while a request comes in crumbs, as from clients that send it byte by byte: each read costs the
 * same, however little it brings. A rest never takes longer than the request has taken so far, so that no client that is
 * merely slow waits for more than twice its own time. Only {@link #end} may be called by any thread.
 */
public final class Crumbs {
    private static final int FREE_READS = 8;
    private static final int CRUMB_BYTES = 512;
    private static final long LONGEST_REST_NANOS = 1_000_000_000;

    private int reads;
    private long firstBytes;
    private long lastBytes;
    private volatile boolean resting;

    /**
     * To be called when a request is incomplete after all that was there has been read; returns for how many nanoseconds to
     * read nothing from now on, which {@link #end} ends, or 0.
     *
     * @param now {@link System#nanoTime()}
     * @param since the same when the request became incomplete
     * @param bytes how much has been read, counted from anywhere
     */
    public long restNanos(long now, long since, long bytes) {
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
        reads = 0;
    }
}
