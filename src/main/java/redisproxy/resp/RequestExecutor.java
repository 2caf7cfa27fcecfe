package redisproxy.resp;

import java.io.IOException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;
import redisproxy.measure.AccessLog;
import redisproxy.net.Batch;

/**
 * Executes the requests of one connection in their order: GETs together, through the lookups of a round or of a batch,
 * and all others through the {@link CommandTable}. Belongs to the thread that works for the connection; never blocks.
 */
final class RequestExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(RequestExecutor.class);
    private static final byte[] NO_WORDS = {};

    private final RespPort port;
    private final Session session;
    private final InputBuffer input;
    private final ReplyWriter replies;
    private final Pace pace;
    private final RequestReader reader;
    private final RequestParser parser;
    private final ReplyPlaces places;
    private final Runnable resume;
    private final Turn turn;
    private final LoadWindow loads = new LoadWindow();
    private final GetBatch batch;

    /** The request in process, if it is not executed in one go. */
    private @Nullable Invocation current;

    private @Nullable Continuation continuation;
    private byte @Nullable [] lastWords;

    /**
     * Makes an executor.
     *
     * @param resume called when a request that was waiting can go on
     * @param turn how much is executed before others are served
     */
    RequestExecutor(
            RespPort port,
            Session session,
            InputBuffer input,
            ReplyWriter replies,
            Pace pace,
            Runnable resume,
            Turn turn) {
        this.port = port;
        this.session = session;
        this.reader = new RequestReader(port, session, input, pace, turn);
        this.parser = reader.request();
        this.input = input;
        this.replies = replies;
        this.pace = pace;
        this.resume = resume;
        this.turn = turn;
        this.places = new ReplyPlaces(port, session, replies, parser, resume);
        this.batch = new GetBatch(port.figures().of("get"));
        session.measuredBy(() -> replies.measure(input));
    }

    /** Whether no further request is executed: the client broke the protocol, or its session is closing. */
    boolean isOver() {
        return lastWords != null || (continuation == null && (session.isClosing() || session.own.isBroken()));
    }

    /** Whether no further request is executed for now: one is in process, or others are to be served first. */
    boolean isHeld() {
        return continuation != null || turn.isAwaited();
    }

    /** Whether the request in process takes so long that a client that leaves meanwhile should be noticed. */
    boolean isLong() {
        return continuation != null && continuation.isLong();
    }

    /** Ends the request in process because the connection is closed; returns whether the input is no longer read. */
    boolean abandon() {
        if (continuation != null && continuation.abandon()) {
            continuation = null;
            if (current != null) {
                current.abandon();
                current = null;
            }
        }
        return continuation == null;
    }

    /** Returns what the client is told at last because it broke the protocol, possibly nothing; null if it did not. */
    byte @Nullable [] lastWords() {
        return lastWords;
    }

    /** Executes no further request. */
    void refuse(RespProtocolException cause) {
        LOG.debug("{} broke the protocol: {}", session.remoteAddress, cause.getMessage());
        port.figures().countError("ERR");
        lastWords = ReplyBuilder.error("ERR Protocol error: " + cause.getMessage());
    }

    /** Consumes the GETs that the input begins with, as far as there is room for their keys and replies. */
    void collectGets(Lookups gets) {
        NearClient near = session.near();
        for (int room = replies.room(); room > 0 && !gets.isFull() && parse() && isPlainGet(); room--) {
            if (near != null) {
                near.readsByGet(parser.bytes(1));
            }
            gets.add(parser.array(), parser.offset(1), parser.length(1));
            reader.consume();
        }
    }

    /** Replies to collected GETs, which were read at {@code begunNanos}; adds the keys that were not found to {@code misses}. */
    void answerGets(Lookups gets, int from, int to, Misses misses, long begunNanos) throws IOException {
        if (from < to) {
            session.executing("get");
        }
        boolean isToldOfWrites = session.near() != null;
        if (isToldOfWrites) {
            replies.beginReplies();
        }
        long bytes = 0;
        for (int i = from; i < to; i++) {
            Entry entry = gets.entry(i);
            if (entry == null) {
                byte[] key = gets.key(i);
                Call call = batch.miss(session, begunNanos, key);
                if (session.passes.isAwaiting()) {
                    port.passing().passGet(key, places.passed(key.length).of(call), session);
                } else {
                    misses.add(key, places.load(key.length).of(call));
                }
                continue;
            }
            bytes += entry.valueLength();
            batch.answered(entry, gets.isStale(i));
            if (entry.isAbsent()) {
                replies.put(Reply.nil(session.isResp3()));
            } else {
                replies.put(entry);
            }
        }
        session.passes.send();
        batch.end(begunNanos);
        AccessLog log = batch.accessLog();
        if (log != null) {
            LoggedCall.hits(log, session, gets, from, to, begunNanos);
        }
        turn.spend(to - from, bytes);
        if (isToldOfWrites) {
            replies.endReplies();
        }
    }

    /**
     * Executes the complete requests of the input until it {@link #isOver} or {@link #isHeld} or too many replies are queued.
     * Returns false if a write is under way, or others are to be served first: then no further request may be executed.
     *
     * @param later the misses of a round, which loads them later; null to load what is missing at once
     */
    boolean executeAll(@Nullable Misses later) throws IOException {
        try {
            return executeEach(later);
        } finally {
            // Those of one pipeline leave together.
            session.passes.send();
        }
    }

    private boolean executeEach(@Nullable Misses later) throws IOException {
        while (goOn(later) && !isOver() && mayQueue() && parse()) {
            if (isPlainGet()) {
                executeGets(later);
            } else {
                execute();
            }
            if (!replies.moveReady()) {
                return false;
            }
        }
        return replies.moveReady();
    }

    /**
     * Returns whether there is room for a further reply. The end of the request in process may have completed its reply, which
     * makes room, and nothing else would have the connection go on.
     */
    private boolean mayQueue() throws IOException {
        return !replies.isFull() || (replies.moveReady() && !replies.isFull());
    }

    /** Goes on with the request in process; returns whether the next one may be executed. */
    private boolean goOn(@Nullable Misses later) throws IOException {
        if (turn.isAwaited()) {
            return false;
        }
        if (continuation != null && later != null) {
            // It may ask about the keys of the GETs before it, and must not be answered from before them.
            port.cache().load(later);
        }
        if (continuation != null && current != null && parse()) {
            switch (continuation.goOn(parser)) {
                case WAITING -> {
                    return false;
                }
                case AFTER_OTHERS -> {
                    turn.giveWay();
                    return false;
                }
                case DONE -> {
                    boolean isForBackground =
                            current.forBackground() != null && !(continuation instanceof BackgroundRun);
                    continuation = isForBackground ? continuationOf(current) : null;
                    if (continuation != null) {
                        return false;
                    }
                    end(current);
                }
            }
        }
        if (turn.isOver()) {
            turn.giveWay();
            return false;
        }
        return true;
    }

    private boolean parse() {
        try {
            return reader.read();
        } catch (RespProtocolException e) {
            refuse(e);
            return false;
        }
    }

    /** Whether it is a GET that is allowed and of which nothing matters but its value. All others go through the table. */
    private boolean isPlainGet() {
        return GetRequest.matches(parser)
                && session.takesGets()
                && !session.own.isActive()
                && session.principal().mayGet(parser.array(), parser.offset(1), parser.length(1));
    }

    private void executeGets(@Nullable Misses later) throws IOException {
        long begunNanos = batch.isTimed() ? System.nanoTime() : GetBatch.NOT_READ;
        Batch borrowed = Batch.borrow();
        Lookups gets = borrowed.lookups();
        collectGets(gets);
        port.cache().getAllPresent(gets);
        answerGets(gets, 0, gets.size(), later == null ? borrowed.misses() : later, begunNanos);
        port.cache().load(borrowed.misses());
        borrowed.giveBack();
    }

    private void execute() throws IOException {
        TooLargeRequest refused = reader.takeTooLarge();
        if (refused != null) {
            Invocation invocation = new Invocation(session, refused, places::discard, loads, System.nanoTime(), resume);
            refused.refuse(invocation);
            end(invocation);
            return;
        }
        if (parser.count() == 0) {
            reader.consume();
            return;
        }
        if (CrossProtocol.isHttp(parser)) {
            LOG.debug("{} spoke HTTP on the RESP port", session.remoteAddress);
            lastWords = NO_WORDS;
            reader.consume();
            return;
        }
        pace.requestCompleted();
        IntFunction<Reply> place = session.isHeard() ? places::queue : places::discard;
        Invocation invocation = new Invocation(session, parser, place, loads, System.nanoTime(), resume);
        port.commands().execute(invocation);
        continuation = continuationOf(invocation);
        if (continuation == null) {
            end(invocation);
        } else {
            current = invocation;
        }
    }

    private @Nullable Continuation continuationOf(Invocation invocation) {
        if (invocation.pauseMillis() > 0) {
            return Pause.begin(port.scheduler(), invocation.pauseMillis(), invocation.continuation(), resume);
        }
        Command command = invocation.forBackground();
        if (command == null) {
            return invocation.continuation();
        }
        // The memory of a round is used again before the request has been executed.
        input.detach();
        boolean unused = parse();
        BackgroundRun run = new BackgroundRun(invocation, command.handler(), resume);
        byte[] refusal = port.background().offer(command.spec().name(), run);
        if (refusal != null) {
            invocation.refuse(refusal);
            return null;
        }
        return run;
    }

    private void end(Invocation invocation) throws IOException {
        current = null;
        invocation.end();
        ReplyParts reply = invocation.givenReply();
        if (reply != null && reply.errorCode() != null) {
            session.state.abortTransaction();
        }
        NearClient near = session.near();
        if (near != null) {
            replies.beginReplies();
        }
        if (session.endCommand() && reply != null) {
            replies.put(reply);
        }
        if (near != null) {
            replies.endReplies();
            near.endCommand(invocation.arguments());
        }
        turn.spend(1, parser.requestLength() + (reply == null ? 0 : reply.size()));
        reader.consume();
    }
}
