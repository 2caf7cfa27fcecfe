package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/**
 * The connection to Redis that one client has to itself while it needs one: in a transaction, while it watches keys, and while Redis has
 * something to reply to what it has sent there. Thread-safe; no method blocks.
 */
final class OwnConnection {
    /*
     * While the client has the connection, everything goes through it that Redis answers, in the client's order. It is given back when
     * every reply has come and it has no state. What follows MULTI waits for its reply: if Redis refuses it, commands that
     * were meant to be queued would be executed at once.
     */
    /** As many replies are queued at most, of a client that wants them. */
    private static final int MOST_AWAITED = 512;

    private static final byte[] ABORTED =
            ReplyBuilder.error("EXECABORT Transaction discarded because of previous errors.");
    private static final byte[] DISCARD = "*1\r\n$7\r\nDISCARD\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_KEY_WATCHED = ReplyBuilder.error(
            "ERR WATCH a key of the transaction before MULTI: it says which server of the Cluster executes it");
    /** Stands for no error: the request needs no connection of its own. Compared by identity. */
    private static final byte[] NOT_NEEDED = {};

    private static final byte[] CLOSED = ReplyBuilder.error("ERR the connection to Redis has been closed");

    @GuardedBy("this")
    private final ArrayDeque<OwnRequest> awaited = new ArrayDeque<>();

    @GuardedBy("this")
    private final Transaction transaction = new Transaction();

    /** Null if the client has none. */
    @GuardedBy("this")
    private @Nullable PinnedConnection connection;

    /** What hears of it; null if the client has none. What others hear is no longer of interest. */
    @GuardedBy("this")
    private @Nullable Ear ear;

    /** Null before the first request. */
    @GuardedBy("this")
    private @Nullable Reply latest;

    @GuardedBy("this")
    private boolean isClosed;

    private volatile boolean isActive;
    private volatile boolean isBroken;

    /** Hears of one use of a connection. */
    private final class Ear implements PinListener {
        @Override
        public void received(RawReply raw) {
            OwnConnection.this.received(this, raw);
        }

        @Override
        public void flush() {
            resumeClient();
        }

        @Override
        public void ended(String error) {
            OwnConnection.this.ended(this, error);
        }
    }

    /* --------------- State --------------- */

    /** Whether the client has the connection. */
    boolean isActive() {
        return isActive;
    }

    /** Whether the state of the connection has been lost, which the end of the client's own connection tells it. */
    boolean isBroken() {
        return isBroken;
    }

    /** Whether the client is in a transaction, or about to be. */
    synchronized boolean isInTransaction() {
        return transaction.isOpen();
    }

    /** Whether the next reply may take for ever, which a client that has left does not wait for. */
    synchronized boolean isWaiting() {
        OwnRequest first = awaited.peek();
        return first != null && first.isLong();
    }

    /** Whether a request may be sent now; if not, a reply resumes the client's connection. */
    boolean maySend(Passes passes) {
        if (!isActive) {
            return !passes.isAwaiting() && passes.loads().get() == 0;
        }
        synchronized (this) {
            return !transaction.isBeginning() && awaited.size() < MOST_AWAITED;
        }
    }

    /* --------------- Transactions --------------- */

    /** A request was refused: if it belongs to a transaction, that is discarded. */
    synchronized void abort() {
        transaction.abort();
    }

    /** Has these keys written when the transaction is executed. */
    synchronized void queue(List<byte[]> keys) {
        transaction.write(keys);
    }

    /** Any key may be written when the transaction is executed. */
    synchronized void queueAny() {
        transaction.writeAny();
    }

    /** Returns whether the transaction may write any key. */
    synchronized boolean writesAny() {
        return transaction.writesAny();
    }

    /** Returns the keys that the transaction writes. */
    synchronized List<byte[]> queuedKeys() {
        return transaction.keys();
    }

    /* --------------- Requests --------------- */

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

    private synchronized byte @Nullable [] trySend(Relay relay, Session session, OwnRequest request) {
        PinnedConnection open = connection;
        latest = request.reply();
        if (open == null) {
            if (isClosed || isBroken) {
                return CLOSED;
            }
            if (!request.needsOwn()) {
                return NOT_NEEDED;
            }
            Ear hearing = new Ear();
            ear = hearing;
            open = relay.pin(request.key(), session.isResp3(), session.database, hearing);
            if (open == null || ear == null) {
                leave();
                return open == null ? refusal(relay.mostPinned()) : CLOSED;
            }
            isActive = true;
            connection = open;
        }
        boolean isDiscarded = request.isExec() && transaction.isToBeDiscarded(session.principal());
        if (isDiscarded) {
            request.replyInstead(ABORTED);
        }
        transaction.sending(request.name(), session.principal());
        awaited.add(request);
        open.send(isDiscarded ? DISCARD : request.bytes());
        return null;
    }

    /** Returns the error for a client that may not send a request over a connection of its own, or null. */
    static byte @Nullable [] refusal(Relay relay, String name, boolean isActive) {
        if (relay.mostPinned() == 0) {
            return refusal(0);
        }
        return relay.isCluster() && name.equals("multi") && !isActive ? NO_KEY_WATCHED : null;
    }

    /** Returns the error for a client that can have no connection; there are {@code most} in all. */
    private static byte[] refusal(int most) {
        return ReplyBuilder.error(
                most == 0
                        ? "ERR this command needs a connection to Redis for one client alone, and PINNED_CONNECTIONS is 0: set it to how many clients may have one"
                        : "ERR this command needs a connection to Redis for one client alone, and as many clients have one as PINNED_CONNECTIONS allows (%d): try again later, or raise it"
                                .formatted(most));
    }

    /* --------------- Replies --------------- */

    private void received(Ear by, RawReply raw) {
        OwnRequest request;
        synchronized (this) {
            if (ear != by) {
                return;
            }
            request = awaited.poll();
            if (request == null) {
                if (raw.type() != '>') {
                    // Nobody has asked for it.
                    isBroken = true;
                    close(/* forGood= */ false);
                }
                return;
            }
            if (request.name().equals("multi")) {
                transaction.begun(raw.type() == '+');
            }
        }
        request.endWrites();
        boolean isLast = giveBackIfDone();
        request.replied(raw);
        if (isLast) {
            // Nobody tells any more that all has been received.
            request.reply().flush();
        }
    }

    private synchronized boolean giveBackIfDone() {
        PinnedConnection open = connection;
        if (open == null || !awaited.isEmpty() || transaction.hasState()) {
            return false;
        }
        leave();
        open.giveBack();
        return true;
    }

    @GuardedBy("this")
    private void leave() {
        connection = null;
        ear = null;
        isActive = false;
    }

    /** Has the client's connection go on, which has a reply to write or has to end. */
    private void resumeClient() {
        Reply last;
        synchronized (this) {
            last = latest;
        }
        if (last != null) {
            last.flush();
        }
    }

    private void ended(Ear by, String error) {
        List<OwnRequest> lost;
        synchronized (this) {
            if (ear != by) {
                return;
            }
            lost = new ArrayList<>(awaited);
            awaited.clear();
            // Without its state, what the client sends next would mean something else.
            isBroken |= transaction.hasState();
            transaction.end();
            leave();
        }
        lost.forEach(request -> request.fail(error));
        resumeClient();
    }

    /** Ends the connection, as that of its client has ended: Redis discards its state. */
    void close() {
        close(/* forGood= */ true);
    }

    /** Ends the connection; the client may get another one. */
    void reset() {
        close(/* forGood= */ false);
    }

    private void close(boolean forGood) {
        List<OwnRequest> lost;
        synchronized (this) {
            isClosed |= forGood;
            lost = new ArrayList<>(awaited);
            awaited.clear();
            transaction.end();
            PinnedConnection open = connection;
            leave();
            if (open != null) {
                open.close();
            }
        }
        lost.forEach(request -> request.fail("ERR the connection to Redis has been closed"));
    }
}
