package redisproxy.resp;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one client is sent between its replies, without having asked: {@link Pushes} and {@link Messages}. Belongs to the thread that works
 * for the connection.
 */
final class Unasked {
    /*
     * Pushes go before the next reply, whichever it is: what the client is told of writes must not come after what it reads then.
     * Messages of Redis keep the place among the replies of Redis at which they came, so they wait for all that are complete. Neither
     * ever is within a reply, and what has been begun is ended before anything else.
     */
    private final ToldClient told;
    private final Messages messages;

    /** What has been begun. */
    private @Nullable ReplyParts current;

    Unasked(ToldClient told, Messages messages) {
        this.told = told;
        this.messages = messages;
    }

    /** Returns what the client is told of writes, or null if it has never been told anything. */
    @Nullable
    Pushes pushes() {
        return told.pushesIfAny();
    }

    /** Whether something has been put in part. */
    boolean isBegun() {
        return current != null;
    }

    /** Returns whether something is to be put before the next reply; {@code isNoneReady} says whether there is none at present. */
    boolean isNext(BooleanSupplier isNoneReady) {
        if (!isPushNext()) {
            current = messages.take(isNoneReady);
        }
        return current != null;
    }

    /** The same, where a reply is about to be put. */
    boolean isPushNext() {
        if (current == null) {
            Pushes pushes = told.pushesIfAny();
            current = pushes == null ? null : pushes.take();
        }
        return current != null;
    }

    /** Puts as much as fits of what is next; returns whether that was all of it. */
    boolean writeTo(ByteBuffer out) {
        ReplyParts parts = current;
        if (parts != null && !parts.writeTo(out)) {
            return false;
        }
        current = null;
        return true;
    }

    void clear() {
        current = null;
    }
}
