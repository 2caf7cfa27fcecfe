package redisproxy.resp;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.Asker;
import redisproxy.measure.AccessLog;

/**
 * One request in process, for the figures of its command: counted once, when it has its reply, and timed then, or by another one
 * that {@linkplain #standForOneMore stands} for it. Belongs to the thread that has the request, or the reply that it waits for.
 */
final class Call {
    private final CommandFigures figures;
    private final Session session;
    private final long begunNanos;
    private final @Nullable LoggedCall logged;
    private final byte @Nullable [] key;

    /** How many requests it is timed for: itself, and others that wait for the same batch of loads; 0 if another one is for it. */
    private int times;

    /**
     * Begins a call.
     *
     * @param session the client's
     * @param begunNanos when it began, by {@link System#nanoTime()}
     * @param isLogged whether the access log takes it; then the figures have one
     * @param key its first key for the access log, or null
     */
    Call(CommandFigures figures, Session session, long begunNanos, boolean isLogged, byte @Nullable [] key) {
        this(figures, session, begunNanos, logged(figures, session, isLogged), key, 1);
    }

    private Call(
            CommandFigures figures,
            Session session,
            long begunNanos,
            @Nullable LoggedCall logged,
            byte @Nullable [] key,
            int times) {
        this.figures = figures;
        this.session = session;
        this.begunNanos = begunNanos;
        this.logged = logged;
        this.key = key;
        this.times = times;
    }

    private static @Nullable LoggedCall logged(CommandFigures figures, Session session, boolean isLogged) {
        AccessLog log = figures.accessLog();
        return isLogged && log != null ? new LoggedCall(log, figures.name(), session) : null;
    }

    /**
     * Returns a call for all requests of a client that another call is timed for, and that the access log does not take. It may end
     * any number of times, on any thread.
     */
    static Call untimed(CommandFigures figures, Session session) {
        return new Call(figures, session, GetBatch.NOT_READ, null, null, 0);
    }

    /** Is timed for one more request, which takes about as long. Call it before this one may end. */
    void standForOneMore() {
        times++;
    }

    /**
     * Counts it.
     *
     * @param result what came of it, unless its reply is an error
     * @param reply the beginning of its reply
     * @param bytes of the whole reply, or a few more
     */
    void end(CommandResult result, ReplyParts reply, long bytes) {
        String errorCode = reply.errorCode();
        boolean isFailed = errorCode != null && result != CommandResult.REFUSED;
        count(isFailed ? CommandResult.ERROR : result, bytes, errorCode == null ? LoggedCall.OK : errorCode, errorCode);
    }

    /** Counts it without a reply, since its client is gone. */
    void abandon() {
        count(CommandResult.ERROR, 0, LoggedCall.NO_REPLY, null);
    }

    /** Counts it without a reply, since its client wants none. */
    void endUnheard(CommandResult result) {
        count(result, 0, LoggedCall.NO_REPLY, null);
    }

    private void count(CommandResult how, long bytes, String status, @Nullable String errorCode) {
        if (times == 0) {
            figures.count(how, 0, /* times= */ 0, errorCode);
            return;
        }
        long nanos = System.nanoTime() - begunNanos;
        figures.count(how, nanos, times, errorCode);
        if (logged != null) {
            logged.end(key, how, status, bytes, nanos);
        }
    }

    /** Returns the client. Thread-safe. */
    Asker asker() {
        return new Asker(session.remoteAddress, session.name());
    }
}
