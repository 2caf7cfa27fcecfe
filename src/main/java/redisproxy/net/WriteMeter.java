package redisproxy.net;

/**
 * Tells whether a client takes what is written too slowly. One thread at a time writes, and one thread at a time asks; they
 * may differ.
 */
final class WriteMeter {
    /** A client that takes less in the time that it has does not really read. */
    private static final int LEAST_TAKEN = 16 * 1024;

    private volatile long written;

    private long writtenWhenNoted;
    private long notedNanos;

    WriteMeter(long now) {
        notedNanos = now;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time writes
    void noteWritten(long bytes) {
        written += bytes;
    }

    /**
     * Returns whether the client has not taken {@value #LEAST_TAKEN} bytes of what is being written for {@code nanos}. To be
     * asked again and again.
     *
     * @param isWriting whether a write is waiting for the client
     */
    boolean isTakenTooSlowly(boolean isWriting, long now, long nanos) {
        long bytes = written;
        if (!isWriting || bytes - writtenWhenNoted >= LEAST_TAKEN) {
            writtenWhenNoted = bytes;
            notedNanos = now;
        }
        return now - notedNanos >= nanos;
    }
}
