package redisproxy.resp;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.AbstractConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;
import redisproxy.net.RoundEndPoint;

/**
 * One client on the RESP port: reads requests, has them executed, writes the replies in order, and ends. Never blocks.
 */
final class RespConnection extends AbstractConnection.NonBlocking implements RoundConnection, ClientRegistry.Control {
    /*
     * Threads
     * -------
     * A connection becomes readable, a load finishes, a write ends, and other threads mark what has happened to it. One
     * thread at a time works for the connection: the one that raises `pendingWork` from zero. It goes on until it has
     * seen every event; all other threads only count theirs and leave. So each field that is neither volatile nor
     * atomic belongs to the working thread, without a lock, and so do the objects that the connection is made of.
     *
     * Rounds
     * ------
     * Readable connections are read and parsed in a round, and their keys are looked up together. From `read` until
     * `answer`, the selector's thread is the working thread of each of them.
     *
     * Order
     * -----
     * Replies go straight into the output buffer until one has to wait. From then on they queue behind it.
     *
     * Bounds
     * ------
     * No request is executed while a write is under way or too many replies are queued, and nothing is read while a
     * request that has been read can be executed. So a client that does not read is not read from. The input buffer
     * grows with what has arrived of a request, never with the length that was announced.
     */
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** What one round reads fits into the buffer. */
    private static final int INPUT_BYTES = Round.READ_BYTES;

    /** Redis: the default of client-query-buffer-limit. */
    private static final int MAX_REQUEST_BYTES = 1024 * 1024 * 1024;

    /** What a connection may be doing. */
    private enum Phase {
        /** Waits to be let in; reads nothing. */
        ENTERING,
        /** Reads and executes requests. */
        SERVING,
        /** Executes the requests that have been read, then closes. */
        DRAINING,
        /** Writes the replies that are left, then hangs up. */
        LEAVING,
        /** Has ended, or is about to; releases what it holds. */
        CLOSED
    }

    private static final int ADMITTED = 1;
    private static final int DRAIN = 2;
    private static final int SWEPT = 4;
    private static final int GONE = 8;

    private final RoundEndPoint endPoint;
    private final RespPort port;
    private final Session session;
    private final InputBuffer input;
    private final ReplyWriter replies;
    private final Pace pace;
    private final RequestExecutor requests;
    private final HangUp hangUp;

    /** Events that the working thread has not seen yet, and those that it is working on. */
    private final AtomicInteger pendingWork = new AtomicInteger();

    /** What other threads have marked since the working thread looked: a sum of the constants above. */
    private final AtomicInteger marks = new AtomicInteger();

    private volatile boolean becameReadable;

    private Phase phase = Phase.ENTERING;

    /** The selector has been asked to tell when there is something to read. */
    private boolean interested;
    /** There is something to read, or the end of the input. */
    private boolean readable;

    private boolean endOfInput;

    /** The round that the connection takes part in; belongs to the selector's thread. */
    private @Nullable Round round;
    /** The connection's share of the round's lookups. */
    private int firstGet;

    private int endOfGets;

    RespConnection(RoundEndPoint endPoint, RespPort port) {
        super(endPoint, port.executor());
        this.endPoint = endPoint;
        this.port = port;
        this.session = new Session(
                port.registry().nextId(),
                Addresses.format(endPoint.getRemoteSocketAddress()),
                Addresses.format(endPoint.getLocalSocketAddress()));
        this.input = new InputBuffer(port.buffers(), INPUT_BYTES, MAX_REQUEST_BYTES, port.inputBudget());
        this.replies = new ReplyWriter(
                endPoint,
                endPoint.round().output(),
                this::wake,
                () -> endPoint.round().resume(this));
        this.pace = new Pace(port.timeouts(), session);
        this.requests = new RequestExecutor(port, session, input, replies, pace);
        this.hangUp = new HangUp(endPoint, port, this::wake);
    }

    /* --------------- Events, on any thread --------------- */

    @Override
    public void onOpen() {
        super.onOpen();
        new Admission(endPoint, port.registry(), session, this, hangUp).begin();
    }

    /** The connection has been registered. */
    void admitted() {
        mark(ADMITTED);
    }

    @Override
    public void drain() {
        mark(DRAIN);
    }

    @Override
    public void kill() {
        endPoint.close();
    }

    @Override
    public void sweep(long now) {
        if (pace.mayBeOverdue(now)) {
            mark(SWEPT);
        }
    }

    @Override
    public void resume() {
        wake();
    }

    @Override
    public void fail(Throwable cause) {
        LOG.debug("The connection of {} failed", session.remoteAddress, cause);
        endPoint.close(cause);
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        mark(GONE);
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return false;
    }

    /** Never called: rounds tell this connection that it is readable. */
    @Override
    public void onFillable() {
        throw new IllegalStateException("not in a round");
    }

    private void mark(int event) {
        marks.getAndUpdate(marked -> marked | event);
        wake();
    }

    /** Has this thread, or the one that is working, look at what has happened to the connection. */
    private void wake() {
        if (pendingWork.getAndIncrement() == 0) {
            work();
            workAfter(1);
        }
    }

    /** Goes on until every event has been seen; {@code events} have been. */
    private void workAfter(int events) {
        int seen = pendingWork.addAndGet(-events);
        while (seen != 0) {
            work();
            seen = pendingWork.addAndGet(-seen);
        }
    }

    /* --------------- Rounds, on the selector's thread --------------- */

    @Override
    public void read(Round current) {
        becameReadable = true;
        if (pendingWork.getAndIncrement() == 0) {
            round = current;
            firstGet = current.lookups().size();
            try {
                collectGets(current);
            } catch (IOException | RuntimeException | Error e) {
                breakOff(e);
            }
            endOfGets = current.lookups().size();
        }
    }

    @Override
    public void answer(Round current) {
        if (round != null) {
            try {
                answerGets(current);
            } catch (IOException | RuntimeException | Error e) {
                breakOff(e);
            }
            round = null;
            workAfter(1);
        }
    }

    /** Reads, and leaves the keys of the GETs that the input begins with to the round. */
    private void collectGets(Round current) throws IOException {
        heed();
        if (phase == Phase.SERVING && readable && replies.moveReady() && wantsInput()) {
            readable = false;
            try {
                endOfInput = input.fill(endPoint, current) < 0;
                requests.collectGets(current.lookups());
            } catch (RespProtocolException e) {
                requests.refuse(e);
            }
            leaveIfOver();
        }
    }

    private void answerGets(Round current) throws IOException {
        heed();
        if (phase == Phase.CLOSED) {
            abandon();
            return;
        }
        requests.answerGets(current.lookups(), firstGet, endOfGets, current.misses());
        advance();
        input.detach();
    }

    /* --------------- Work, on the working thread --------------- */

    private void work() {
        try {
            heed();
            if (phase == Phase.CLOSED) {
                abandon();
            } else if (phase != Phase.ENTERING) {
                advance();
            }
        } catch (IOException | RuntimeException | Error e) {
            breakOff(e);
        }
    }

    private void breakOff(Throwable cause) {
        fail(cause);
        phase = Phase.CLOSED;
        abandon();
    }

    private void abandon() {
        replies.abandon();
        input.release();
    }

    /** Takes in what other threads have marked. */
    private void heed() {
        if (becameReadable) {
            becameReadable = false;
            interested = false;
            readable = true;
            session.active(round == null ? System.nanoTime() : round.startedNanos());
        }
        if (marks.get() != 0) {
            heed(marks.getAndSet(0));
        }
    }

    private void heed(int marked) {
        if ((marked & GONE) != 0) {
            phase = Phase.CLOSED;
        }
        if ((marked & ADMITTED) != 0 && phase == Phase.ENTERING) {
            phase = port.registry().isDraining() ? Phase.DRAINING : Phase.SERVING;
            awaitReadable();
        }
        if ((marked & DRAIN) != 0 && phase == Phase.SERVING) {
            phase = Phase.DRAINING;
        }
        if ((marked & SWEPT) != 0 && phase != Phase.CLOSED && isOverdue(System.nanoTime())) {
            LOG.debug("{} took too long", session.remoteAddress);
            port.registry().countTimedOut();
            phase = Phase.CLOSED;
            hangUp.atOnce();
        }
        if (phase == Phase.CLOSED) {
            port.registry().unregister(session);
        }
    }

    private boolean isOverdue(long now) {
        boolean isIdle = interested && input.isEmpty() && !replies.hasQueued();
        return isIdle ? pace.isIdleForTooLong(now) : pace.isOverdue(now, replies.waitingNanos(now));
    }

    private void advance() throws IOException {
        while (replies.moveReady() && executeAll()) {
            boolean wantsInput = wantsInput();
            if (wantsInput && readable && read()) {
                continue;
            }
            if (replies.flush()) {
                settle(wantsInput && !endOfInput);
            }
            return;
        }
    }

    private boolean executeAll() throws IOException {
        boolean goesOn = requests.executeAll(round == null ? null : round.misses());
        leaveIfOver();
        return goesOn;
    }

    private void leaveIfOver() {
        if (requests.isOver() && phase != Phase.LEAVING) {
            phase = Phase.LEAVING;
            byte[] words = requests.lastWords();
            if (words != null) {
                port.registry().countProtocolError();
                hangUp.delay(words);
            }
        }
    }

    private boolean wantsInput() {
        return phase == Phase.SERVING && !endOfInput && !replies.isFull();
    }

    /**
     * Reads once each time the socket becomes readable, so that no client keeps the thread from others. Returns whether
     * there is something new to look at.
     */
    private boolean read() throws IOException {
        readable = false;
        try {
            int filled = input.fill(endPoint);
            endOfInput = filled < 0;
            return filled > 0;
        } catch (RespProtocolException e) {
            requests.refuse(e);
            return true;
        }
    }

    /** Ends the work for now: waits for bytes, or hangs up if none are wanted any more. */
    private void settle(boolean wantsInput) {
        input.releaseIfEmpty();
        replies.release();
        if (wantsInput) {
            if (!interested && !rests()) {
                awaitReadable();
            }
        } else if (!replies.hasQueued()) {
            hangUp();
        }
    }

    private void awaitReadable() {
        interested = true;
        endPoint.awaitReadable(this);
    }

    /** Whether nothing is read for a while, because a request arrives in many small parts. */
    private boolean rests() {
        if (input.isEmpty()) {
            return false;
        }
        long rest = pace.restNanos(input.end() - input.start());
        if (rest > 0) {
            endPoint.getScheduler().schedule(this::endRest, rest, TimeUnit.NANOSECONDS);
        }
        return pace.rests();
    }

    private void endRest() {
        pace.endRest();
        wake();
    }

    private void hangUp() {
        if (hangUp.isDelayed()) {
            input.release();
            return;
        }
        if (phase == Phase.LEAVING) {
            hangUp.withLastWords();
        } else if (phase == Phase.DRAINING) {
            port.registry().countDrained();
            if (interested || endOfInput) {
                hangUp.atOnce();
            } else {
                hangUp.afterDrain();
            }
        } else {
            hangUp.atOnce();
        }
        phase = Phase.CLOSED;
    }
}
