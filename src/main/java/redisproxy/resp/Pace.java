package redisproxy.resp;

import redisproxy.net.IncompleteRequest;

/**
 * Follows how long one client takes: to send a request, to send the rest of one, to take a reply. Only {@link
 * #mayBeOverdue}, {@link #incompleteNanos} and {@link #endPause} may be called by any thread; all else belongs to the thread that works for the
 * connection.
 */
final class Pace {
    private final Timeouts timeouts;
    private final Session session;
    private final IncompleteRequest incomplete = new IncompleteRequest();

    Pace(Timeouts timeouts, Session session) {
        this.timeouts = timeouts;
        this.session = session;
    }

    /** Whether the client has been silent, or a request incomplete, for so long that {@link #isOverdue} is worth asking. */
    boolean mayBeOverdue(long now) {
        return now - session.lastActiveNanos() >= timeouts.leastNanos() || isOverdue(now, 0);
    }

    /** Whether a client that has no request in process has been idle for too long. */
    boolean isIdleForTooLong(long now) {
        return isStrangerForTooLong(now) || timeouts.isIdle(now - session.lastActiveNanos());
    }

    /**
     * Whether a client takes too long to send or to read.
     *
     * @param writeWaitNanos for how long the client has taken nothing of what is being written
     */
    boolean isOverdue(long now, long writeWaitNanos) {
        return writeWaitNanos >= timeouts.clientNanos() || isIncompleteForTooLong(now) || isStrangerForTooLong(now);
    }

    /** Whether a client that has to log in takes as long as for a request. */
    private boolean isStrangerForTooLong(long now) {
        return session.strangerNanos(now) >= timeouts.clientNanos();
    }

    private boolean isIncompleteForTooLong(long now) {
        return incomplete.isOverdue(now, timeouts.clientNanos());
    }

    /** For how many nanoseconds a request has been incomplete, or 0. */
    long incompleteNanos(long now) {
        return incomplete.nanos(now);
    }

    /** Notes that {@code bytes} of an incomplete request are there; returns for how many nanoseconds to read nothing, or 0. */
    long pauseNanos(long bytes) {
        return incomplete.pauseNanos(System.nanoTime(), bytes);
    }

    /** Whether nothing is to be read until {@link #endPause}. */
    boolean isPausing() {
        return incomplete.isPausing();
    }

    void endPause() {
        incomplete.endPause();
    }

    /** Notes that a request has been read completely. */
    void requestCompleted() {
        incomplete.reset();
    }
}
