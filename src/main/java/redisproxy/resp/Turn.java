package redisproxy.resp;

/**
 * How much one connection does before others are served. A turn begins when the connection is served in a round, or when
 * its turn has come after it gave way. Belongs to the thread that works for the connection.
 */
final class Turn {
    /** Takes about a tenth of a millisecond. */
    private static final int BYTES = 128 * 1024;

    /** What executing a request costs at least, in bytes that could be copied meanwhile. */
    private static final int BYTES_PER_REQUEST = 256;

    private final Runnable nextTurn;
    private long left = BYTES;
    private boolean awaited;

    /** Makes a turn; {@code nextTurn} has {@link #begin} called after others have been served. */
    Turn(Runnable nextTurn) {
        this.nextTurn = nextTurn;
    }

    /** Begins the turn for which the connection gave way. */
    void begin() {
        awaited = false;
        left = BYTES;
    }

    /** Begins a turn because the connection is served in a round, unless it has given way. */
    void beginRound() {
        if (!awaited) {
            left = BYTES;
        }
    }

    /** Notes requests that were executed, and how many bytes they and their replies have. */
    void spend(int requests, long bytes) {
        left -= (long) requests * BYTES_PER_REQUEST + bytes;
    }

    boolean isOver() {
        return left <= 0;
    }

    /** Lets others be served first. Nothing is executed until the next turn. */
    void giveWay() {
        if (!awaited) {
            awaited = true;
            nextTurn.run();
        }
    }

    /** Returns whether the connection has given way. */
    boolean isAwaited() {
        return awaited;
    }
}
