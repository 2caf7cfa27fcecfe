package redisproxy.resp;

import redisproxy.cache.Asker;

/**
 * One request in process, for the figures of its command: counted and timed once, when it has its reply. Belongs to the thread
 * that has the request, or the reply that it waits for.
 */
final class Call {
    private final CommandFigures figures;
    private final Session session;
    private final long begunNanos;
    private CommandResult result = CommandResult.OK;

    /**
     * Begins a call.
     *
     * @param session the client's
     * @param begunNanos when it began, by {@link System#nanoTime()}
     */
    Call(CommandFigures figures, Session session, long begunNanos) {
        this.figures = figures;
        this.session = session;
        this.begunNanos = begunNanos;
    }

    /** Says what came of it, unless it ends with an error. */
    void came(CommandResult how) {
        result = how;
    }

    /** Counts it; {@code reply} is its reply. */
    void end(ReplyParts reply) {
        String errorCode = reply.errorCode();
        boolean isFailed = errorCode != null && result != CommandResult.REFUSED;
        figures.count(isFailed ? CommandResult.ERROR : result, System.nanoTime() - begunNanos, errorCode);
    }

    /** Counts it without a reply, since its client is gone. */
    void abandon() {
        figures.count(CommandResult.ERROR, System.nanoTime() - begunNanos, null);
    }

    /** Counts it without a reply, since its client wants none. */
    void endUnheard() {
        figures.count(result, System.nanoTime() - begunNanos, null);
    }

    /** Returns the client. Thread-safe. */
    Asker asker() {
        return new Asker(session.remoteAddress, session.name());
    }
}
