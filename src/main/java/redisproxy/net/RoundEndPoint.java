package redisproxy.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** The {@link ReadableSource} of a socket, with TLS or without. Thread-safe as Jetty's end points are. */
public final class RoundEndPoint extends SocketChannelEndPoint implements ReadableSource {
    /*
     * Watching
     * --------
     * Jetty stops to watch a socket that has become readable, and watches it again when it is asked to. Both take locks.
     * A reader mostly awaits more input in the round that serves it. So the socket stays watched as long as it finds a
     * reader each time, and Jetty is not told. If there is input and no reader, or none that may read now, Jetty stops
     * watching as usual. A reader that comes from another thread always asks Jetty: it does not know which came first.
     */
    private final Round round;
    private volatile SelectionKey key;
    private volatile @Nullable RoundConnection reader;
    /** Nothing may be read until the costs of earlier requests have been paid. */
    private volatile boolean paying;

    /** Jetty watches the socket for input. Only the selector's thread uses it. */
    private boolean watched;
    /** Jetty has selected the socket and has not been told. Only the selector's thread uses it. */
    private boolean untold;

    /** The next read of a loop brings nothing. */
    private boolean letsOthersRead;

    private final ClientSocket socket;
    private final @Nullable TlsSource tls;
    private final PacedReads reads;
    private volatile @Nullable ClientAddress announced;

    RoundEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            Round round,
            @Nullable TlsPort port) {
        super(channel, selector, key, scheduler);
        this.key = key;
        this.round = round;
        this.socket = new ClientSocket(this, round.traffic());
        this.tls = port == null ? null : new TlsSource(port, this, socket, round.encrypted());
        this.reads = new PacedReads(tls == null ? socket : tls);
    }

    /** Has what comes be read as it is, with TLS too, until {@link #beginClient}. Before anything is read. */
    void readBeforeClient() {
        if (tls != null) {
            tls.readBefore();
        }
    }

    /** Has the client, or its TLS, begin with the last of the bytes that have been read so far, which are copied. */
    void beginClient(byte[] source, int start, int end) {
        if (tls != null) {
            tls.beginAfter(source, start, end);
        } else if (end > start) {
            reads.unread(source, start, end);
        }
    }

    /** Has a client that is behind a proxy be known by its own address from now on. */
    void announce(ClientAddress client) {
        announced = client;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        ClientAddress client = announced;
        return client == null ? super.getRemoteSocketAddress() : client;
    }

    @Override
    public Round round() {
        return round;
    }

    @Override
    public void awaitReadable(RoundConnection connection) {
        reader = connection;
        if (tls != null && tls.isClosedToData()) {
            return;
        }
        if (tls != null && tls.hasDecrypted()) {
            readAgain(connection);
        } else if (!paysFirst() && !(round.isServing() && watched)) {
            super.needsFillInterest();
        }
    }

    @Override
    public void readAgain(RoundConnection connection) {
        reader = connection;
        if (!waitsForTurn(() -> round.serveAgain(this))) {
            round.serveAgain(this);
        }
    }

    @Override
    public boolean stopAwaiting() {
        return takeReader() != null;
    }

    @Override
    public @Nullable RoundConnection takeReader() {
        RoundConnection taken = reader;
        reader = null;
        return taken;
    }

    @Override
    public void upgrade(Connection newConnection) {
        reader = null;
        reads.endTurns();
        paying = false;
        super.upgrade(newConnection);
    }

    @Override
    public void unread(byte[] source, int start, int end) {
        reads.unread(source, start, end);
    }

    @Override
    public boolean hasUnread() {
        return reads.hasUnread();
    }

    @Override
    public boolean failRead(Throwable cause) {
        return getFillInterest().onFail(cause);
    }

    @Override
    public boolean isBusy() {
        return reads.isBusy();
    }

    @Override
    public @Nullable Runnable onSelected() {
        if (tls != null && (tls.isShaking() || tls.isEnding())) {
            return onSelected(tls);
        }
        int ready = key.readyOps();
        untold = ready == SelectionKey.OP_READ && mayBeServed() && !reads.isBusy();
        watched = untold;
        if (untold) {
            round.add(this);
            return null;
        }
        Runnable task = super.onSelected();
        boolean isWritable = (ready & SelectionKey.OP_WRITE) != 0;
        // Asked after Jetty has stopped watching: it did not hear a reader that came before that.
        boolean isServed = (ready & SelectionKey.OP_READ) != 0 && mayBeServed();
        if (isServed) {
            round.add(this);
        }
        // The task reads, and does what waits for the socket to become writable. It finds no reader of a round.
        return isWritable || (!isServed && !paying && isFillInterested()) ? task : null;
    }

    private @Nullable Runnable onSelected(TlsSource shaking) {
        boolean isWritable = (key.readyOps() & SelectionKey.OP_WRITE) != 0;
        Runnable task = super.onSelected();
        if (shaking.isShaking()) {
            shaking.proceed();
            return null;
        }
        if (isWritable) {
            doShutdownOutput();
        }
        return task;
    }

    private boolean mayBeServed() {
        return reader != null && !paying;
    }

    @Override
    public void updateKey() {
        if (untold) {
            untold = false;
        } else {
            super.updateKey();
        }
    }

    @Override
    public void replaceKey(SelectionKey newKey) {
        super.replaceKey(newKey);
        key = newKey;
    }

    @Override
    protected void needsFillInterest() {
        if (tls != null && tls.isClosedToData()) {
            return;
        }
        if (tls != null && tls.hasDecrypted()) {
            Runnable tell = () -> tls.execute(getFillInterest()::fillable);
            if (!waitsForTurn(tell)) {
                tell.run();
            }
        } else if (!paysFirst()) {
            super.needsFillInterest();
        }
    }

    /** Returns whether costs are to be paid first; then the socket is watched once they are. */
    private boolean paysFirst() {
        return waitsForTurn(super::needsFillInterest);
    }

    /** Returns whether costs are to be paid before anything is read; then {@code read} is called once they are. */
    private boolean waitsForTurn(Runnable read) {
        if (!reads.owesTurn()) {
            return false;
        }
        paying = true;
        boolean waits = reads.pay(() -> {
            paying = false;
            read.run();
        });
        if (!waits) {
            paying = false;
        }
        return waits;
    }

    @Override
    public int read(ByteBuffer buffer) {
        return reads.read(buffer);
    }

    /**
     * Has the next {@link #fill} bring nothing, so that who reads in a loop waits for the socket once more, and others are read meanwhile.
     * For the thread that reads.
     */
    public void letOthersRead() {
        // Nobody would tell of bytes that were put back.
        letsOthersRead = !reads.hasUnread();
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (letsOthersRead) {
            letsOthersRead = false;
            return 0;
        }
        int start = BufferUtil.flipToFill(buffer);
        int count = reads.readEither(buffer);
        BufferUtil.flipToFlush(buffer, start);
        return count;
    }

    /** Notes that nothing follows what has been read. */
    void endInput() {
        shutdownInput();
    }

    @Override
    public void limitCosts(CostTurns turns) {
        reads.limitCosts(turns);
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (buffers.length == 1) {
            return flushOne(buffers[0]);
        }
        return tls == null ? socket.write(buffers) : tls.flush(buffers);
    }

    @Override
    public boolean flushOne(ByteBuffer buffer) throws IOException {
        return tls == null ? socket.write(buffer) : tls.flushOne(buffer);
    }

    @Override
    protected void onIncompleteFlush() {
        if (tls == null || !tls.isClosedToData()) {
            super.onIncompleteFlush();
        }
    }

    @Override
    public boolean isTakenTooSlowly(long now, long nanos) {
        return socket.isTakenTooSlowly(getWriteFlusher().isPending(), now, nanos);
    }

    @Override
    public boolean isStalled(long now, long nanos) {
        return tls != null && tls.isStalled(now, nanos);
    }

    @Override
    public @Nullable SslSessionData getSslSessionData() {
        return tls == null ? null : tls.sessionData();
    }

    @Override
    protected void doShutdownOutput() {
        if (tls == null || tls.end()) {
            super.doShutdownOutput();
        } else {
            super.onIncompleteFlush();
        }
    }

    @Override
    public void doClose() {
        reads.close();
        if (tls != null) {
            boolean unused = tls.end();
        }
        super.doClose();
        if (tls != null) {
            tls.release();
        }
    }

    /* --------------- For TLS --------------- */

    /** Has the socket watched for input. */
    void watchInput() {
        super.needsFillInterest();
    }

    /** Has the socket watched until it takes more. */
    void watchOutput() {
        super.onIncompleteFlush();
    }

    /** Has what waits for the end of the handshake go on; {@code hasMore} says whether something to read has come with it. */
    void opened(boolean hasMore) {
        if (reader != null && hasMore) {
            round.serveAgain(this);
        } else if (reader != null) {
            watchInput();
        } else if (isFillInterested()) {
            needsFillInterest();
        }
        getWriteFlusher().completeWrite();
    }
}
