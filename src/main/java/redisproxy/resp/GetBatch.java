package redisproxy.resp;

import java.util.concurrent.ThreadLocalRandom;
import redisproxy.cache.Entry;

/**
 * Counts the GETs of one connection that are answered from memory, a batch at a time, and times one batch of {@value #ONE_OF} on
 * behalf of all. Belongs to the thread that works for the connection.
 */
final class GetBatch {
    static final int ONE_OF = 64;

    /** In the place of a reading of the clock. */
    static final long NOT_READ = 0;

    private final CommandFigures figures;

    /** Begins anywhere, so that short connections are measured as often as long ones. */
    private int untilTimed = ThreadLocalRandom.current().nextInt(ONE_OF);

    private int hits;
    private int absent;
    private int stale;

    GetBatch(CommandFigures figures) {
        this.figures = figures;
    }

    /** Whether the next batch is timed. */
    boolean isTimed() {
        return untilTimed == 0;
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
        int answered = hits + absent + stale;
        if (answered > 0 && untilTimed-- == 0) {
            untilTimed = ONE_OF - 1;
            figures.took(System.nanoTime() - begunNanos, (long) answered * ONE_OF);
        }
        hits = 0;
        absent = 0;
        stale = 0;
    }

    /** Returns a call of GET that waits for a load. It is timed from {@code begunNanos} on, or from now if that was not read. */
    Call miss(Session session, long begunNanos) {
        return new Call(figures, session, begunNanos == NOT_READ ? System.nanoTime() : begunNanos);
    }
}
