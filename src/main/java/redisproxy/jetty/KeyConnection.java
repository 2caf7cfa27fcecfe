package redisproxy.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.LoadMode;
import redisproxy.cache.Provenance;
import redisproxy.http.Answer;
import redisproxy.http.Answers;
import redisproxy.http.Permits;
import redisproxy.net.Crumbs;
import redisproxy.net.FarewellConnection;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.SpareBuffer;

/**
 * An HTTP/1.1 connection. It answers a repeated GET itself, in a round, and leaves all else to Jetty and the servlet.
 */
final class KeyConnection extends HttpConnection implements RoundConnection, LoadListener {
    /*
     * Who has the connection
     * ----------------------
     * While it waits for a request, nobody. What then arrives is read in a round. If it is a request like one before
     * (see RepeatedHead), this class answers it and waits again. If it is not, Jetty gets the bytes and has the
     * connection until it asks to be told of more, which is when a request is complete and the next one has not begun.
     * One thread at a time has the connection, and hands it on through the end point, the cache or the executor.
     */
    private static final Logger LOG = LoggerFactory.getLogger(KeyConnection.class);

    private static final byte[] NOTHING = {};

    /** UPDATEREDIRECTREF, the longest that is registered, and some more. */
    private static final int MAX_METHOD_BYTES = 24;

    private static final int PIECE_BYTES = 64 * 1024;

    /** A client that takes a large value as fast as it is written may not keep the others waiting for all of it. */
    private static final int MAX_PIECES = 16;

    private final RoundEndPoint endPoint;
    private final Answers answers;
    private final Permits permits;
    private final AnswerEncoder encoder;
    private final long clientNanos;
    private final RepeatedHead repeated = new RepeatedHead();

    /** Of the head of a request, for the rest of which Jetty waits. */
    private final Crumbs crumbs = new Crumbs();

    /** Jetty could not parse a request; when it has answered so, nothing that is read is left in its hands. */
    private volatile boolean refused;

    /** How many times this connection is to be read by Jetty, that which is under way included. */
    private final AtomicInteger fills = new AtomicInteger();

    /** Where the round has what this connection has read. */
    private int start;

    private int end;
    /** Which of the round's lookups is this connection's, or -1. */
    private int lookup;

    /** The response that is being written, if that takes longer. */
    private volatile @Nullable Rest rest;

    /** What a load has brought. */
    private volatile @Nullable Answer answer;

    /** A request waits for a load. */
    private volatile boolean loading;

    /** Somebody else had that load started. The load hands this on to the thread that ends it. */
    private boolean isCollapsed;

    KeyConnection(
            HttpConfiguration configuration,
            Connector connector,
            RoundEndPoint endPoint,
            Answers answers,
            Permits permits,
            AnswerEncoder encoder,
            long clientNanos) {
        super(configuration, connector, endPoint);
        this.endPoint = endPoint;
        this.answers = answers;
        this.permits = permits;
        this.encoder = encoder;
        this.clientNanos = clientNanos;
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String target, HttpVersion version) {
        return super.newHttpStream(method, TargetNormalizer.normalize(method, target), version);
    }

    /** Jetty has parsed a request, whose fields these are, and is about to handle it. */
    void parsed(HttpFields fields) {
        repeated.parsed(fields, isRequestBufferEmpty());
        crumbs.reset();
    }

    @Override
    public void fillInterested(Callback callback) {
        if (isParserClosed()) {
            // Else an error is being answered, and who does so comes back to this connection.
            if (isResponseComplete()) {
                leave(NOTHING);
            }
        } else if (getParser().isStart() && isRequestBufferEmpty()) {
            endPoint.awaitReadable(this);
        } else {
            awaitHead(callback);
        }
    }

    private void awaitHead(Callback callback) {
        long rest = crumbs.restNanos(System.nanoTime(), getBytesIn());
        if (rest > 0) {
            endPoint.getScheduler().schedule(() -> awaitRestOfHead(callback), rest, TimeUnit.NANOSECONDS);
        } else {
            super.fillInterested(callback);
        }
    }

    private void awaitRestOfHead(Callback callback) {
        crumbs.end();
        if (isHeadOverdue(System.nanoTime())) {
            leave(encoder.last(Answer.requestTimeout()));
        } else {
            super.fillInterested(callback);
        }
    }

    private boolean isHeadOverdue(long now) {
        return crumbs.isOverdue(now, clientNanos);
    }

    /** Ends the wait for a head that takes too long. Thread-safe. */
    void sweep(long now) {
        if (isHeadOverdue(now)) {
            endPoint.failRead(
                    new TimeoutException("no request within " + TimeUnit.NANOSECONDS.toMillis(clientNanos) + " ms"));
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        if (cause instanceof TimeoutException && crumbs.isIncomplete()) {
            leave(encoder.last(Answer.requestTimeout()));
        } else {
            super.onFillInterestedFailed(cause);
        }
    }

    /**
     * Jetty answers what it cannot parse on another thread, which goes on reading once that is done: into the buffer that
     * the thread that has parsed is about to give back, and that may be another connection's by then.
     */
    @Override
    public void onFillable() {
        if (fills.getAndIncrement() > 0) {
            return;
        }
        do {
            if (endPoint.getConnection() == this) {
                if (refused && isResponseComplete()) {
                    leave(NOTHING);
                } else {
                    super.onFillable();
                }
            }
        } while (fills.decrementAndGet() > 0);
    }

    @Override
    protected RequestHandler newRequestHandler() {
        return new RequestHandler() {
            @Override
            public void badMessage(HttpException failure) {
                refused = true;
                super.badMessage(failure);
            }
        };
    }

    private boolean isResponseComplete() {
        return getHttpChannel().getRequest() == null;
    }

    private boolean isParserClosed() {
        return getParser().isClose() || getParser().isClosed();
    }

    private void leave(byte[] lastWords) {
        endPoint.upgrade(new FarewellConnection(endPoint, getExecutor(), lastWords, FarewellConnection.LINGER_MILLIS));
    }

    @Override
    public void read(Round round) {
        int count = round.read(endPoint);
        byte[] input = round.input();
        end = round.inputEnd();
        start = end - Math.max(count, 0);
        lookup = -1;
        if (repeated.matches(input, start, end) && !getConnector().isShutdown()) {
            lookup = round.lookups().size();
            int keyStart = RepeatedHead.keyStart(start);
            round.lookups().add(input, keyStart, repeated.keyEnd() - keyStart);
        }
    }

    @Override
    public void answer(Round round) {
        Entry entry = lookup < 0 ? null : round.lookups().entry(lookup);
        boolean isLong = entry != null && entry.isTagCostly();
        if (lookup < 0 || isLong || !permits.tryAcquire()) {
            leaveToJetty(round.input());
            return;
        }
        if (entry != null) {
            respond(answers.hit(entry));
        } else {
            load(round);
        }
    }

    private void load(Round round) {
        try {
            loading = true;
            isCollapsed = false;
            round.misses().add(round.lookups().key(lookup), this);
        } catch (RuntimeException | Error e) {
            permits.release();
            throw e;
        }
    }

    private void leaveToJetty(byte[] source) {
        if (start < end && isBlank(source)) {
            // As clients send after a body (RFC 9112, section 2.2); it begins no request.
            endPoint.awaitReadable(this);
            return;
        }
        if (start < end && isNoMethod(source, start, end)) {
            // As bytes of another protocol, which are not worth a thread.
            leave(encoder.last(Answer.badRequest()));
            return;
        }
        repeated.propose(source, start, end);
        if (start < end) {
            onUpgradeTo(ByteBuffer.wrap(source, start, end - start));
        }
        try {
            getExecutor().execute(this);
        } catch (RejectedExecutionException e) {
            endPoint.close(e);
        }
    }

    private boolean isBlank(byte[] source) {
        for (int at = start; at < end; at++) {
            if (source[at] != '\r' && source[at] != '\n') {
                return false;
            }
        }
        return true;
    }

    /** Whether a request that anybody knows cannot begin so (RFC 9110, section 9.1; RFC 9112, section 2.2). */
    private static boolean isNoMethod(byte[] source, int from, int to) {
        if (source[from] == '\r' || source[from] == '\n') {
            return false;
        }
        for (int at = from; at < Math.min(to, from + MAX_METHOD_BYTES); at++) {
            byte next = source[at];
            boolean isLetter = (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z');
            if (!isLetter && (at == from || next != '-')) {
                return next != ' ' || at == from;
            }
        }
        return false;
    }

    @Override
    public void joined() {
        isCollapsed = true;
    }

    @Override
    public void loaded(Entry entry, Provenance provenance) {
        answer = answers.loaded(entry, provenance, LoadMode.SHARED, isCollapsed);
    }

    @Override
    public void failed(BackingStoreException cause) {
        answer = answers.failed(cause, LoadMode.SHARED, isCollapsed);
    }

    @Override
    public void flush() {
        endPoint.round().resume(this);
    }

    @Override
    public void resume() {
        Answer loaded = answer;
        Rest writing = rest;
        if (loaded != null) {
            answer = null;
            respond(loaded);
            loading = false;
        } else if (writing != null) {
            writing.iterate();
        }
    }

    /** A request that waits for a load, of which Jetty knows nothing, makes no connection idle. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return !loading && super.onIdleExpired(timeout);
    }

    private void respond(Answer answer) {
        SpareBuffer spare = endPoint.round().output();
        RetainableByteBuffer memory = null;
        boolean counted = true;
        try {
            boolean closes = getConnector().isShutdown();
            memory = spare.acquire();
            ByteBuffer out = memory.getByteBuffer().clear();
            encoder.putHead(answer, closes, out);
            int count = Math.min(answer.length(), out.remaining());
            out.put(answer.body(), answer.offset(), count).flip();
            if (count == answer.length()) {
                // Before the last bytes are written: whoever has read them may ask again.
                counted = false;
                permits.release();
            }
            if (endPoint.flush(out) && !counted) {
                responded(closes);
            } else {
                Rest writing = new Rest(answer, count, out, counted, closes);
                counted = false;
                rest = writing;
                writing.iterate();
            }
        } catch (IOException | RuntimeException | Error e) {
            if (counted) {
                permits.release();
            }
            fail(e);
        } finally {
            if (memory != null) {
                spare.release(memory);
            }
        }
    }

    private void responded(boolean closes) {
        if (closes) {
            leave(NOTHING);
        } else {
            endPoint.awaitReadable(this);
        }
    }

    @Override
    public void fail(Throwable cause) {
        LOG.debug("An HTTP connection failed", cause);
        endPoint.close(cause);
    }

    /** Writes what a client did not take at once, and what did not fit into one buffer, from the answer's own array. */
    private final class Rest extends IteratingCallback {
        private final Answer answer;
        private final boolean closes;
        private ByteBuffer piece;
        private int position;
        private boolean counted;
        private int pieces;

        /**
         * Makes the writer.
         *
         * @param count how much of the body was put into {@code unsent}
         * @param unsent what the client did not take; the caller's again when this returns
         * @param counted whether the request still has its permit
         */
        Rest(Answer answer, int count, ByteBuffer unsent, boolean counted, boolean closes) {
            int unsentBody = Math.min(count, unsent.remaining());
            this.answer = answer;
            this.position = answer.offset() + count - unsentBody;
            ByteBuffer unsentHead = unsent.limit(unsent.limit() - unsentBody);
            this.piece =
                    ByteBuffer.allocate(unsentHead.remaining()).put(unsentHead).flip();
            this.counted = counted;
            this.closes = closes;
        }

        @Override
        protected Action process() {
            if (!piece.hasRemaining()) {
                int left = answer.offset() + answer.length() - position;
                if (left == 0) {
                    return Action.SUCCEEDED;
                }
                if (++pieces % MAX_PIECES == 0) {
                    endPoint.round().resume(KeyConnection.this);
                    return Action.IDLE;
                }
                int count = Math.min(left, PIECE_BYTES);
                piece = ByteBuffer.wrap(answer.body(), position, count);
                position += count;
                if (count == left) {
                    giveBackPermit();
                }
            }
            endPoint.write(this, piece);
            return Action.SCHEDULED;
        }

        private void giveBackPermit() {
            if (counted) {
                counted = false;
                permits.release();
            }
        }

        @Override
        protected void onCompleteSuccess() {
            rest = null;
            responded(closes);
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            rest = null;
            giveBackPermit();
            fail(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
