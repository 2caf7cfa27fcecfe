package redisproxy.upstream;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A command that is passed on to Redis byte for byte, over a connection that it shares with others. Thread-safe; no method
 * blocks. The first result counts and later ones are ignored.
 */
public final class PassedCommand {
    /** Requests and replies from this size on take so long on a connection that others should not wait behind them. */
    public static final int BULK_BYTES = 64 * 1024;

    private final byte[] request;
    private final byte @Nullable [] key;
    private final int lane;
    private final boolean bulk;
    private final boolean resp3;
    private final boolean repeatable;
    private final PassListener listener;
    private final long startedNanos;
    private final AtomicBoolean decided = new AtomicBoolean();

    /** Makes a command as below that is bulk if its request is large. */
    public PassedCommand(
            byte[] request,
            byte @Nullable [] key,
            int lane,
            boolean resp3,
            boolean repeatable,
            long startedNanos,
            PassListener listener) {
        this(request, key, lane, request.length >= BULK_BYTES, resp3, repeatable, startedNanos, listener);
    }

    /**
     * Makes a command that is still to be {@linkplain Relay#pass passed on}.
     *
     * @param request the whole request, as an array of bulk strings; taken over
     * @param key the key that says which server of a Cluster it goes to; null if any server will do
     * @param lane commands of the same lane, {@linkplain PassListener#recipient recipient} and server reach Redis in the order in which
     *     they were passed on, if all of them are bulk or none is
     * @param bulk whether its request, or its reply, may be {@linkplain #BULK_BYTES large}
     * @param resp3 whether the reply is to be encoded for RESP3
     * @param repeatable whether it does no harm if Redis executes it twice
     * @param startedNanos since when the client waits, by {@link System#nanoTime()}
     */
    public PassedCommand(
            byte[] request,
            byte @Nullable [] key,
            int lane,
            boolean bulk,
            boolean resp3,
            boolean repeatable,
            long startedNanos,
            PassListener listener) {
        this.request = request;
        this.key = key;
        this.lane = lane;
        this.bulk = bulk;
        this.resp3 = resp3;
        this.repeatable = repeatable;
        this.startedNanos = startedNanos;
        this.listener = listener;
    }

    /** Returns the whole request. The array belongs to the command: never write to it. */
    public byte[] request() {
        return request;
    }

    /** Returns the key by which it finds its server, or null. Never write to the array. */
    public byte @Nullable [] key() {
        return key;
    }

    /** Returns what, beside the {@link #recipient}, it is kept in order by. */
    public int lane() {
        return lane;
    }

    /** Returns whether others should not wait behind it, because its request or its reply may be large. */
    public boolean isBulk() {
        return bulk;
    }

    /** Returns whether the reply is to be encoded for RESP3. */
    public boolean isResp3() {
        return resp3;
    }

    /** Returns whether it may be sent again if its connection breaks. Any other is never sent twice. */
    public boolean isRepeatable() {
        return repeatable;
    }

    /** Returns for how many nanoseconds the client has been waiting. */
    public long waitedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** Gives the reply. */
    public void reply(RawReply reply) {
        if (decided.compareAndSet(false, true)) {
            listener.replied(reply);
        }
    }

    /** Ends it without a reply; its fate is settled, and {@code error} is as {@link PassListener#failed} wants it. */
    public void fail(String error) {
        fail(error, /* isInDoubt= */ false);
    }

    /** Does the same for one that Redis may still execute, or may have executed. */
    public void failInDoubt(String error) {
        fail(error, /* isInDoubt= */ true);
    }

    private void fail(String error, boolean isInDoubt) {
        if (decided.compareAndSet(false, true)) {
            listener.failed(error, isInDoubt);
        }
    }

    /** Called after the reply, when there are no more replies for the same {@link #recipient} at hand. */
    public void flush() {
        listener.flush();
    }

    /** Returns the recipient of the reply. Compare by identity. */
    public Object recipient() {
        return listener.recipient();
    }
}
