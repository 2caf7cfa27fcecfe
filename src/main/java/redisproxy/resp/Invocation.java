package redisproxy.resp;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.AccessLog;

/**
 * One execution of a request: its session, its arguments, and its reply. Belongs to the thread that works for the
 * connection, or while it runs in the {@link Background} to the thread that runs it; the reply that {@link #later} returns may
 * be filled in by any thread.
 */
final class Invocation {
    /** In the place of a number of bytes: what is held of a request that waits for a load. */
    static final int OF_LOAD = -1;

    private final Session session;
    private final Arguments arguments;
    private final IntFunction<Reply> queue;
    private final LoadWindow loads;
    private final long begunNanos;
    private final Runnable wake;
    private @Nullable Call call;
    private CommandResult result = CommandResult.OK;
    private boolean isLater;
    private @Nullable ReplyParts given;
    private @Nullable Continuation continuation;
    private @Nullable Command forBackground;
    private long pauseMillis;
    private @Nullable ReplyChange change;
    private @Nullable Rests rests;

    /**
     * Makes an invocation that has no reply yet.
     *
     * @param arguments valid until the request has been executed
     * @param queue returns a reply that has its place behind the replies to earlier requests; takes the number of bytes that are held
     *     of a request that is passed on, or {@link #OF_LOAD}
     * @param loads bounds what is loaded at one time
     * @param begunNanos when it began, by {@link System#nanoTime()}
     * @param wake has its connection go on
     */
    Invocation(
            Session session,
            Arguments arguments,
            IntFunction<Reply> queue,
            LoadWindow loads,
            long begunNanos,
            Runnable wake) {
        this.session = session;
        this.arguments = arguments;
        this.queue = queue;
        this.loads = loads;
        this.begunNanos = begunNanos;
        this.wake = wake;
    }

    /** Has it counted as a call of this command; {@code firstKey} is the index of its first key, 0 if it has none. */
    void countAs(CommandFigures figures, int firstKey) {
        AccessLog log = figures.accessLog();
        boolean isLogged = log != null && log.wants();
        boolean hasKey = isLogged && firstKey > 0 && firstKey < arguments.count();
        call = new Call(figures, session, begunNanos, isLogged, hasKey ? arguments.bytes(firstKey) : null);
    }

    /** Says that it is not executed. */
    void refuse(byte[] encodedError) {
        result = CommandResult.REFUSED;
        reply(encodedError);
    }

    /** Counts it, unless its reply comes later and is counted then. */
    void end() {
        if (call == null || isLater) {
            return;
        }
        if (given == null) {
            call.endUnheard(result);
        } else {
            call.end(result, given, given.size());
        }
    }

    /** Counts it as one that its client did not wait for, unless its reply comes later. */
    void abandon() {
        if (call != null && !isLater) {
            call.abandon();
        }
    }

    Session session() {
        return session;
    }

    /** Returns when it began, by {@link System#nanoTime()}. */
    long begunNanos() {
        return begunNanos;
    }

    Arguments arguments() {
        return arguments;
    }

    LoadWindow loads() {
        return loads;
    }

    /** Returns an encoder for the session's version of the protocol. */
    ReplyBuilder encoder() {
        return new ReplyBuilder(session.isResp3());
    }

    /** Replies at once with these bytes, which must not change any more. */
    void reply(byte[] encodedReply) {
        reply(ReplyParts.of(encodedReply));
    }

    /** Replies at once with these parts, which must not change any more. */
    void reply(ReplyParts encodedReply) {
        given = encodedReply;
    }

    /** Replies at once with what has been encoded. */
    void reply(ReplyBuilder encodedReply) {
        reply(encodedReply.toBytes());
    }

    void ok() {
        reply(ReplyBuilder.ok());
    }

    /** Replies at once with an error: its code, then its text. */
    void error(String text) {
        reply(ReplyBuilder.error(text));
    }

    void integer(long value) {
        reply(encoder().integer(value));
    }

    /** Has the request executed piece by piece. */
    void continueWith(Continuation rest) {
        continuation = rest;
    }

    /** Has the connection go on with the request. Thread-safe. */
    void wake() {
        wake.run();
    }

    /** Has the request executed by a thread of the pool, which calls the handler of {@code command}. */
    void inBackground(Command command) {
        forBackground = command;
    }

    /** Has long work rest in this way. */
    void restBy(Rests inBackground) {
        rests = inBackground;
    }

    /** A step of long work is done, after which a thread of the pool may have to rest. */
    void step() {
        if (rests != null) {
            rests.step();
        }
    }

    /** Has what Redis replies changed before the client gets it; not at all by null. */
    void changeReply(@Nullable ReplyChange by) {
        change = by;
    }

    /** Returns what changes the reply of Redis, or null. */
    @Nullable
    ReplyChange change() {
        return change;
    }

    /** Has the reply that is given at once, and all later requests, wait for so long. */
    void pause(long millis) {
        pauseMillis = millis;
    }

    /** Returns for how long the reply is to wait; 0 if it is not. */
    long pauseMillis() {
        return pauseMillis;
    }

    /** Returns the reply, to be filled in once by any thread; it keeps its place among the replies. */
    Reply later() {
        return later(OF_LOAD);
    }

    /** Does the same for a request that is passed on, of which so many bytes are held until it has its reply. */
    Reply laterOfPassed(int heldBytes) {
        return later(heldBytes);
    }

    private Reply later(int heldBytes) {
        isLater = true;
        Reply reply = queue.apply(heldBytes);
        return call == null ? reply : reply.of(call);
    }

    /** Returns the reply that was given at once; null if it comes later. */
    @Nullable
    ReplyParts givenReply() {
        return given;
    }

    /** Returns what is left to be done, or null. */
    @Nullable
    Continuation continuation() {
        return continuation;
    }

    /** Returns the command that is to be executed by a thread of the pool, or null. */
    @Nullable
    Command forBackground() {
        return forBackground;
    }
}
