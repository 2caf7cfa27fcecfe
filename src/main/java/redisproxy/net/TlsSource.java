package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.StringUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of one client, between its socket and its {@link RoundEndPoint}. Until the handshake is done, nothing is read and nothing is
 * written. The handshake begins when the connection first wants to read or to write, and runs on threads of its own. What may come before
 * it, such as a header of the PROXY protocol, is read as it is. Thread-safe as {@link RoundEndPoint} is; never blocks.
 */
final class TlsSource implements PacedReads.Bytes {
    /*
     * The handshake
     * -------------
     * A step runs when the socket has become readable or writable, and ends by having it watched again. Nothing else watches it
     * meanwhile, so there is one step at a time, and what the steps use needs no lock. The last one makes `phase` OPEN; whoever
     * sees that sees all that they did.
     */
    private static final Logger LOG = LoggerFactory.getLogger(TlsSource.class);

    private final TlsPort port;
    private final RoundEndPoint endPoint;
    private final ClientSocket socket;
    private final SpareBuffer buffers;
    private final Runnable step = this::step;
    /** What has been read before the handshake and belongs to it. */
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;

    /** Since when the client may begin. */
    private volatile long openedNanos = System.nanoTime();

    private long beganMillis;
    private volatile Phase phase = Phase.NEW;
    private volatile @Nullable Engine tls;
    private volatile boolean ending;

    private enum Phase {
        /** What comes before the handshake is read as it is. */
        BEFORE,
        /** Nothing has been read. */
        NEW,
        /** The handshake is under way. */
        HANDSHAKE,
        /** Data is read and written. */
        OPEN,
        /** The client does not speak TLS and is told so. */
        PLAIN
    }

    /** What there is once the client has begun a handshake. */
    private record Engine(SSLEngine engine, TlsInput input, TlsOutput output) {}

    TlsSource(TlsPort port, RoundEndPoint endPoint, ClientSocket socket, SpareBuffer buffers) {
        this.port = port;
        this.endPoint = endPoint;
        this.socket = socket;
        this.buffers = buffers;
    }

    /** Has what comes be read as it is until {@link #beginAfter}. Before anything is read. */
    void readBefore() {
        phase = Phase.BEFORE;
    }

    /** Has TLS begin with the last of the bytes that have been read so far, which are copied. */
    void beginAfter(byte[] source, int start, int end) {
        early = ByteBuffer.wrap(Arrays.copyOfRange(source, start, end));
        openedNanos = System.nanoTime();
        phase = Phase.NEW;
    }

    /** Returns whether data is not read or written yet, and has the handshake begin if it has not. */
    boolean isClosedToData() {
        if (phase == Phase.NEW && isFirst()) {
            if (early.hasRemaining()) {
                proceed();
            } else {
                endPoint.watchInput();
            }
        }
        return isShaking();
    }

    private synchronized boolean isFirst() {
        if (phase != Phase.NEW) {
            return false;
        }
        phase = Phase.HANDSHAKE;
        return true;
    }

    /** Returns whether the handshake is under way, or has not begun. */
    boolean isShaking() {
        Phase now = phase;
        return now == Phase.NEW || now == Phase.HANDSHAKE;
    }

    /** Runs what may not run on the threads of selectors or of handshakes. */
    void execute(Runnable task) {
        port.executor().execute(task);
    }

    /** Takes the next step of the handshake, on a thread of its own. */
    void proceed() {
        port.threads().execute(step);
    }

    /** Returns whether {@link #read} brings something without reading the socket. */
    boolean hasDecrypted() {
        Engine open = tls;
        return open != null && open.input.hasMore();
    }

    @Override
    public boolean hasMore() {
        Engine open = tls;
        return open != null && open.input.isBusy();
    }

    /** Returns whether the client has neither shaken hands nor sent the rest of a record for so long. */
    boolean isStalled(long now, long nanos) {
        Engine open = tls;
        return isShaking() ? now - openedNanos >= nanos : open != null && open.input.isIncompleteFor(now, nanos);
    }

    /** Reads as {@link ReadableSource#read} does. */
    @Override
    public int read(ByteBuffer buffer) {
        Engine open = tls;
        if (isShaking()) {
            return 0;
        } else if (open == null) {
            return socket.read(buffer);
        } else if (endPoint.isInputShutdown()) {
            return -1;
        }
        try {
            int count = open.input.read(buffer);
            if (count < 0) {
                endPoint.endInput();
            }
            return count;
        } catch (SSLException | RuntimeException e) {
            fail(open, e);
            return -1;
        }
    }

    /** Writes as {@link EndPoint#flush} does. */
    boolean flush(ByteBuffer[] buffers) throws IOException {
        Engine open = tls;
        if (isShaking()) {
            return false;
        }
        return open == null ? socket.write(buffers) : open.output.flush(buffers);
    }

    /** Writes one buffer as {@link ReadableSource#flushOne} does. */
    boolean flushOne(ByteBuffer buffer) throws IOException {
        Engine open = tls;
        if (isShaking()) {
            return false;
        }
        return open == null ? socket.write(buffer) : open.output.flushOne(buffer);
    }

    /** Tells the client that nothing follows; returns false if it takes that later, and then this is to be called again. */
    boolean end() {
        Engine open = tls;
        return isShaking() || open == null || end(open);
    }

    private boolean end(Engine open) {
        try {
            ending = !open.output.end();
        } catch (IOException | RuntimeException e) {
            LOG.debug("Could not end the output of {}", endPoint, e);
            ending = false;
        }
        return !ending;
    }

    /** Returns whether the client has not taken yet that nothing follows. */
    boolean isEnding() {
        return ending;
    }

    /** Gives memory back when the socket has been closed. */
    void release() {
        Engine open = tls;
        if (open != null) {
            open.output.release();
        }
    }

    /** Returns what HTTP asks for; null without TLS. */
    EndPoint.@Nullable SslSessionData sessionData() {
        Engine open = tls;
        if (isShaking() || open == null) {
            return null;
        }
        SSLSession session = open.engine.getSession();
        return EndPoint.SslSessionData.from(
                session,
                StringUtil.toHexString(session.getId()),
                session.getCipherSuite(),
                SslContextFactory.getCertChain(session));
    }

    /* --------------- The handshake, on its own threads --------------- */

    private void step() {
        try {
            Engine present = tls == null ? begin() : tls;
            if (present != null) {
                advance(present);
            }
        } catch (IOException | RuntimeException e) {
            fail(tls, e);
        }
    }

    /** Looks at the first bytes of the client; returns null if there are none, or if they do not begin a handshake. */
    private @Nullable Engine begin() throws SSLException {
        ByteBuffer first = ByteBuffer.allocate(TlsRecord.MOST_BYTES).put(early);
        int count = socket.read(first);
        if (count < 0) {
            // As those do that only look whether the port is open.
            endPoint.close();
            return null;
        }
        if (first.position() == 0) {
            endPoint.watchInput();
            return null;
        }
        if (!TlsRecord.beginsHandshake(first.flip())) {
            port.countPlainClient();
            LOG.debug("{} does not begin with a TLS handshake", endPoint);
            phase = Phase.PLAIN;
            endPoint.upgrade(new LingeringClose(endPoint, port.executor(), port.plainAnswer(), HangUp.LINGER_MILLIS));
            return null;
        }
        beganMillis = System.currentTimeMillis();
        SSLEngine engine = port.newEngine();
        engine.beginHandshake();
        Engine begun = new Engine(
                engine, new TlsInput(engine, socket, buffers, first), new TlsOutput(engine, socket, buffers));
        tls = begun;
        return begun;
    }

    private void advance(Engine present) throws IOException {
        if (!present.output.flushOne(BufferUtil.EMPTY_BUFFER)) {
            endPoint.watchOutput();
            return;
        }
        while (true) {
            switch (present.engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    for (Runnable task = present.engine.getDelegatedTask();
                            task != null;
                            task = present.engine.getDelegatedTask()) {
                        task.run();
                    }
                }
                case NEED_WRAP -> {
                    if (!present.output.flushOne(BufferUtil.EMPTY_BUFFER)) {
                        endPoint.watchOutput();
                        return;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!present.input.readHandshake()) {
                        endPoint.watchInput();
                        return;
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    open(present);
                    return;
                }
            }
        }
    }

    private void open(Engine present) {
        // A session is made by a handshake, or by an earlier one.
        port.countHandshake(present.engine.getSession().getCreationTime() < beganMillis);
        boolean hasMore = present.input.hasMore();
        phase = Phase.OPEN;
        endPoint.opened(hasMore);
    }

    /** Ends the connection, because TLS has been broken; the engine tells the client by an alert. */
    private void fail(@Nullable Engine present, Throwable cause) {
        if (endPoint.isOpen()) {
            port.countFailure(cause);
            LOG.debug("TLS of {} failed", endPoint, cause);
        }
        try {
            if (present != null) {
                boolean unused = present.output.flushOne(BufferUtil.EMPTY_BUFFER);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("Could not tell {} that TLS has failed", endPoint, e);
        }
        endPoint.close(cause);
    }
}
