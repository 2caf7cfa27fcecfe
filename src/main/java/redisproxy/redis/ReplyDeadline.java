package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import redisproxy.upstream.PinnedConnection;

/** How long Redis may leave one client without a reply while nothing moves on its connection. Thread-safe; never blocks. */
final class ReplyDeadline {
    /** How long Redis may take beyond its timeout. */
    @GuardedBy("this")
    private long allowanceNanos = PinnedConnection.ANY_TIME;

    /** Since when nothing has moved, or less has been expected. */
    @GuardedBy("this")
    private long sinceNanos = System.nanoTime();

    @GuardedBy("this")
    private long moved;

    /** Has it begin anew, with so much time beyond the timeout, or {@link PinnedConnection#ANY_TIME}. */
    synchronized void begin(long allowance) {
        allowanceNanos = allowance;
        sinceNanos = System.nanoTime();
    }

    /**
     * Returns whether it is over.
     *
     * @param isStopped whether nothing can move at present, since the client does not take it
     * @param bytes how many bytes have moved, both ways
     */
    synchronized boolean isOver(boolean isStopped, long bytes, long timeoutNanos) {
        long now = System.nanoTime();
        if (isStopped || bytes != moved) {
            moved = bytes;
            sinceNanos = now;
            return false;
        }
        return allowanceNanos != PinnedConnection.ANY_TIME && now - sinceNanos - timeoutNanos >= allowanceNanos;
    }
}
