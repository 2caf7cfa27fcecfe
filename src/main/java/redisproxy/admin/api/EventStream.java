package redisproxy.admin.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One stream. At most one message is on its way to the client: while it does not read, states are left out, and in the end the
 * stream. Thread-safe; never blocks.
 */
final class EventStream {
    /** Seconds that a message may be on its way. */
    private static final int PATIENCE = 10;

    private final Response response;
    private final Callback callback;
    private final Consumer<EventStream> ended;

    @GuardedBy("this")
    private long seen;

    @GuardedBy("this")
    private boolean isSending;

    @GuardedBy("this")
    private boolean isOver;

    @GuardedBy("this")
    private boolean isToEnd;

    @GuardedBy("this")
    private int leftOut;

    /**
     * Makes a stream.
     *
     * @param seen the number of the last event that the client knows
     * @param ended is told once, when the stream has ended
     */
    EventStream(Response response, Callback callback, long seen, Consumer<EventStream> ended) {
        this.response = response;
        this.callback = callback;
        this.seen = seen;
        this.ended = ended;
    }

    /** Sends the state and the events that the client has not got, or leaves them out while it does not read. */
    void send(byte[] state, LongFunction<List<EventView>> events) {
        boolean isTooSlow = false;
        byte[] message = null;
        synchronized (this) {
            if (isOver) {
                return;
            }
            if (isSending) {
                isTooSlow = ++leftOut >= PATIENCE;
            } else {
                isSending = true;
                leftOut = 0;
                message = withEvents(state, events.apply(seen));
            }
        }
        if (isTooSlow) {
            drop();
        } else if (message != null) {
            response.write(false, ByteBuffer.wrap(message), Callback.from(this::sent, this::failed));
        }
    }

    @GuardedBy("this")
    private byte[] withEvents(byte[] state, List<EventView> news) {
        if (news.isEmpty()) {
            return state;
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (EventView event : news) {
            message.writeBytes(Streams.message("event", event.number(), event));
            seen = event.number();
        }
        message.writeBytes(state);
        return message.toByteArray();
    }

    private void sent() {
        synchronized (this) {
            isSending = false;
            if (!isToEnd) {
                return;
            }
        }
        callback.succeeded();
    }

    private void failed(Throwable failure) {
        boolean wasToEnd;
        synchronized (this) {
            isSending = false;
            wasToEnd = isToEnd;
        }
        if (wasToEnd) {
            callback.failed(failure);
        } else {
            drop();
        }
    }

    /** Closes the connection. */
    void drop() {
        if (over()) {
            callback.failed(new IllegalStateException("the client does not read, or is gone"));
        }
    }

    /** Ends the answer, behind what is being sent. */
    void end() {
        if (!over()) {
            return;
        }
        synchronized (this) {
            if (isSending) {
                isToEnd = true;
                return;
            }
        }
        callback.succeeded();
    }

    private boolean over() {
        synchronized (this) {
            if (isOver) {
                return false;
            }
            isOver = true;
        }
        ended.accept(this);
        return true;
    }
}
