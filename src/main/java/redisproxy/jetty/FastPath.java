package redisproxy.jetty;

import java.io.IOException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.auth.LoginAttempts;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;
import redisproxy.http.Answers;
import redisproxy.http.RequestTarget;
import redisproxy.measure.HitTimer;
import redisproxy.net.CostTurns;
import redisproxy.net.HangUp;
import redisproxy.net.PeerAddress;
import redisproxy.net.ReadableSource;
import redisproxy.net.Resumption;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;

/**
 * Answers the repeated GETs of an HTTP/1.1 connection in a round, on the selector's thread and without Jetty. What arrives
 * between requests is read in a round. If it begins with requests like an earlier one ({@link RepeatedHead}), they are answered
 * here and the bytes that follow are put back. Otherwise Jetty gets the bytes; only those of the first request, if that may be
 * repeated. Belongs to the selector's thread.
 */
final class FastPath implements RoundConnection {
    private static final Logger LOG = LoggerFactory.getLogger(FastPath.class);

    private final JettyHttp1Connection jetty;
    private final ReadableSource source;
    private final CostTurns turns;
    private final HangUp hangUp;
    private final HeadTimeout headTimeout;
    private final HeadMemory memory;
    private final Answers answers;
    private final AnswerEncoder encoder;
    private final RepeatedHead repeated;
    private final ResponseWriter responses;
    private final HitTimer timer;
    private final LoginAttempts attempts;

    /** Where in the round's input the bytes lie that were read and are no repeated requests. */
    private int start;

    private int end;

    /** Those bytes are the beginning of a repeated request. */
    private boolean incomplete;

    /** A repeated request of the round has credentials. */
    private boolean isOfSomebody;

    /** Which of the round's lookups belong to this connection. */
    private int firstLookup;

    private int endOfLookups;

    /** Nothing but the beginning of a preface has arrived yet. */
    private boolean first = true;

    /** Repeated requests have not been answered yet. */
    private boolean answering;

    /** The next response waits for a load or for its client. */
    private volatile boolean waiting;

    /** A turn has been paid for the long head that comes. */
    private boolean hasPaid;

    FastPath(
            JettyHttp1Connection jetty,
            ReadableSource source,
            CostTurns turns,
            HangUp hangUp,
            HeadTimeout headTimeout,
            HeadMemory memory,
            HttpServices services) {
        this.jetty = jetty;
        this.source = source;
        this.turns = turns;
        this.hangUp = hangUp;
        this.headTimeout = headTimeout;
        this.memory = memory;
        this.answers = services.answers();
        this.encoder = services.encoder();
        this.attempts = services.authority().attempts();
        this.repeated = new RepeatedHead(services.heads(), services.authority(), new ClientCertificate(source));
        this.timer = answers.hitTimer();
        this.responses =
                new ResponseWriter(source, jetty.getConnector(), services, new Resumption(source.round(), this::wake));
    }

    /**
     * Notes that Jetty has parsed a request. To be called by the thread that has the connection.
     *
     * @param isWhole whether Jetty has no further bytes
     */
    void parsed(HttpFields fields, boolean isWhole) {
        repeated.parsed(fields, isWhole && mayTryLogin(fields));
    }

    /** Credentials that the servlet does not look at must not be tried here either. */
    private boolean mayTryLogin(HttpFields fields) {
        return !fields.contains(HttpHeader.AUTHORIZATION)
                || !attempts.isBusy(PeerAddress.host(PeerAddress.of(source.getRemoteSocketAddress())));
    }

    /** Returns how many bytes are kept of earlier heads. */
    int bytes() {
        return repeated.bytes();
    }

    /** Waits for the next request in a round. To be called by the thread that has the connection. */
    void awaitRequest() {
        if (source.hasUnread()) {
            source.readAgain(this);
        } else {
            source.awaitReadable(this);
        }
    }

    /** Has {@link #resume} called on the selector's thread. Thread-safe. */
    void wake() {
        source.round().resume(this);
    }

    /** Returns whether a response waits for a load or for its client. Thread-safe. */
    boolean isAnswering() {
        return waiting;
    }

    @Override
    public void read(Round round) {
        int count = round.read(source);
        end = round.inputEnd();
        start = end - Math.max(count, 0);
        incomplete = false;
        isOfSomebody = false;
        firstLookup = round.lookups().size();
        if (!jetty.getConnector().isShutdown()) {
            collectGets(round.input(), round.lookups());
        }
        endOfLookups = round.lookups().size();
    }

    private void collectGets(byte[] input, Lookups lookups) {
        for (int room = responses.room(); start < end; room--) {
            int requestEnd = repeated.match(input, start, end);
            if (requestEnd == RepeatedHead.INCOMPLETE) {
                incomplete = !source.isInputShutdown();
                return;
            }
            if (requestEnd == RepeatedHead.NONE
                    || room == 0
                    || lookups.isFull()
                    || !repeated.mayRead(input)
                    || !responses.isPermitted()) {
                return;
            }
            isOfSomebody |= repeated.isOfSomebody();
            int keyStart = repeated.keyStart();
            int keyEnd = RequestTarget.decodeKey(input, keyStart, repeated.keyEnd());
            lookups.add(input, keyStart, keyEnd - keyStart);
            start = requestEnd;
        }
    }

    @Override
    public void answer(Round round) {
        if (firstLookup < endOfLookups) {
            headTimeout.complete();
            memory.noteUse();
            turns.readInTurns(false);
            first = false;
            source.unread(round.input(), start, end);
            responses.beginBatch(isOfSomebody);
            putResponses(round.lookups(), round.misses(), round.startedNanos());
        } else if (incomplete) {
            source.unread(round.input(), start, end);
            awaitRestOfRequest();
        } else {
            handOver(round.input());
        }
    }

    private void putResponses(Lookups lookups, Misses misses, long begunNanos) {
        answering = true;
        int hits = 0;
        try {
            for (int i = firstLookup; i < endOfLookups; i++) {
                Entry entry = lookups.entry(i);
                if (entry == null) {
                    byte[] key = lookups.key(i);
                    misses.add(key, responses.putPending(key, begunNanos));
                } else {
                    hits++;
                    responses.put(entry, /* isLast= */ i + 1 == endOfLookups);
                }
            }
            responses.log(lookups, firstLookup, endOfLookups, begunNanos);
        } catch (IOException e) {
            fail(e);
            return;
        }
        timer.end(hits, begunNanos);
        write();
    }

    private void write() {
        try {
            if (responses.write()) {
                answered();
            } else {
                waiting = true;
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void answered() {
        answering = false;
        // Mostly it is so already, and a volatile write costs more than a read.
        if (waiting) {
            waiting = false;
        }
        if (responses.closes()) {
            hangUp.now();
        } else if (incomplete) {
            awaitRestOfRequest();
        } else {
            awaitRequest();
        }
    }

    private void awaitRestOfRequest() {
        awaitRestOfRequest(() -> source.awaitReadable(this));
    }

    private void awaitRestOfRequest(Runnable wait) {
        if (memory.holdsRest(0, end - start + repeated.bytes())) {
            headTimeout.awaitRest(end - start, wait);
        } else {
            hangUp.now(encoder.last(answers.outOfMemory(memory.mostOfAll())));
        }
    }

    /** Gives Jetty what has been read, if it can be a request. */
    private void handOver(byte[] input) {
        if (first && Http2Preface.mayBegin(input, start, end)) {
            source.unread(input, start, end);
            if (Http2Preface.isWhole(end - start)) {
                headTimeout.complete();
                jetty.becomeHttp2();
            } else {
                awaitRestOfRequest();
            }
            return;
        }
        first = false;
        if (start < end && RequestStart.isBlank(input, start, end)) {
            source.awaitReadable(this);
        } else if (start < end && RequestStart.isNoRequest(input, start, end)) {
            // Bytes of another protocol are worth neither a thread nor a hurry.
            hangUp.decideLate(encoder.last(answers.badRequest()), hangUp::finish);
        } else if (!hasPaid && source.isBusy() && !RequestStart.isWholeHead(input, start, end)) {
            // Before anything of it is parsed: a client whose long head is refused may begin the next one at once.
            hasPaid = true;
            turns.addTurn();
            source.unread(input, start, end);
            awaitRestOfRequest(() -> source.readAgain(this));
        } else {
            hasPaid = false;
            turns.readInTurns(true);
            int given = repeated.propose(input, start, end);
            source.unread(input, given, end);
            jetty.handle(input, start, given);
        }
    }

    @Override
    public void resume() {
        if (answering) {
            write();
        } else if (headTimeout.isOverdue(System.nanoTime()) && source.stopAwaiting()) {
            headTimeout.answer();
        }
    }

    @Override
    public void fail(Throwable cause) {
        LOG.debug("An HTTP connection failed", cause);
        answering = false;
        waiting = false;
        responses.abandon();
        source.close(cause);
    }
}
