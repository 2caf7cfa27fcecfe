package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.RawReply;

/**
 * Messages that Redis has sent one client unasked, on their way to it: they keep their place between the replies. Thread-safe; no
 * method blocks.
 */
final class Messages {
    /*
     * Messages are taken by the thread that works for the client's connection, when no complete reply waits to be written: such a reply
     * came before them. When a reply is about to be completed, it takes along what came before it, and is completed before anything is
     * taken again.
     */
    /** Redis is not read from while more wait for the client. It ends the connection when too many wait at its own side. */
    private static final int MOST_BYTES = 256 * 1024;

    private final Runnable drained;

    @GuardedBy("this")
    private List<RawReply> waiting = new ArrayList<>();

    @GuardedBy("this")
    private long bytes;

    /** Whether a reply is about to be completed. */
    @GuardedBy("this")
    private boolean isHeld;

    /** What the client's connection asks first, and often. */
    private volatile boolean areAny;

    /** Makes an empty one; {@code drained} is called when the client has taken so many that there were too many. */
    Messages(Runnable drained) {
        this.drained = drained;
    }

    /** Adds one; returns whether no more are to be read before these are taken. */
    synchronized boolean add(RawReply message) {
        waiting.add(message);
        bytes += message.size();
        areAny = true;
        return bytes > MOST_BYTES;
    }

    /** Takes what came before a reply. Nothing can be taken until {@link #release}. */
    synchronized List<RawReply> hold() {
        isHeld = true;
        return takeAll();
    }

    /** The reply is complete. */
    synchronized void release() {
        isHeld = false;
    }

    /** Returns what is to be written next, or null; {@code isTurn} says whether no reply is to be written before. */
    @Nullable
    ReplyParts take(BooleanSupplier isTurn) {
        if (!areAny) {
            return null;
        }
        boolean wereTooMany;
        List<RawReply> taken;
        synchronized (this) {
            if (isHeld || !isTurn.getAsBoolean()) {
                return null;
            }
            wereTooMany = bytes > MOST_BYTES;
            taken = takeAll();
        }
        if (wereTooMany) {
            drained.run();
        }
        return taken.isEmpty() ? null : ReplyParts.of(taken);
    }

    /** Forgets all. */
    synchronized void clear() {
        takeAll();
    }

    @GuardedBy("this")
    private List<RawReply> takeAll() {
        List<RawReply> taken = waiting;
        waiting = new ArrayList<>();
        bytes = 0;
        areAny = false;
        return taken;
    }
}
