package redisproxy.resp;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.net.ClientAddress;
import redisproxy.net.HangUp;
import redisproxy.net.PeerAddress;
import redisproxy.net.PeerNames;
import redisproxy.net.ReadableSource;
import redisproxy.net.Resumption;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;

/** One client on the RESP port: reads requests, has them executed, and writes the replies in order. Never blocks. */
final class RespConnection extends AbstractConnection.NonBlocking implements RoundConnection {
    /*
     * Threads
     * -------
     * One thread at a time works for a connection, see ConnectionEvents. The fields below, and the objects that the
     * connection is made of, belong to the working thread unless their classes say otherwise.
     *
     * Rounds
     * ------
     * Readable connections are read and parsed in a round, and their keys are looked up together. From `read` until
     * `answer`, the selector's thread is the working thread of each of them.
     *
     * Order and bounds
     * ----------------
     * Replies go straight into the output buffer until one has to wait. From then on they queue behind it.
     * No request is executed while a write is under way or too many replies are queued; none is read while one can be.
     * So a client that does not read is not read from. Memory grows with what arrives, never with announced lengths.
     *
     * Turns
     * -----
     * A connection gives way when it has done much at once, and goes on when its turn comes.
     */
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    private final ReadableSource endPoint;
    private final RespPort port;
    private final Session session;
    private final Pace pace;
    private final ConnectionControl control;
    private final Turn turn;
    private final RequestInput input;
    private final ReplyWriter replies;
    private final RequestExecutor requests;
    private final HangUp hangUp;
    private final Lifecycle lifecycle;
    private final ConnectionEvents events = new ConnectionEvents(this::work);

    /** Whether the round will have it resume. */
    private final AtomicBoolean resumes = new AtomicBoolean();

    /** The round that the connection takes part in at present; only the selector's thread sets it. */
    private @Nullable Round round;
    /** The connection's share of the round's lookups. */
    private int firstGet;

    private int endOfGets;

    /** Whether a certificate of the client has been looked for, which is there once something has been read. */
    private boolean isNamed;

    RespConnection(ReadableSource endPoint, RespPort port) {
        super(endPoint, port.executor());
        this.endPoint = endPoint;
        this.port = port;
        this.session = new Session(
                port.registry().nextId(),
                PeerAddress.of(endPoint.getRemoteSocketAddress()),
                ClientAddress.isLocal(endPoint.getRemoteSocketAddress()),
                PeerAddress.of(endPoint.getLocalSocketAddress()),
                port.database());
        this.session.passes.leaveBy(port.passing().departures(endPoint.round()));
        this.pace = new Pace(port.timeouts(), session);
        this.input = new RequestInput(endPoint, this, port, pace);
        this.control = new ConnectionControl(endPoint, events, pace);
        this.turn = new Turn(control::giveWay);
        Runnable resume = new Resumption(endPoint.round(), this::resumeInRound);
        var output = endPoint.round().output();
        session.told.pushedBy(() -> new Pushes(session, port.pushes(), resume));
        Unasked unasked = new Unasked(session.told, session.own.messages());
        this.replies = new ReplyWriter(endPoint, unasked, output, port.memory(), events::raise, resume, turn::giveWay);
        this.requests = new RequestExecutor(port, session, input.buffer(), replies, pace, resume, turn);
        this.hangUp = new HangUp(endPoint, port.executor());
        this.lifecycle = new Lifecycle(port.registry(), endPoint, hangUp, events::raise);
    }

    /* --------------- Events, on any thread --------------- */

    @Override
    public void onOpen() {
        super.onOpen();
        new Admission(endPoint, port.registry(), session, this, control, hangUp, port.excess()).begin();
    }

    /** The connection has been registered. */
    void admitted() {
        // Registered by now, so that it is among those that follow a change of users.
        port.logins().begin(session);
        events.mark(ConnectionEvents.ADMITTED);
    }

    private void resumeInRound() {
        // Once for all replies that are complete by then.
        if (!resumes.get() && resumes.compareAndSet(false, true)) {
            endPoint.round().resume(this);
        }
    }

    @Override
    public void resume() {
        resumes.set(false);
        events.raise();
    }

    @Override
    public void fail(Throwable cause) {
        LOG.debug("The connection of {} failed", session.remoteAddress, cause);
        endPoint.close(cause);
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        input.close();
        // Not left to the working thread alone, whose work may fail: other connections need the place.
        port.registry().unregister(session);
        session.own.close();
        session.told.gone();
        events.mark(ConnectionEvents.GONE);
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

    /* --------------- Rounds, on the selector's thread --------------- */

    @Override
    public void read(Round current) {
        if (events.beginReadable()) {
            if (!isNamed) {
                isNamed = true;
                port.logins().begin(session, PeerNames.of(endPoint));
            }
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
            } finally {
                round = null;
                events.end();
            }
        }
    }

    /** Reads, and leaves the keys of the GETs that the input begins with to the round. */
    private void collectGets(Round current) throws IOException {
        heed();
        turn.beginRound();
        if (input.isReadable() && requests.isLong() && input.seesEnd()) {
            // As in Redis, a client that leaves gets no answer to what is still being read for it.
            endPoint.close();
            lifecycle.close();
        } else if (input.isReadable() && lifecycle.isServing() && replies.moveReady() && wantsInput()) {
            try {
                input.read(current);
                requests.collectGets(current.lookups());
            } catch (RespProtocolException e) {
                requests.refuse(e);
            }
            leaveIfOver();
        }
    }

    private void answerGets(Round current) throws IOException {
        heed();
        if (lifecycle.isClosed()) {
            abandon();
            return;
        }
        requests.answerGets(current.lookups(), firstGet, endOfGets, current.misses(), current.startedNanos());
        advance();
        input.buffer().detach();
    }

    /* --------------- Work, on the working thread --------------- */

    private void work() {
        try {
            heed();
            if (lifecycle.isClosed()) {
                abandon();
            } else if (!lifecycle.isEntering()) {
                advance();
            }
        } catch (IOException | RuntimeException | Error e) {
            breakOff(e);
        }
    }

    private void breakOff(Throwable cause) {
        fail(cause);
        lifecycle.close();
        abandon();
    }

    private void abandon() {
        replies.abandon();
        if (requests.abandon()) {
            input.buffer().release();
        }
    }

    /** Takes in what other threads have marked. */
    private void heed() {
        if (events.takeReadable()) {
            input.becameReadable();
            session.active(round == null ? System.nanoTime() : round.startedNanos());
        }
        int marked = events.takeMarks();
        if (marked != 0) {
            heed(marked);
        }
    }

    private void heed(int marked) {
        if ((marked & ConnectionEvents.GONE) != 0) {
            lifecycle.close();
        }
        if ((marked & ConnectionEvents.ADMITTED) != 0 && lifecycle.admit()) {
            input.await();
        }
        if ((marked & ConnectionEvents.DRAIN) != 0 && lifecycle.isParting() && mayPart()) {
            lifecycle.drain();
        }
        if ((marked & ConnectionEvents.TURN) != 0) {
            turn.begin();
        }
        if ((marked & ConnectionEvents.SWEPT) != 0 && !lifecycle.isClosed() && isOverdue(System.nanoTime())) {
            LOG.debug("{} took too long", session.remoteAddress);
            lifecycle.timeOut();
        }
        if (lifecycle.isClosed()) {
            port.registry().unregister(session);
        }
    }

    /** Whether the proxy, which stops, may end the connection now. */
    private boolean mayPart() {
        if (lifecycle.isUrged()) {
            return true;
        }
        // A request that has just arrived is still answered.
        return input.buffer().isBetweenRequests()
                && !replies.hasQueued()
                && !requests.isHeld()
                && (Parting.hasServed(session) || Parting.isQuiet(session, System.nanoTime()))
                && !input.hasMore();
    }

    private boolean isOverdue(long now) {
        boolean isIdle = input.isAwaited()
                && input.buffer().isBetweenRequests()
                && !replies.hasQueued()
                && !session.state.isListening();
        return endPoint.isStalled(now, port.timeouts().clientNanos())
                || (isIdle ? pace.isIdleForTooLong(now) : pace.isOverdue(now, replies.waitingNanos(now)));
    }

    private void advance() throws IOException {
        while (replies.moveReady() && requests.executeAll(round == null ? null : round.misses())) {
            leaveIfOver();
            if (wantsInput() && input.isReadable() && read()) {
                continue;
            }
            if (replies.flush()) {
                settle();
            }
            return;
        }
    }

    private void leaveIfOver() {
        if (requests.isOver()) {
            lifecycle.leave(requests.lastWords());
        }
    }

    private boolean wantsInput() {
        return lifecycle.isServing() && !input.hasEnded() && !replies.isFull() && !requests.isHeld();
    }

    private boolean read() throws IOException {
        try {
            return input.read();
        } catch (RespProtocolException e) {
            requests.refuse(e);
            return true;
        }
    }

    /** Ends the work for now: waits for bytes, or hangs up if none are wanted any more. */
    private void settle() {
        replies.release();
        if (requests.isHeld()) {
            if (requests.isLong()) {
                input.awaitEnd();
            }
            return;
        }
        input.buffer().releaseIfEmpty();
        if (input.hasEnded() && session.state.isWaiting()) {
            // As in Redis, a client that leaves waits for nothing any more.
            endPoint.close();
            return;
        }
        if (lifecycle.isParting()) {
            if (mayPart()) {
                lifecycle.drain();
            } else if (wantsInput() && input.isReadable()) {
                events.raise();
            }
        }
        if (wantsInput()) {
            input.awaitMore();
        } else if (!replies.hasQueued()) {
            input.buffer().release();
            lifecycle.end(/* maySendMore= */ !input.isAwaited() && !input.hasEnded());
        }
    }
}
