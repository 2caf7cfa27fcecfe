package redisproxy.net;

import org.jspecify.annotations.Nullable;

/**
 * One client's wait for turns of a {@link TurnLimiter}, given up when the client leaves. Only {@link #close} may be called by any
 * thread; all else belongs to the thread that has the connection. Never blocks.
 */
public final class TurnWait {
    private final TurnLimiter limiter;
    private volatile TurnLimiter.@Nullable Turn turn;
    private volatile boolean closed;

    public TurnWait(TurnLimiter limiter) {
        this.limiter = limiter;
    }

    /**
     * Takes turns that follow each other. Returns false if the first one begins now; otherwise {@code begin} is called when it does,
     * on any thread, unless the wait is given up before.
     */
    public boolean take(int turns, Runnable begin) {
        TurnLimiter.Turn taken = limiter.take(turns, begin);
        turn = taken;
        if (closed) {
            forget();
        }
        return taken != null;
    }

    /** Gives up the turns that are waited for. */
    void forget() {
        TurnLimiter.Turn forgotten = turn;
        if (forgotten != null) {
            turn = null;
            limiter.forget(forgotten);
        }
    }

    /** Gives up the turns that are waited for, and those that are taken later, since the connection is closed. */
    public void close() {
        closed = true;
        forget();
    }
}
