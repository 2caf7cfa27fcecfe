package redisproxy.net;

import java.util.function.BooleanSupplier;

/**
 * Limits what one client's costly requests take of the processors while it sends faster than it is read. It is read a few
 * bytes at once, and pays with a turn of a {@link TurnLimiter} for every few costly requests and for every few pieces of a long
 * one. Only {@link #readInTurns}, {@link #isInTurns} and {@link #close} may be called by any thread; all else belongs to the
 * thread that has the connection.
 */
public final class CostTurns {
    private static final int MOST_BYTES_AT_ONCE = 2 * 1024;

    private final TurnWait wait;
    private final int bytesAtOnce;
    private final int costsPerTurn;
    private final BooleanSupplier mayWait;
    private volatile boolean inTurns;

    /** Costly requests since the last turn, and pieces of a long one. */
    private int costs;

    /** Bytes that have been read since the last request was noted. */
    private long bytesOfRequest;

    /**
     * Makes the limit.
     *
     * @param limiter gives the turns, to all clients
     * @param bytesAtOnce how many bytes are read at once in turns, at the beginning of a request
     * @param costsPerTurn how many costly requests one turn pays for
     * @param mayWait whether the reader can be told that there is nothing to read, and comes again later
     */
    public CostTurns(TurnLimiter limiter, int bytesAtOnce, int costsPerTurn, BooleanSupplier mayWait) {
        this.wait = new TurnWait(limiter);
        this.bytesAtOnce = bytesAtOnce;
        this.costsPerTurn = costsPerTurn;
        this.mayWait = mayWait;
    }

    /** Begins or ends to read few bytes at once: what is read next may cost much. */
    public void readInTurns(boolean isCostly) {
        // Mostly it is so already, and a volatile write costs more than a read.
        if (inTurns != isCostly) {
            inTurns = isCostly;
        }
    }

    /** Notes a request that has cost much, which counts if the client {@code isBusy}: it sends faster than it is read. */
    public void noteCost(boolean isBusy) {
        costs = isBusy ? costs + 1 : 0;
        bytesOfRequest = 0;
    }

    /** Has a turn be paid before more is read. */
    public void addTurn() {
        costs += costsPerTurn;
    }

    boolean isInTurns() {
        return inTurns;
    }

    /** Returns how many bytes to read at once: few, but more and more of a long request, which costs as much as a short one. */
    int bytesAtOnce() {
        return (int) Math.min(MOST_BYTES_AT_ONCE, bytesAtOnce + bytesOfRequest / 2);
    }

    /** Notes that so many bytes have been read, or negative at the end; returns the same. */
    int noteRead(int bytes) {
        // Many clients that send long requests at once would take the processors from all others.
        if (bytesOfRequest > 0 && mayWait.getAsBoolean()) {
            costs++;
        }
        bytesOfRequest += Math.max(0, bytes);
        return bytes;
    }

    /** Returns whether nothing may be read until a turn has been {@linkplain #pay paid}. */
    boolean isDue() {
        return costs >= costsPerTurn && mayWait.getAsBoolean();
    }

    /** Returns whether the costly requests so far are worth a turn. */
    boolean owesTurn() {
        return costs >= costsPerTurn;
    }

    /**
     * Pays for the costly requests so far. Returns false if more may be read now; otherwise {@code read} is called when it may, unless
     * the connection is {@linkplain #close closed} before.
     */
    boolean pay(Runnable read) {
        if (!owesTurn()) {
            return false;
        }
        int turns = costs / costsPerTurn;
        costs = 0;
        return wait.take(turns, read);
    }

    /** Forgets all costs and gives up the turns that are waited for, since what is read next costs nothing. */
    void end() {
        readInTurns(false);
        costs = 0;
        wait.forget();
    }

    /** Gives up the turns that are waited for, since the connection is closed. */
    void close() {
        wait.close();
    }
}
