package redisproxy.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import redisproxy.net.ClientShare;
import redisproxy.net.ReadableSource;
import redisproxy.net.Round;

/**
 * Reads what one client sends, when there is something to read. Belongs to the thread that works for the connection, but
 * {@link #close} and the methods of the interface may be called by any thread.
 */
final class RequestInput implements ClientShare.Holder {
    /** What one round reads fits into the buffer. */
    private static final int INITIAL_BYTES = Round.READ_BYTES;

    /** Redis: the default of client-query-buffer-limit. */
    private static final int MAX_REQUEST_BYTES = 1024 * 1024 * 1024;

    private final ReadableSource endPoint;
    private final RespConnection connection;
    private final Pace pace;
    private final ClientShare share;
    private final InputBuffer buffer;
    private final ArgumentTurns turns;

    /** The selector has been asked to tell when there is something to read. */
    private boolean awaited;
    /** There is something to read, or the end of the input. */
    private boolean readable;

    private boolean ended;

    RequestInput(ReadableSource endPoint, RespConnection connection, RespPort port, Pace pace) {
        this.endPoint = endPoint;
        this.connection = connection;
        this.pace = pace;
        this.share = port.memory().share(this);
        this.turns = new ArgumentTurns(port.turns(), connection::resume);
        this.buffer = new InputBuffer(port.buffers(), INITIAL_BYTES, MAX_REQUEST_BYTES, share);
    }

    /** Returns the bytes that have been read and not executed. */
    InputBuffer buffer() {
        return buffer;
    }

    /** Notes that there is something to read. */
    void becameReadable() {
        awaited = false;
        readable = true;
    }

    boolean isReadable() {
        return readable;
    }

    boolean isAwaited() {
        return awaited;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Reads into the memory of a round. */
    void read(Round round) throws IOException, RespProtocolException {
        readable = false;
        ended = buffer.fill(endPoint, round) < 0;
        turns.noteRead();
    }

    /**
     * Reads once each time the socket becomes readable, so that no client keeps the thread from others. Returns whether
     * there are new bytes.
     */
    boolean read() throws IOException, RespProtocolException {
        readable = false;
        int filled = buffer.fill(endPoint);
        turns.noteRead();
        ended = filled < 0;
        return filled > 0;
    }

    /** Has the connection called in a round when there is something to read. */
    void await() {
        awaited = true;
        endPoint.awaitReadable(connection);
    }

    /** Has the connection called when the client sends more, or leaves, while a long request of it is in process. */
    void awaitEnd() {
        if (!awaited && !readable && !ended) {
            await();
        }
    }

    /** Returns whether the input has ended, where more is not wanted yet: what the client has sent is read again later. */
    boolean seesEnd() {
        if (endPoint.hasUnread()) {
            return false;
        }
        ByteBuffer one = ByteBuffer.allocate(1);
        int count = endPoint.read(one);
        readable = count != 0;
        if (count > 0) {
            endPoint.unread(one.array(), 0, count);
        }
        return count < 0;
    }

    /** Returns whether the client has sent something that has not been read, or has ended. */
    boolean hasMore() {
        return readable || ended || endPoint.hasUnread() || seesEnd() || isReadable();
    }

    /** Awaits more input; but first reads nothing for a while if a request arrives in many small parts. */
    void awaitMore() {
        if (!awaited && !isPausing() && !turns.waitsFor(buffer.besideBytes())) {
            await();
        }
    }

    private boolean isPausing() {
        if (buffer.isBetweenRequests()) {
            return false;
        }
        long pause = pace.pauseNanos(buffer.arrivedBytes());
        if (pause > 0) {
            endPoint.getScheduler().schedule(this::endPause, pause, TimeUnit.NANOSECONDS);
        }
        return pace.isPausing();
    }

    @Override
    public long waitedNanos(long now) {
        return pace.incompleteNanos(now);
    }

    @Override
    public void closeForMemory() {
        endPoint.close();
    }

    /** Ends the client's share of the memory when the connection has ended. Thread-safe. */
    void close() {
        share.close();
        turns.close();
    }

    private void endPause() {
        pace.endPause();
        connection.resume();
    }
}
