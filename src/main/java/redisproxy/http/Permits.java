package redisproxy.http;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the HTTP requests in process, whoever answers them. Thread-safe; nothing here blocks. */
public final class Permits {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    /** Makes a count that lets {@code most} be in process at once. */
    public Permits(int most) {
        this.most = most;
    }

    /**
     * Returns whether one more request may be processed, and counts it. Never counts beyond the limit, not even for a
     * moment in which somebody else would be refused for it.
     */
    public boolean tryAcquire() {
        int before = taken.get();
        while (before < most) {
            int witness = taken.compareAndExchange(before, before + 1);
            if (witness == before) {
                return true;
            }
            before = witness;
        }
        return false;
    }

    /** Ends the processing of a request; once for each that was let in. */
    public void release() {
        taken.decrementAndGet();
    }

    int most() {
        return most;
    }
}
