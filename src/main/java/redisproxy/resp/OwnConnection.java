package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.OneNodeCluster;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/**
 * The connection to Redis that one client has to itself while it needs one: in a transaction, while it watches keys, has
 * subscriptions, monitors or has selected another database, and while Redis has something to reply to what it has sent there. Opens it, gives
 * it back, and ends it. Thread-safe; no method blocks.
 */
final class OwnConnection {
    static final byte[] CLOSED = ReplyBuilder.error("ERR the connection to Redis has been closed");

    /** In the place of a slot. */
    private static final int NO_SLOT = -1;

    /** Its monitor guards what is here, too. */
    private final ConnectionState state;

    private final Messages messages = new Messages(this::readOn);

    /** The slot of a Cluster whose server it leads to; negative if none has been asked for. */
    @GuardedBy("state")
    private int slot = NO_SLOT;

    /** Which version of the protocol the connection speaks. */
    @GuardedBy("state")
    private boolean isResp3;

    /** Null if the client has none. */
    @GuardedBy("state")
    private @Nullable PinnedConnection connection;

    /** What hears of it; null if the client has none. What others hear is no longer of interest. */
    @GuardedBy("state")
    private @Nullable Ear ear;

    /** Null before the first request. */
    @GuardedBy("state")
    private @Nullable Reply latest;

    private volatile boolean isActive;
    private volatile boolean isBroken;
    private volatile boolean isClosed;

    /** Makes what a client has at first: no connection. */
    OwnConnection(ConnectionState state) {
        this.state = state;
    }

    /** Hears of one use of a connection. */
    private final class Ear implements PinListener {
        private final BiConsumer<PinListener, RawReply> receiver;

        Ear(BiConsumer<PinListener, RawReply> receiver) {
            this.receiver = receiver;
        }

        @Override
        public void received(RawReply raw) {
            receiver.accept(this, raw);
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

    /** Whether the client has the connection, or is in a transaction that will get one. */
    boolean isActive() {
        return isActive;
    }

    /** Has everything that Redis answers go this way from now on, or no longer. */
    void activate(boolean isOn) {
        isActive = isOn;
    }

    /** Whether the state of the connection has been lost, which the end of the client's own connection tells it. */
    boolean isBroken() {
        return isBroken;
    }

    /** What the client sends next would mean something else than it thinks. */
    void breakOff() {
        isBroken = true;
    }

    /** Whether the client can get no connection any more. */
    boolean isOver() {
        return isClosed || isBroken;
    }

    /** Whether there is a connection. */
    boolean isOpen() {
        synchronized (state) {
            return connection != null;
        }
    }

    /** Whether the connection speaks RESP3. */
    boolean isResp3() {
        synchronized (state) {
            return isResp3;
        }
    }

    /** Whether it is the present connection that tells this listener. */
    boolean isHeardBy(PinListener one) {
        synchronized (state) {
            return ear == one;
        }
    }

    /** Whether it has not been opened for this slot of a Cluster, so that it may lead to another server. */
    boolean leadsElsewhere(int wanted) {
        synchronized (state) {
            return connection != null && slot != wanted;
        }
    }

    /**
     * Opens the connection; returns the error if that is not possible.
     *
     * @param key has the server of its slot chosen in a Cluster; null for any
     * @param receiver gets what arrives, and by which listener
     */
    byte @Nullable [] open(
            Relay relay, Session session, byte @Nullable [] key, BiConsumer<PinListener, RawReply> receiver) {
        synchronized (state) {
            Ear hearing = new Ear(receiver);
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
    }

    /** Sends {@code bytes}, whose reply is that to the request. */
    void send(OwnRequest request, byte[] bytes) {
        synchronized (state) {
            PinnedConnection open = connection;
            if (open != null) {
                state.await(request);
                open.send(bytes);
                expectNext();
            }
        }
    }

    /** Says which reply is awaited next. */
    void expectNext() {
        synchronized (state) {
            OwnRequest first = state.first();
            if (connection != null) {
                connection.expect(first == null ? PinnedConnection.ANY_TIME : first.waitingNanos());
            }
        }
    }

    /** Has Redis end what the client waits for; returns false if it does not. The listener is not told then. */
    boolean unblock(boolean byError, PassListener listener) {
        PinnedConnection open;
        synchronized (state) {
            open = state.isWaiting() ? connection : null;
        }
        if (open != null) {
            open.unblock(byError, listener);
        }
        return open != null;
    }

    /* --------------- The client --------------- */

    /** Has the client's connection resumed by this reply, the latest one. */
    void resumedBy(Reply reply) {
        synchronized (state) {
            latest = reply;
        }
    }

    /** Has the client's connection go on, which has a reply to write or has to end. */
    private void resumeClient() {
        Reply last;
        synchronized (state) {
            last = latest;
        }
        if (last != null) {
            last.flush();
        }
    }

    /** Returns what Redis sends the client unasked. */
    Messages messages() {
        return messages;
    }

    /** Takes what Redis has sent unasked. */
    void takeMessage(RawReply raw) {
        synchronized (state) {
            if (messages.add(raw) && connection != null) {
                connection.pause();
                resumeClient();
            }
        }
    }

    /** The client has taken the messages that were too many. */
    private void readOn() {
        synchronized (state) {
            if (connection != null) {
                connection.resume();
            }
        }
    }

    /* --------------- End --------------- */

    /** Gives the connection back if every reply has come and it has no state. */
    void giveBackIfDone() {
        synchronized (state) {
            PinnedConnection open = connection;
            if (open != null && !state.isAwaiting() && !state.isAny()) {
                leave();
                open.giveBack();
            }
        }
    }

    @GuardedBy("state")
    private void leave() {
        connection = null;
        ear = null;
        state.left();
        slot = NO_SLOT;
        isActive = false;
    }

    private void ended(Ear by, String error) {
        List<OwnRequest> lost;
        synchronized (state) {
            if (ear != by) {
                return;
            }
            // Without its state, what the client sends next would mean something else.
            isBroken |= state.isAny();
            lost = state.lose();
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
        synchronized (state) {
            isClosed |= forGood;
            lost = state.lose();
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
