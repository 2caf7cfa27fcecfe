package redisproxy.resp;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.Asker;
import redisproxy.measure.AccessLog;

/**
 * One request in process, for the figures of its command: counted once, when it has its reply, and timed then, or by one that is
 * {@linkplain #alike alike}. Belongs to the thread that has the request, or the reply that it waits for.
 */
final class Call {
    private final CommandFigures figures;
    private final Session session;
    private final long begunNanos;
    private final @Nullable LoggedCall logged;
    private final byte @Nullable [] key;
    private CommandResult result = CommandResult.OK;

    /** How many requests it is timed for: itself, and others that wait for the same batch of loads. */
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
        AccessLog log = figures.accessLog();
        this.logged = isLogged && log != null ? new LoggedCall(log, figures.name(), session) : null;
        this.key = key;
        this.figures = figures;
        this.session = session;
        this.begunNanos = begunNanos;
        this.times = 1;
    }

    private Call(Call timed) {
        this.logged = null;
        this.key = null;
        this.figures = timed.figures;
        this.session = timed.session;
        this.begunNanos = timed.begunNanos;
    }

    /** Begins a call of the same client that takes about as long, and that this one is timed for. Call it before this one may end. */
    Call alike() {
        times++;
        return new Call(this);
    }

    /** Says what came of it, unless it ends with an error. */
    void came(CommandResult how) {
        result = how;
    }

    /** Counts it; {@code reply} is the beginning of its reply, which has so many bytes or a few more. */
    void end(ReplyParts reply, long bytes) {
        String errorCode = reply.errorCode();
        boolean isFailed = errorCode != null && result != CommandResult.REFUSED;
        count(isFailed ? CommandResult.ERROR : result, bytes, errorCode == null ? LoggedCall.OK : errorCode, errorCode);
    }

    /** Counts it without a reply, since its client is gone. */
    void abandon() {
        count(CommandResult.ERROR, 0, LoggedCall.NO_REPLY, null);
    }

    /** Counts it without a reply, since its client wants none. */
    void endUnheard() {
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
