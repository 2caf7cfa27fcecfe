package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Principal;
import redisproxy.upstream.RawReply;

/**
 * What is under way at Redis for one client over its own connection: what Redis keeps until that ends (a transaction, watched keys,
 * subscriptions, MONITOR, a selected database), and what it has not replied to. Thread-safe; no method blocks. Its monitor is also the lock of the
 * {@link OwnConnection}, which changes it together with the connection.
 */
final class ConnectionState {
    /** As many replies are queued at most, of a client that wants them. */
    private static final int MOST_AWAITED = 512;

    private final TransactionKeys transactionKeys = new TransactionKeys();

    @GuardedBy("this")
    private final Transaction transaction = new Transaction(transactionKeys);

    @GuardedBy("this")
    private final UnplacedTransaction unplaced = new UnplacedTransaction();

    @GuardedBy("this")
    private final Subscriptions subscriptions = new Subscriptions();

    @GuardedBy("this")
    private final AwaitedReplies awaited = new AwaitedReplies(subscriptions);

    @GuardedBy("this")
    private final SelectedDatabase database;

    /** Makes what a client has at first; {@code cached} is the database that its commands are about. */
    ConnectionState(int cached) {
        database = new SelectedDatabase(cached);
    }

    /* --------------- What Redis keeps --------------- */

    /** Whether Redis keeps something for the client that ends with the connection. */
    synchronized boolean isAny() {
        return transaction.hasState() || subscriptions.areAny() || subscriptions.isMonitoring() || database.isKept();
    }

    /** Whether the client has the connection for the sake of what Redis keeps alone: every reply has come. */
    synchronized boolean isKept() {
        return awaited.isEmpty() && isAny();
    }

    /** Whether the client is in a transaction, or about to be. */
    synchronized boolean isInTransaction() {
        return transaction.isOpen();
    }

    /** Returns what the client's transaction reads and writes. */
    TransactionKeys transactionKeys() {
        return transactionKeys;
    }

    /** A request was refused: if it belongs to a transaction, that is discarded. */
    synchronized void abortTransaction() {
        transaction.abort();
    }

    /** Whether the client is in a transaction for which no server of a Cluster has been chosen. */
    synchronized boolean isUnplaced() {
        return unplaced.isOpen();
    }

    /** Whether the server of a Cluster that is to execute the transaction is about to reply to MULTI. */
    synchronized boolean isPlacing() {
        return unplaced.isPlacing();
    }

    /** Whether the client watches keys, outside a transaction. */
    synchronized boolean isWatching() {
        return transaction.hasState() && !transaction.isOpen();
    }

    /** Whether the client has subscriptions, or may have asked for some. */
    synchronized boolean isSubscribed() {
        return subscriptions.areAny() || awaited.haveSubscribing();
    }

    /** Returns the subscriptions as CLIENT LIST does, with so many further channels. */
    synchronized String describeSubscriptions(int further) {
        return subscriptions.describe(further);
    }

    /** Whether Redis tells the client what it executes, outside a transaction. */
    synchronized boolean isMonitoring() {
        return subscriptions.isMonitoring() && !transaction.isOpen();
    }

    /** Whether Redis sends, or may be about to send, what the client has not asked for piece by piece. */
    synchronized boolean isListening() {
        return subscriptions.isMonitoring() || isSubscribed();
    }

    /** Whether the client may agree on no other version of the protocol, which its connection would not speak. */
    synchronized boolean keepsVersion() {
        return isWatching() || isListening() || database.isKept();
    }

    /** Returns the number of the database that the client has selected. */
    synchronized int database() {
        return database.present();
    }

    /** Whether what the client does in the selected database does not concern what is cached. */
    synchronized boolean isElsewhere() {
        return database.isElsewhere();
    }

    /* --------------- Requests and replies --------------- */

    /** Whether Redis has something to reply to. */
    synchronized boolean isAwaiting() {
        return !awaited.isEmpty();
    }

    /** Whether the next reply may take for ever, which a client that has left does not wait for. */
    synchronized boolean isWaiting() {
        OwnRequest first = awaited.first();
        return first != null && first.isLong() && !transaction.isOpen();
    }

    /** Returns the request whose reply comes next, or null. */
    @Nullable
    synchronized OwnRequest first() {
        return awaited.first();
    }

    /** Whether another request may follow those that Redis has not replied to: what it means does not depend on their replies. */
    synchronized boolean maySend() {
        OwnRequest last = awaited.last();
        boolean isUndecided = transaction.isBeginning()
                || unplaced.isPlacing()
                || database.isPending()
                || (last != null && OwnCommands.decides(last.name()));
        return !isUndecided && awaited.size() < MOST_AWAITED;
    }

    /** A client's request is about to be sent; returns false if the transaction is to be discarded instead of executed by it. */
    synchronized boolean sending(OwnRequest request, Principal by) {
        boolean isDiscarded = request.isExec() && transaction.isToBeDiscarded(by);
        database.sending(request, transaction.isOpen());
        transaction.sending(request.name(), by);
        return !isDiscarded;
    }

    /** A request is sent, and its reply awaited. */
    synchronized void await(OwnRequest request) {
        awaited.add(request);
    }

    /** Takes what has arrived over the connection, which speaks this version of the protocol, and says what it is. */
    synchronized AwaitedReplies.Arrival arrived(RawReply raw, boolean isResp3) {
        AwaitedReplies.Arrival arrival = awaited.match(raw, isResp3);
        OwnRequest request = arrival.request();
        if (request != null) {
            database.replied(request, raw.type(), isNull(raw));
            if (request.name().equals(OwnCommands.MULTI)) {
                transaction.begun(raw.type() == '+');
            } else if (request.name().equals(OwnCommands.MONITOR)) {
                subscriptions.beginMonitoring(raw);
            }
        }
        return arrival;
    }

    private static boolean isNull(RawReply raw) {
        byte[] head = raw.chunks().get(0);
        return head.length > 1 && head[1] == '-';
    }

    /* --------------- Choosing the server of a Cluster --------------- */

    /**
     * Returns the reply to a request of a transaction that no server has been chosen for; null if one is to be chosen by it. The first
     * request is MULTI.
     */
    synchronized byte @Nullable [] replyUnplaced(OwnRequest request, Principal by) {
        byte[] reply = unplaced.reply(request, transaction.isToBeDiscarded(by));
        if (reply != null) {
            transaction.sending(request.name(), by);
            transaction.begun(/* isAccepted= */ true);
        }
        return reply;
    }

    /** The server has been chosen, by this request, which is held until that has replied to MULTI. */
    synchronized void place(OwnRequest by) {
        unplaced.place();
        unplaced.hold(by);
    }

    /** The server has replied to MULTI. Returns what has been held, which is to be sent if it has accepted. */
    synchronized List<OwnRequest> placed(boolean isAccepted) {
        List<OwnRequest> held = unplaced.end();
        if (!isAccepted || held.stream().anyMatch(OwnRequest::isExec)) {
            transaction.end();
        }
        return held;
    }

    /* --------------- End --------------- */

    /** The connection has ended, or been given back: Redis sends nothing unasked, and the database is the cached one. */
    synchronized void left() {
        subscriptions.end();
        database.end();
    }

    /** The connection has ended with what was under way; returns the requests that get no reply. The transaction has ended. */
    synchronized List<OwnRequest> lose() {
        List<OwnRequest> lost = new ArrayList<>();
        awaited.moveTo(lost);
        lost.addAll(unplaced.end());
        transaction.end();
        return lost;
    }
}
