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
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;
import redisproxy.http.Answers;
import redisproxy.http.Permits;
import redisproxy.http.RequestTarget;
import redisproxy.net.IncompleteRequest;
import redisproxy.net.LingeringClose;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.TurnLimiter;

/**
 * An HTTP/1.1 connection. It answers repeated GETs itself, in a round, and leaves all else to Jetty and the servlet.
 */
final class KeyConnection extends HttpConnection implements RoundConnection {
    /*
     * Who has the connection
     * ----------------------
     * While it waits for a request, nobody. What then arrives is read in a round. If it begins with requests like one
     * before (see RepeatedHead), this class answers those, puts back what follows, and waits or reads again. If it does
     * not, Jetty gets the bytes, only those of the first request if that may be repeated, and has the connection until
     * it asks to be told of more, which is when a request is complete and the next one has not begun.
     * One thread at a time has the connection, and hands it on through the end point, the cache or the executor.
     */
    private static final Logger LOG = LoggerFactory.getLogger(KeyConnection.class);

    private static final byte[] NOTHING = {};

    /** UPDATEREDIRECTREF, the longest that is registered, and some more. */
    private static final int MAX_METHOD_BYTES = 24;

    /** A few requests that are not repeated. */
    private static final int BYTES_AT_ONCE = 512;

    private static final int REQUESTS_PER_TURN = 4;

    private final RoundEndPoint endPoint;
    private final Answers answers;
    private final AnswerEncoder encoder;
    private final long clientNanos;
    private final RepeatedHead repeated = new RepeatedHead();
    private final ResponseWriter responses;

    /** Of the head of a request that is incomplete, whoever waits for the rest. */
    private final IncompleteRequest incompleteRequest = new IncompleteRequest();

    /** Jetty could not parse a request; when it has answered so, nothing that is read is left in its hands. */
    private volatile boolean refused;

    /** How many times this connection is to be read by Jetty, that which is under way included. */
    private final AtomicInteger fills = new AtomicInteger();

    /** Where the round has what this connection has read, and has not taken for repeated requests. */
    private int start;

    private int end;

    /** Those bytes are the beginning of a repeated request. */
    private boolean incomplete;

    /** Which of the round's lookups are this connection's. */
    private int firstLookup;

    private int endOfLookups;

    /** Repeated requests have not been answered yet. */
    private boolean answering;

    /** The next of them waits for a load. */
    private volatile boolean loading;

    KeyConnection(
            HttpConfiguration configuration,
            Connector connector,
            RoundEndPoint endPoint,
            Answers answers,
            Permits permits,
            AnswerEncoder encoder,
            TurnLimiter turnLimiter,
            long clientNanos) {
        super(configuration, connector, endPoint);
        this.endPoint = endPoint;
        this.answers = answers;
        this.encoder = encoder;
        this.clientNanos = clientNanos;
        // For the rest of a body that nobody wants, Jetty does not wait.
        endPoint.shareProcessor(
                turnLimiter,
                BYTES_AT_ONCE,
                REQUESTS_PER_TURN,
                () -> !getParser().inContentState());
        this.responses = new ResponseWriter(
                endPoint,
                connector,
                answers,
                permits,
                encoder,
                () -> endPoint.round().resume(this));
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String target, HttpVersion version) {
        return super.newHttpStream(method, TargetNormalizer.normalize(method, target), version);
    }

    /** Jetty has parsed a request, whose fields these are, and is about to handle it. */
    void parsed(HttpFields fields) {
        repeated.parsed(fields, isRequestBufferEmpty());
        incompleteRequest.reset();
        endPoint.noteCost();
    }

    @Override
    public void fillInterested(Callback callback) {
        if (isParserClosed()) {
            // Else an error is being answered, and who does so comes back to this connection.
            if (isResponseComplete()) {
                leave(NOTHING);
            }
        } else if (isBetweenRequests()) {
            awaitRequest();
        } else {
            awaitRestOfHead(getBytesIn(), () -> super.fillInterested(callback));
        }
    }

    private boolean isBetweenRequests() {
        return getParser().isStart() && isRequestBufferEmpty();
    }

    private void awaitRequest() {
        if (endPoint.hasUnread()) {
            endPoint.readAgain(this);
        } else {
            endPoint.awaitReadable(this);
        }
    }

    /** Waits, but not at once while it comes in incompleteRequest. */
    private void awaitRestOfHead(long bytes, Runnable wait) {
        long rest = incompleteRequest.restNanos(System.nanoTime(), bytes);
        if (rest > 0) {
            endPoint.getScheduler().schedule(() -> endRest(wait), rest, TimeUnit.NANOSECONDS);
        } else {
            wait.run();
        }
    }

    private void endRest(Runnable wait) {
        incompleteRequest.end();
        if (isHeadOverdue(System.nanoTime())) {
            leave(encoder.last(answers.requestTimeout()));
        } else {
            wait.run();
        }
    }

    private boolean isHeadOverdue(long now) {
        return incompleteRequest.isOverdue(now, clientNanos);
    }

    /** Ends the wait for a head that takes too long. Thread-safe. */
    void sweep(long now) {
        if (isHeadOverdue(now)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(clientNanos);
            if (!endPoint.failRead(new TimeoutException("no request within " + millis + " ms"))) {
                // It is not Jetty that waits.
                endPoint.round().resume(this);
            }
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        if (cause instanceof TimeoutException && incompleteRequest.isIncomplete()) {
            leave(encoder.last(answers.requestTimeout()));
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
                } else if (isBetweenRequests() && endPoint.hasUnread()) {
                    awaitRequest();
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
        endPoint.upgrade(new LingeringClose(endPoint, getExecutor(), lastWords, LingeringClose.LINGER_MILLIS));
    }

    @Override
    public void read(Round round) {
        int count = round.read(endPoint);
        end = round.inputEnd();
        start = end - Math.max(count, 0);
        incomplete = false;
        firstLookup = round.lookups().size();
        if (!getConnector().isShutdown()) {
            collectGets(round.input(), round.lookups());
        }
        endOfLookups = round.lookups().size();
    }

    private void collectGets(byte[] input, Lookups lookups) {
        for (int room = responses.room(); start < end; room--) {
            int requestEnd = repeated.match(input, start, end);
            if (requestEnd == RepeatedHead.INCOMPLETE) {
                incomplete = !endPoint.isInputShutdown();
                return;
            }
            if (requestEnd == RepeatedHead.NONE || room == 0 || lookups.isFull() || !responses.isPermitted()) {
                return;
            }
            int keyStart = repeated.keyStart();
            int keyEnd = RequestTarget.decodeKey(input, keyStart, repeated.keyEnd());
            lookups.add(input, keyStart, keyEnd - keyStart);
            start = requestEnd;
        }
    }

    @Override
    public void answer(Round round) {
        if (firstLookup < endOfLookups) {
            incompleteRequest.reset();
            endPoint.readInTurns(false);
            endPoint.unread(round.input(), start, end);
            queueResponses(round.lookups(), round.misses());
            write();
        } else if (incomplete) {
            endPoint.unread(round.input(), start, end);
            awaitRestOfRequest();
        } else {
            leaveToJetty(round.input());
        }
    }

    private void queueResponses(Lookups lookups, Misses misses) {
        answering = true;
        for (int i = firstLookup; i < endOfLookups; i++) {
            Entry entry = lookups.entry(i);
            if (entry == null) {
                misses.add(lookups.key(i), responses.putPending());
            } else {
                responses.put(entry);
            }
        }
    }

    private void write() {
        try {
            if (responses.write()) {
                answered();
            } else {
                loading = responses.waits();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void answered() {
        answering = false;
        loading = false;
        if (responses.closes()) {
            leave(NOTHING);
        } else if (incomplete) {
            awaitRestOfRequest();
        } else {
            awaitRequest();
        }
    }

    private void awaitRestOfRequest() {
        awaitRestOfHead(end - start, () -> endPoint.awaitReadable(this));
    }

    private void leaveToJetty(byte[] source) {
        if (start < end && isBlank(source)) {
            // As clients send after a body (RFC 9112, section 2.2); it begins no request.
            endPoint.awaitReadable(this);
            return;
        }
        if (start < end && isNoMethod(source, start, end)) {
            // As bytes of another protocol, which are worth neither a thread nor a hurry.
            byte[] refusal = encoder.last(answers.badRequest());
            endPoint.getScheduler()
                    .schedule(() -> leaveLate(refusal), LingeringClose.TARPIT_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        incompleteRequest.recount();
        endPoint.readInTurns(true);
        int given = repeated.propose(source, start, end);
        endPoint.unread(source, given, end);
        if (start < given) {
            onUpgradeTo(ByteBuffer.wrap(source, start, given - start));
        }
        try {
            getExecutor().execute(this);
        } catch (RejectedExecutionException e) {
            endPoint.close(e);
        }
    }

    private void leaveLate(byte[] lastWords) {
        if (endPoint.isOpen()) {
            leave(lastWords);
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
        return to - from >= MAX_METHOD_BYTES;
    }

    @Override
    public void resume() {
        if (answering) {
            write();
        } else if (isHeadOverdue(System.nanoTime()) && endPoint.stopAwaiting()) {
            leave(encoder.last(answers.requestTimeout()));
        }
    }

    /** A request that waits for a load, of which Jetty knows nothing, makes no connection idle. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return !loading && super.onIdleExpired(timeout);
    }

    @Override
    public void fail(Throwable cause) {
        LOG.debug("An HTTP connection failed", cause);
        answering = false;
        loading = false;
        responses.abandon();
        endPoint.close(cause);
    }
}
