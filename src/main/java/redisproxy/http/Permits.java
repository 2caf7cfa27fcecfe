package redisproxy.http;

import java.util.concurrent.atomic.AtomicInteger;

/** Limits the HTTP requests in process. Thread-safe; no method blocks. */
public final class Permits {
    private volatile int most;
    private final AtomicInteger taken = new AtomicInteger();

    /** Makes a limit of {@code most} requests at once. */
    public Permits(int most) {
        this.most = most;
    }

    /**
     * Takes a permit for a request; returns false if there is none. Never counts beyond the limit, not even for a moment, since
     * another request would be refused meanwhile.
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

    /** Gives a permit back. Call it once for each permit that was taken. */
    public void release() {
        taken.decrementAndGet();
    }

    int most() {
        return most;
    }

    /** Lets so many requests be in process from now on. Those that are go on. */
    public void limit(int requests) {
        most = requests;
    }
}
