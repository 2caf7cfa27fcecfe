package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/** Sends the requests of one client over its {@linkplain OwnConnection own connection}, and gives each its reply. Thread-safe; no method blocks. */
final class OwnRequests {
    /*
     * While the client has the connection, everything goes through it that Redis answers, in the client's order. It is given back when
     * every reply has come and it has no state. What follows MULTI waits for its reply: if Redis refuses it, commands that
     * were meant to be queued would be executed at once.
     */
    static final byte[] ABORTED = ReplyBuilder.error("EXECABORT Transaction discarded because of previous errors.");
    private static final byte[] DISCARD = "*1\r\n$7\r\nDISCARD\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESET = "*1\r\n$5\r\nRESET\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Stands for no error: the request needs no connection of its own. Compared by identity. */
    private static final byte[] NOT_NEEDED = {};

    private final ConnectionState state;
    private final OwnConnection connection;

    /** Makes what sends over {@code connection}, which has the same state. */
    OwnRequests(ConnectionState state, OwnConnection connection) {
        this.state = state;
        this.connection = connection;
    }

    /**
     * Whether a request may be sent now; if not, a reply resumes the client's connection.
     *
     * @param beginsAnew whether it is to have another connection than one that is only used for what has been sent
     */
    boolean maySend(Passes passes, boolean beginsAnew) {
        if (!connection.isActive()) {
            return !passes.isAwaiting() && passes.loads().get() == 0;
        }
        synchronized (state) {
            return !(beginsAnew && !state.isAny()) && state.maySend();
        }
    }

    /**
     * Sends a request. If that is not possible, its reply says so. Returns false if the client has no connection, and the request needs
     * none: then it is to go another way.
     */
    boolean send(Relay relay, Session session, OwnRequest request) {
        byte[] refusal = trySend(relay, session, request);
        if (refusal == NOT_NEEDED) {
            return false;
        }
        if (refusal != null) {
            request.refuse(refusal);
        }
        return true;
    }

    private byte @Nullable [] trySend(Relay relay, Session session, OwnRequest request) {
        synchronized (state) {
            connection.resumedBy(request.reply());
            if (!connection.isOpen()) {
                if (connection.isOver()) {
                    return OwnConnection.CLOSED;
                }
                if (state.isUnplaced() || (request.name().equals(OwnCommands.MULTI) && relay.isCluster())) {
                    return sendUnplaced(relay, session, request);
                }
                if (!request.needsOwn()) {
                    return NOT_NEEDED;
                }
                byte[] refusal = connection.open(relay, session, request.key(), this::received);
                if (refusal != null) {
                    return refusal;
                }
            }
            boolean mayBeExecuted = state.sending(request, session.principal());
            if (!mayBeExecuted) {
                request.replyInstead(ABORTED);
            }
            connection.send(request, mayBeExecuted ? request.bytes() : DISCARD);
            return null;
        }
    }

    /**
     * Has Redis forget what the client listens to, so that nobody finds it there once {@linkplain OwnConnection#reset a reset} has ended
     * the connection. Returns whether there is something to wait for, whose end resumes the client's connection.
     */
    boolean beginReset() {
        synchronized (state) {
            if (!connection.isOpen() || !state.isListening()) {
                return false;
            }
            connection.send(OwnRequest.unheard(RESET, "reset"), RESET);
            return true;
        }
    }

    /* --------------- Transactions in front of a Cluster --------------- */

    /** Replies to a request of a transaction that no server has been chosen for, or chooses one by it. */
    @GuardedBy("state")
    private byte @Nullable [] sendUnplaced(Relay relay, Session session, OwnRequest request) {
        byte[] reply = state.replyUnplaced(request, session.principal());
        if (reply != null) {
            connection.activate(state.isUnplaced());
            return reply;
        }
        byte[] refusal = connection.open(relay, session, request.key(), this::received);
        if (refusal != null) {
            state.abortTransaction();
            connection.activate(true);
            return refusal;
        }
        state.place(request);
        connection.send(OwnRequest.unheard(MULTI, OwnCommands.MULTI), MULTI);
        return null;
    }

    /** The server that is to execute the transaction has replied to MULTI. Returns what cannot be sent to it. */
    @GuardedBy("state")
    private List<OwnRequest> placed(boolean isAccepted) {
        List<OwnRequest> held = state.placed(isAccepted);
        if (!isAccepted) {
            // The client thinks that what it sends next is queued.
            connection.breakOff();
            return held;
        }
        held.forEach(each -> connection.send(each, each.bytes()));
        return List.of();
    }

    /* --------------- Replies --------------- */

    private void received(PinListener by, RawReply raw) {
        AwaitedReplies.Arrival arrival;
        OwnRequest request;
        List<OwnRequest> unsent = List.of();
        synchronized (state) {
            if (!connection.isHeardBy(by)) {
                return;
            }
            arrival = state.arrived(raw, connection.isResp3());
            request = arrival.request();
            if (request == null) {
                takeUnasked(arrival.kind(), raw);
                return;
            }
            connection.expectNext();
            if (request.name().equals(OwnCommands.MULTI) && state.isPlacing()) {
                unsent = placed(raw.type() == '+');
            }
        }
        for (OwnRequest each : unsent) {
            each.endWrites();
            each.replied(List.of(), arrival.replies());
        }
        request.endWrites();
        connection.giveBackIfDone();
        Messages messages = connection.messages();
        List<RawReply> before = request.isHeard() ? messages.hold() : List.of();
        request.replied(before, arrival.replies());
        messages.release();
        if (!connection.isHeardBy(by)) {
            // It has been given back, or RESET has ended it meanwhile: nobody tells any more that all has been
            // received.
            request.reply().flush();
        }
    }

    @GuardedBy("state")
    private void takeUnasked(AwaitedReplies.Kind kind, RawReply raw) {
        if (kind == AwaitedReplies.Kind.MESSAGE) {
            connection.takeMessage(raw);
        } else if (kind == AwaitedReplies.Kind.STRAY) {
            connection.breakOff();
            connection.reset();
        }
    }
}
