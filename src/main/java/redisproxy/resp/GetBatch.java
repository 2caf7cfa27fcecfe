package redisproxy.resp;

import redisproxy.cache.Entry;
import redisproxy.measure.HitTimer;

/**
 * Counts the GETs of one connection that are answered from memory, a batch at a time, and times some batches on behalf of all.
 * Belongs to the thread that works for the connection.
 */
final class GetBatch {
    /** In the place of a reading of the clock. */
    static final long NOT_READ = 0;

    private final CommandFigures figures;
    private final HitTimer timer;
    private int hits;
    private int absent;
    private int stale;

    GetBatch(CommandFigures figures) {
        this.figures = figures;
        this.timer = figures.hitTimer();
    }

    /** Whether the next batch is timed. */
    boolean isTimed() {
        return timer.isNextTimed();
    }

    /** A key was answered from memory by this entry. */
    void answered(Entry entry, boolean isStale) {
        if (isStale) {
            stale++;
        } else if (entry.isAbsent()) {
            absent++;
        } else {
            hits++;
        }
    }

    /** Ends the batch; {@code begunNanos} is when it began, which need not have been read unless it {@link #isTimed}. */
    void end(long begunNanos) {
        figures.count(CommandResult.HIT, hits);
        figures.count(CommandResult.ABSENT, absent);
        figures.count(CommandResult.STALE, stale);
        timer.end(hits + absent + stale, begunNanos);
        hits = 0;
        absent = 0;
        stale = 0;
    }

    /** Returns a call of GET that waits for a load. It is timed from {@code begunNanos} on, or from now if that was not read. */
    Call miss(Session session, long begunNanos) {
        return new Call(figures, session, begunNanos == NOT_READ ? System.nanoTime() : begunNanos);
    }
}
