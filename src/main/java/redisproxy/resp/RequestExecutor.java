package redisproxy.resp;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;
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
    private final RequestParser parser = new RequestParser();
    private final Supplier<Reply> queue;
    private final Supplier<Reply> discarded;

    private byte @Nullable [] lastWords;

    RequestExecutor(RespPort port, Session session, InputBuffer input, ReplyWriter replies, Pace pace) {
        this.port = port;
        this.session = session;
        this.input = input;
        this.replies = replies;
        this.pace = pace;
        this.queue = () -> replies.putPending(session.isResp3());
        this.discarded = () -> new Reply(() -> {}, session.isResp3());
    }

    /** Whether no further request is executed: the client broke the protocol, or its session is closing. */
    boolean isOver() {
        return lastWords != null || session.isClosing();
    }

    /** Returns what the client is told at last because it broke the protocol, possibly nothing; null if it did not. */
    byte @Nullable [] lastWords() {
        return lastWords;
    }

    /** Executes no further request. */
    void refuse(RespProtocolException cause) {
        LOG.debug("{} broke the protocol: {}", session.remoteAddress, cause.getMessage());
        lastWords = ReplyBuilder.error("ERR Protocol error: " + cause.getMessage());
    }

    /** Consumes the GETs that the input begins with, as far as there is room for their keys and replies. */
    void collectGets(Lookups gets) {
        for (int room = replies.room(); room > 0 && !gets.isFull() && parse() && isPlainGet(); room--) {
            gets.add(parser.array(), parser.offset(1), parser.length(1));
            consume();
        }
    }

    /** Replies to collected GETs; adds the keys that were not found to {@code misses}. */
    void answerGets(Lookups gets, int from, int to, Misses misses) throws IOException {
        if (from < to) {
            session.executing("get");
        }
        for (int i = from; i < to; i++) {
            Entry entry = gets.entry(i);
            if (entry != null && entry.isAbsent()) {
                replies.put(Reply.nil(session.isResp3()));
            } else if (entry != null) {
                replies.put(entry);
            } else {
                misses.add(gets.key(i), replies.putPending(session.isResp3()));
            }
        }
        port.registry().countCommands(to - from);
    }

    /**
     * Executes the complete requests of the input until it {@link #isOver} or too many replies are queued. Returns false
     * if a write is under way, without which no further request may be executed.
     *
     * @param later the misses of a round, which loads them later; null to load what is missing at once
     */
    boolean executeAll(@Nullable Misses later) throws IOException {
        while (!isOver() && !replies.isFull() && parse()) {
            if (isPlainGet()) {
                executeGets(later);
            } else {
                execute();
                consume();
            }
            if (!replies.moveReady()) {
                return false;
            }
        }
        return true;
    }

    private boolean parse() {
        try {
            return parser.parse(input.array(), input.start(), input.end());
        } catch (RespProtocolException e) {
            refuse(e);
            return false;
        }
    }

    private void consume() {
        input.consume(parser.requestLength());
        parser.next();
        pace.requestCompleted();
    }

    /** Whether the request is a GET of which nothing matters but its value. All others go through the table. */
    private boolean isPlainGet() {
        return GetRequest.matches(parser) && session.isHeard();
    }

    private void executeGets(@Nullable Misses later) throws IOException {
        Batch batch = Batch.borrow();
        Lookups gets = batch.lookups();
        collectGets(gets);
        port.cache().getAllPresent(gets);
        answerGets(gets, 0, gets.size(), later == null ? batch.misses() : later);
        port.cache().load(batch.misses());
        batch.giveBack();
    }

    private void execute() throws IOException {
        if (parser.count() == 0) {
            return;
        }
        if (CrossProtocol.isHttp(parser)) {
            LOG.debug("{} spoke HTTP on the RESP port", session.remoteAddress);
            lastWords = NO_WORDS;
            return;
        }
        port.registry().countCommands(1);
        Invocation invocation = new Invocation(session, parser, session.isHeard() ? queue : discarded);
        port.commands().execute(invocation);
        byte[] reply = invocation.encodedReply();
        if (session.endCommand() && reply != null) {
            replies.put(reply);
        }
    }
}
