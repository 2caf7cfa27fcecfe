package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.PendingWrite;
import redisproxy.cache.ReadThroughCache;
import redisproxy.upstream.OneNodeCluster;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/**
 * The connection to Redis that one client has to itself while it needs one: in a transaction, while it watches keys, has
 * subscriptions, monitors or has selected another database, and while Redis has something to reply to what it has sent there. Thread-safe; no method blocks.
 */
final class OwnConnection {
    /*
     * While the client has the connection, everything goes through it that Redis answers, in the client's order. It is given back when
     * every reply has come and it has no state. What follows MULTI waits for its reply: if Redis refuses it, commands that
     * were meant to be queued would be executed at once.
     */
    /** As many replies are queued at most, of a client that wants them. */
    private static final int MOST_AWAITED = 512;

    static final byte[] ABORTED = ReplyBuilder.error("EXECABORT Transaction discarded because of previous errors.");
    private static final byte[] DISCARD = "*1\r\n$7\r\nDISCARD\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESET = "*1\r\n$5\r\nRESET\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Stands for no error: the request needs no connection of its own. Compared by identity. */
    private static final byte[] NOT_NEEDED = {};

    private static final byte[] CLOSED = ReplyBuilder.error("ERR the connection to Redis has been closed");

    @GuardedBy("this")
    private final ArrayDeque<OwnRequest> awaited = new ArrayDeque<>();

    @GuardedBy("this")
    private final Transaction transaction = new Transaction();

    @GuardedBy("this")
    private final Subscriptions subscriptions = new Subscriptions();

    private final Messages messages = new Messages(this::readOn);

    @GuardedBy("this")
    private final SelectedDatabase database;

    @GuardedBy("this")
    private final UnplacedTransaction unplaced = new UnplacedTransaction();

    /** The slot of a Cluster whose server it leads to; negative if none has been asked for. */
    @GuardedBy("this")
    private int slot = NO_SLOT;

    /** In the place of a slot. */
    private static final int NO_SLOT = -1;

    /** Which version of the protocol the connection speaks. */
    @GuardedBy("this")
    private boolean isResp3;

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

    /** Makes what a client has at first: no connection; {@code cached} is the database that its commands are about. */
    OwnConnection(int cached) {
        database = new SelectedDatabase(cached);
    }

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

    /** Returns what Redis sends the client unasked. */
    Messages messages() {
        return messages;
    }

    /** Whether the client has subscriptions, or may have asked for some. */
    synchronized boolean isSubscribed() {
        return subscriptions.areAny() || awaited.stream().anyMatch(request -> OwnCommands.subscribes(request.name()));
    }

    /** Whether Redis tells the client what it executes, outside a transaction. */
    synchronized boolean isMonitoring() {
        return subscriptions.isMonitoring() && !transaction.isOpen();
    }

    /** Whether Redis sends, or may be about to send, what the client has not asked for piece by piece. */
    synchronized boolean isListening() {
        return subscriptions.isMonitoring() || isSubscribed();
    }

    /** Returns the subscriptions as CLIENT LIST does, with so many further channels. */
    synchronized String describeSubscriptions(int further) {
        return subscriptions.describe(further);
    }

    /** Whether the client watches keys, outside a transaction. */
    synchronized boolean isWatching() {
        return transaction.hasState() && !transaction.isOpen();
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

    /** Whether the client is in a transaction, or about to be. */
    synchronized boolean isInTransaction() {
        return transaction.isOpen();
    }

    /** Whether Redis has something to reply to. */
    synchronized boolean isAwaiting() {
        return !awaited.isEmpty();
    }

    /** Whether the next reply may take for ever, which a client that has left does not wait for. */
    synchronized boolean isWaiting() {
        OwnRequest first = awaited.peek();
        return first != null && first.isLong() && !transaction.isOpen();
    }

    /** Has Redis end what the client waits for; returns false if it does not. The listener is not told then. */
    boolean unblock(boolean byError, PassListener listener) {
        PinnedConnection open;
        synchronized (this) {
            open = isWaiting() ? connection : null;
        }
        if (open != null) {
            open.unblock(byError, listener);
        }
        return open != null;
    }

    /** Whether the client has the connection for the sake of its state alone: every reply has come. */
    synchronized boolean isKept() {
        return awaited.isEmpty() && hasState();
    }

    /** Whether the client is in a transaction for which no server of a Cluster has been chosen. */
    synchronized boolean isUnplaced() {
        return unplaced.isOpen();
    }

    /** Whether it has not been opened for this slot of a Cluster, so that it may lead to another server. */
    synchronized boolean leadsElsewhere(int wanted) {
        return connection != null && slot != wanted;
    }

    /**
     * Whether a request may be sent now; if not, a reply resumes the client's connection.
     *
     * @param beginsAnew whether it is to have another connection than one that is only used for what has been sent
     */
    boolean maySend(Passes passes, boolean beginsAnew) {
        if (!isActive) {
            return !passes.isAwaiting() && passes.loads().get() == 0;
        }
        synchronized (this) {
            OwnRequest last = awaited.peekLast();
            if (beginsAnew && !hasState()) {
                return false;
            }
            boolean isUndecided = transaction.isBeginning()
                    || unplaced.isPlacing()
                    || database.isPending()
                    || (last != null && OwnCommands.decides(last.name()));
            return !isUndecided && awaited.size() < MOST_AWAITED;
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

    /** Has these keys kept out of the cache while the transaction is executed, though it writes none of them. */
    synchronized void queueBypasses(List<byte[]> keys) {
        transaction.bypass(keys);
    }

    /** Any key may be written when the transaction is executed. */
    synchronized void queueAny() {
        transaction.writeAny();
    }

    /** A command was queued that Redis has not told of. */
    synchronized void queueUntold() {
        transaction.addUntold();
    }

    /** Returns whether the transaction may execute a command that Redis has not told of. */
    synchronized boolean mayExecuteUntold() {
        return transaction.hasUntold();
    }

    /** Has these keys read when the transaction is executed; null for keys that are too many to be remembered. */
    synchronized void queueReads(@Nullable List<byte[]> keys) {
        transaction.read(keys);
    }

    /** Has the client told when what the transaction is about to read is written. */
    synchronized void noteReads(NearClient near) {
        transaction.noteReads(near);
    }

    /** Returns whether the transaction may write any key. */
    synchronized boolean writesAny() {
        return transaction.writesAny();
    }

    /** Begins the writes of the keys that the transaction writes, and adds them to {@code writes}. */
    synchronized void beginWrites(ReadThroughCache cache, Session writer, List<PendingWrite> writes) {
        if (!transaction.keys().isEmpty()) {
            writes.add(cache.beginWrite(transaction.keys(), writer));
        }
        if (!transaction.bypassedKeys().isEmpty()) {
            writes.add(cache.beginBypass(transaction.bypassedKeys()));
        }
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
        latest = request.reply();
        if (connection == null) {
            if (isClosed || isBroken) {
                return CLOSED;
            }
            if (unplaced.isOpen() || (request.name().equals(OwnCommands.MULTI) && relay.isCluster())) {
                return sendUnplaced(relay, session, request);
            }
            if (!request.needsOwn()) {
                return NOT_NEEDED;
            }
            byte[] refusal = open(relay, session, request.key());
            if (refusal != null) {
                return refusal;
            }
        }
        boolean isDiscarded = request.isExec() && transaction.isToBeDiscarded(session.principal());
        if (isDiscarded) {
            request.replyInstead(ABORTED);
        }
        database.sending(request, transaction.isOpen());
        transaction.sending(request.name(), session.principal());
        send(request, isDiscarded ? DISCARD : request.bytes());
        return null;
    }

    @GuardedBy("this")
    private void send(OwnRequest request, byte[] bytes) {
        PinnedConnection open = connection;
        if (open != null) {
            awaited.add(request);
            open.send(bytes);
            expect(open);
        }
    }

    /** Opens the connection; returns the error if that is not possible. */
    @GuardedBy("this")
    private byte @Nullable [] open(Relay relay, Session session, byte @Nullable [] key) {
        Ear hearing = new Ear();
        ear = hearing;
        isResp3 = session.isResp3();
        slot = key != null && relay.isCluster() ? OneNodeCluster.slot(key) : NO_SLOT;
        PinnedConnection open = relay.pin(key, session.isResp3(), session.database, hearing);
        if (open == null || ear == null) {
            leave();
            return open == null ? OwnCommands.refusal(relay.mostPinned()) : CLOSED;
        }
        isActive = true;
        connection = open;
        return null;
    }

    /** Replies to a request of a transaction that no server has been chosen for, or chooses one by it. */
    @GuardedBy("this")
    private byte @Nullable [] sendUnplaced(Relay relay, Session session, OwnRequest request) {
        boolean isToBeDiscarded = transaction.isToBeDiscarded(session.principal());
        byte[] reply = unplaced.reply(request, isToBeDiscarded);
        if (reply != null) {
            transaction.sending(request.name(), session.principal());
            transaction.begun(/* isAccepted= */ true);
            isActive = unplaced.isOpen();
            return reply;
        }
        byte[] refusal = open(relay, session, request.key());
        if (refusal != null) {
            transaction.abort();
            isActive = true;
            return refusal;
        }
        unplaced.place();
        unplaced.hold(request);
        send(OwnRequest.unheard(MULTI, OwnCommands.MULTI), MULTI);
        return null;
    }

    /** The server that is to execute the transaction has replied to MULTI. Returns what cannot be sent to it. */
    @GuardedBy("this")
    private List<OwnRequest> placed(boolean isAccepted) {
        List<OwnRequest> held = unplaced.end();
        if (!isAccepted) {
            // The client thinks that what it sends next is queued.
            isBroken = true;
            transaction.end();
            return held;
        }
        for (OwnRequest each : held) {
            if (each.isExec()) {
                transaction.end();
            }
            send(each, each.bytes());
        }
        return List.of();
    }

    /* --------------- Replies --------------- */

    private void received(Ear by, RawReply raw) {
        OwnRequest request;
        List<OwnRequest> unsent = List.of();
        List<RawReply> replies = List.of(OwnCommands.withoutRedirection(raw));
        synchronized (this) {
            if (ear != by) {
                return;
            }
            OwnRequest first = awaited.peek();
            if (subscriptions.isOfMonitor(raw)) {
                takeMessage(raw);
                return;
            }
            String kind = kind(raw, first);
            if (kind != null && (first == null || !first.name().equals(kind))) {
                subscriptions.note(kind, raw);
                takeMessage(raw);
                return;
            }
            if (kind != null && first != null) {
                replies = subscriptions.confirm(first, kind, raw);
                if (replies == null) {
                    return;
                }
            }
            request = raw.type() == '>' && kind == null ? null : awaited.poll();
            if (request == null) {
                if (raw.type() != '>') {
                    // Nobody has asked for it.
                    isBroken = true;
                    close(/* forGood= */ false);
                }
                return;
            }
            expect(connection);
            database.replied(request, raw.type(), isNull(raw));
            if (request.name().equals(OwnCommands.MULTI)) {
                transaction.begun(raw.type() == '+');
                unsent = unplaced.isPlacing() ? placed(raw.type() == '+') : List.of();
            } else if (request.name().equals(OwnCommands.MONITOR)) {
                subscriptions.beginMonitoring(raw);
            }
        }
        for (OwnRequest each : unsent) {
            each.endWrites();
            each.replied(List.of(), replies);
        }
        request.endWrites();
        giveBackIfDone();
        List<RawReply> before = request.isHeard() ? messages.hold() : List.of();
        request.replied(before, replies);
        messages.release();
        if (!isHeardBy(by)) {
            // It has been given back, or RESET has ended it meanwhile: nobody tells any more that all has been
            // received.
            request.reply().flush();
        }
    }

    private synchronized boolean isHeardBy(Ear one) {
        return ear == one;
    }

    /** Says which reply is awaited next. */
    @GuardedBy("this")
    private void expect(@Nullable PinnedConnection open) {
        OwnRequest first = awaited.peek();
        if (open != null) {
            open.expect(first == null ? PinnedConnection.ANY_TIME : first.waitingNanos());
        }
    }

    private static boolean isNull(RawReply raw) {
        byte[] head = raw.chunks().get(0);
        return head.length > 1 && head[1] == '-';
    }

    /** Returns the kind of a message or confirmation, or null if it is a reply. */
    @GuardedBy("this")
    private @Nullable String kind(RawReply raw, @Nullable OwnRequest first) {
        // In RESP2 they look as replies do, and come only while the client may ask for nothing else.
        boolean mayBe = raw.type() == '>'
                || (!isResp3
                        && raw.type() == '*'
                        && (subscriptions.areAny() || (first != null && OwnCommands.subscribes(first.name()))));
        return mayBe ? Subscriptions.kind(raw) : null;
    }

    @GuardedBy("this")
    private void takeMessage(RawReply raw) {
        if (messages.add(raw) && connection != null) {
            connection.pause();
            resumeClient();
        }
    }

    /** The client has taken the messages that were too many. */
    private synchronized void readOn() {
        if (connection != null) {
            connection.resume();
        }
    }

    private synchronized void giveBackIfDone() {
        PinnedConnection open = connection;
        if (open != null && awaited.isEmpty() && !hasState()) {
            leave();
            open.giveBack();
        }
    }

    /** Whether Redis keeps something for the client that ends with the connection. */
    @GuardedBy("this")
    private boolean hasState() {
        return transaction.hasState() || subscriptions.areAny() || subscriptions.isMonitoring() || database.isKept();
    }

    @GuardedBy("this")
    private void leave() {
        connection = null;
        ear = null;
        subscriptions.end();
        database.end();
        slot = NO_SLOT;
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
            lost.addAll(unplaced.end());
            awaited.clear();
            // Without its state, what the client sends next would mean something else.
            isBroken |= hasState();
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

    /**
     * Has Redis forget what the client listens to, so that nobody finds it there once {@link #reset} has ended the connection. Returns
     * whether there is something to wait for, whose end resumes the client's connection.
     */
    synchronized boolean beginReset() {
        if (connection == null || !isListening()) {
            return false;
        }
        send(OwnRequest.unheard(RESET, "reset"), RESET);
        return true;
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
            lost.addAll(unplaced.end());
            awaited.clear();
            transaction.end();
            messages.clear();
            PinnedConnection open = connection;
            leave();
            if (open != null) {
                open.close();
            }
        }
        lost.forEach(request -> request.fail("ERR the connection to Redis has been closed"));
    }
}
