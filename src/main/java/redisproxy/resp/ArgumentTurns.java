package redisproxy.resp;

import redisproxy.net.TurnLimiter;
import redisproxy.net.TurnWait;

/**
 * Has a client whose request has very many arguments wait for turns, which all clients of the port share. Such a request costs
 * little for each byte, but its tables and its bytes grow to many times those of others, and the heap is collected meanwhile. Only
 * {@link #close} may be called by any thread; all else belongs to the thread that works for the connection.
 */
final class ArgumentTurns {
    /** So many bytes of tables have 16,384 arguments. */
    private static final int LEAST_TABLE_BYTES = 128 * 1024;

    private final TurnWait wait;
    private final Runnable resume;

    /** Something has been read that has not been paid for. */
    private boolean owes;

    private volatile boolean waits;

    /** Makes them; {@code resume} has the connection go on. */
    ArgumentTurns(TurnLimiter limiter, Runnable resume) {
        this.wait = new TurnWait(limiter);
        this.resume = resume;
    }

    /** Notes that the client has been read. */
    void noteRead() {
        owes = true;
    }

    /** Returns whether nothing more is to be read of an incomplete request with such tables until the connection is resumed. */
    boolean waitsFor(int tableBytes) {
        if (waits || !owes || tableBytes < LEAST_TABLE_BYTES) {
            return waits;
        }
        owes = false;
        waits = true;
        if (!wait.take(1, this::begin)) {
            waits = false;
        }
        return waits;
    }

    private void begin() {
        waits = false;
        resume.run();
    }

    /** Gives up the turn that is waited for, since the connection is closed. */
    void close() {
        wait.close();
    }
}
