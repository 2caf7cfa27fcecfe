package redisproxy.resp;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.measure.AccessLog;
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

    /** The first miss of the batch, which is timed for those after it. */
    private @Nullable Call timed;

    /** That of all misses which another one is timed for. */
    private @Nullable Call untimed;

    GetBatch(CommandFigures figures) {
        this.figures = figures;
        this.timer = figures.hitTimer();
    }

    /** Whether the next batch is timed. */
    boolean isTimed() {
        return timer.isNextTimed() || figures.accessLog() != null;
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
        timed = null;
    }

    /**
     * Returns a call of GET that waits for a load. It is timed from {@code begunNanos} on, or from now if that was not read, unless the
     * first one of the batch is timed for it.
     */
    Call miss(Session session, long begunNanos, byte[] key) {
        AccessLog log = figures.accessLog();
        boolean isLogged = log != null && log.wants();
        Call first = timed;
        if (first != null && !isLogged) {
            first.standForOneMore();
            return untimed(session);
        }
        long begun = begunNanos == NOT_READ ? System.nanoTime() : begunNanos;
        Call call = new Call(figures, session, begun, isLogged, isLogged ? key : null);
        timed = first == null ? call : first;
        return call;
    }

    private Call untimed(Session session) {
        if (untimed == null) {
            untimed = Call.untimed(figures, session);
        }
        return untimed;
    }

    /** Returns what takes each request, or null. */
    @Nullable
    AccessLog accessLog() {
        return figures.accessLog();
    }
}
