package redisproxy.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.http.Answer;
import redisproxy.http.Permits;
import redisproxy.net.FarewellConnection;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;
import redisproxy.net.RoundEndPoint;

/**
 * An HTTP/1.1 connection. It answers a repeated GET itself, in a round, and leaves all else to Jetty and the servlet.
 */
final class KeyConnection extends HttpConnection implements RoundConnection, LoadListener {
    /*
     * Who has the connection
     * ----------------------
     * While it waits for a request, nobody. What then arrives is read in a round. If it is a request like one before
     * (see RepeatedHead), this class answers it and waits again. If it is not, Jetty gets the bytes and has the
     * connection until it asks to be told of more, which is when a request is complete and the next one has not begun.
     * One thread at a time has the connection, and hands it on through the end point, the cache or the executor.
     */
    private static final Logger LOG = LoggerFactory.getLogger(KeyConnection.class);

    private static final long LINGER_MILLIS = 1_000;
    private static final byte[] NOTHING = {};

    private final RoundEndPoint endPoint;
    private final Permits permits;
    private final AnswerEncoder encoder;
    private final RepeatedHead repeated = new RepeatedHead();

    /** Where the round has what this connection has read. */
    private int start;

    private int end;
    /** Which of the round's lookups is this connection's, or -1. */
    private int lookup;

    /** What a load has brought. */
    private volatile @Nullable Answer answer;

    /** A request waits for a load. */
    private volatile boolean loading;

    KeyConnection(
            HttpConfiguration configuration,
            Connector connector,
            RoundEndPoint endPoint,
            Permits permits,
            AnswerEncoder encoder) {
        super(configuration, connector, endPoint);
        this.endPoint = endPoint;
        this.permits = permits;
        this.encoder = encoder;
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String target, HttpVersion version) {
        return super.newHttpStream(method, TargetNormalizer.normalize(method, target), version);
    }

    /** Jetty has parsed a request, whose fields these are, and is about to handle it. */
    void parsed(HttpFields fields) {
        repeated.parsed(fields, isRequestBufferEmpty());
    }

    @Override
    public void fillInterested(Callback callback) {
        if (getParser().isStart() && isRequestBufferEmpty()) {
            endPoint.awaitReadable(this);
        } else {
            super.fillInterested(callback);
        }
    }

    @Override
    public void read(Round round) {
        int count = round.read(endPoint);
        byte[] input = round.input();
        end = round.inputEnd();
        start = end - Math.max(count, 0);
        lookup = -1;
        if (repeated.matches(input, start, end) && !getConnector().isShutdown()) {
            lookup = round.lookups().size();
            int keyStart = RepeatedHead.keyStart(start);
            round.lookups().add(input, keyStart, repeated.keyEnd() - keyStart);
        }
    }

    @Override
    public void answer(Round round) {
        if (lookup < 0 || !permits.tryAcquire()) {
            leaveToJetty(round.input());
            return;
        }
        Entry entry = round.lookups().entry(lookup);
        if (entry != null) {
            respond(Answer.of(entry));
        } else {
            loading = true;
            round.misses().add(round.lookups().key(lookup), this);
        }
    }

    private void leaveToJetty(byte[] source) {
        repeated.propose(source, start, end);
        if (start < end) {
            onUpgradeTo(ByteBuffer.wrap(source, start, end - start));
        }
        try {
            getExecutor().execute(this);
        } catch (RejectedExecutionException e) {
            endPoint.close(e);
        }
    }

    @Override
    public void loaded(@Nullable Entry entry) {
        answer = Answer.ofLoad(entry);
    }

    @Override
    public void failed(BackingStoreException cause) {
        answer = Answer.of(cause);
    }

    @Override
    public void flush() {
        endPoint.round().resume(this);
    }

    @Override
    public void resume() {
        Answer loaded = answer;
        if (loaded != null) {
            answer = null;
            loading = false;
            respond(loaded);
        }
    }

    /** A request that waits for a load is no idle connection, and one that waits for a request is none to be told. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        if (endPoint.isAwaited()) {
            endPoint.close(timeout);
        }
        return !loading && super.onIdleExpired(timeout);
    }

    private void respond(Answer answer) {
        boolean closes = getConnector().isShutdown();
        RetainableByteBuffer memory = endPoint.round().output().acquire();
        ByteBuffer out = memory.getByteBuffer().clear();
        encoder.putHead(answer, closes, out);
        int count = Math.min(answer.length(), out.remaining());
        out.put(answer.body(), answer.offset(), count).flip();
        boolean whole = count == answer.length();
        if (whole) {
            giveBackPermit();
        }
        try {
            if (endPoint.flush(out) && whole) {
                endPoint.round().output().release(memory);
                responded(closes);
            } else {
                new Rest(answer, count, memory, closes).iterate();
            }
        } catch (IOException e) {
            endPoint.round().output().release(memory);
            failed(e, whole);
        }
    }

    /** Before the last bytes are written: whoever has read them may ask again. */
    private void giveBackPermit() {
        permits.release();
    }

    private void responded(boolean closes) {
        if (closes) {
            endPoint.upgrade(new FarewellConnection(endPoint, getExecutor(), NOTHING, LINGER_MILLIS));
        } else {
            endPoint.awaitReadable(this);
        }
    }

    private void failed(Throwable cause, boolean permitGiven) {
        LOG.debug("A client went away before it was answered", cause);
        if (!permitGiven) {
            giveBackPermit();
        }
        endPoint.close(cause);
    }

    /** Writes what a client did not take at once, and what did not fit into one buffer. */
    private final class Rest extends IteratingCallback {
        private final Answer answer;
        private final RetainableByteBuffer memory;
        private final boolean closes;
        private int done;

        /**
         * Makes the writer.
         *
         * @param done how much of the body is written or in {@code memory}
         */
        Rest(Answer answer, int done, RetainableByteBuffer memory, boolean closes) {
            this.answer = answer;
            this.done = done;
            this.memory = memory;
            this.closes = closes;
        }

        @Override
        protected Action process() {
            ByteBuffer out = memory.getByteBuffer();
            if (!out.hasRemaining()) {
                int left = answer.length() - done;
                if (left == 0) {
                    return Action.SUCCEEDED;
                }
                out.clear();
                int count = Math.min(left, out.remaining());
                out.put(answer.body(), answer.offset() + done, count).flip();
                done += count;
                if (count == left) {
                    giveBackPermit();
                }
            }
            endPoint.write(this, out);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            endPoint.round().output().release(memory);
            responded(closes);
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            endPoint.round().output().release(memory);
            KeyConnection.this.failed(cause, done == answer.length());
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
