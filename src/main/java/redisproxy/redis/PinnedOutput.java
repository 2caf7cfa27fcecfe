package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What leaves on a pinned connection: requests in their order, which wait until it is open. They are written by a thread that is there
 * only while there is something to write. Thread-safe; no method blocks.
 */
final class PinnedOutput {
    /** Small requests that wait leave in one system call. */
    private static final int GATHERED_BYTES = 16 * 1024;

    /** A large request is written piece by piece, so that it is seen to move. */
    private static final int PIECE_BYTES = 128 * 1024;

    private final PinnedConnections pool;

    /** How many bytes have been written. */
    private final AtomicLong sent = new AtomicLong();

    @GuardedBy("this")
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();

    /** Null before it is open. */
    @GuardedBy("this")
    private @Nullable PinnedLink link;

    @GuardedBy("this")
    private boolean isWriting;

    @GuardedBy("this")
    private boolean hasBegun;

    @GuardedBy("this")
    private boolean isEnded;

    @GuardedBy("this")
    private @Nullable Throwable failure;

    PinnedOutput(PinnedConnections pool) {
        this.pool = pool;
    }

    /** The connection is open: what waits leaves. */
    synchronized void open(PinnedLink opened) {
        link = opened;
        writeSoon();
    }

    /** Takes a request over. */
    synchronized void add(byte[] request) {
        if (!isEnded) {
            unsent.add(request);
            writeSoon();
        }
    }

    /** Returns whether it is, or has been, open. */
    synchronized boolean isOpen() {
        return link != null;
    }

    /** Returns whether it is open and nothing waits. */
    synchronized boolean isIdle() {
        return link != null && unsent.isEmpty() && !isEnded;
    }

    /** What is sent from now on is another client's. */
    synchronized void reuse() {
        hasBegun = false;
    }

    /** Returns whether a request of the present client has begun to leave. */
    synchronized boolean hasBegun() {
        return hasBegun;
    }

    /** Returns how many bytes have been written. */
    long sent() {
        return sent.get();
    }

    /** Ends the connection for this reason. */
    synchronized void fail(Throwable why) {
        PinnedLink opened = link;
        if (opened != null) {
            failed(opened, why);
        }
    }

    /** Returns why it has failed, or null if it has not. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Sends nothing more. */
    synchronized void end() {
        isEnded = true;
        unsent.clear();
    }

    @GuardedBy("this")
    private void writeSoon() {
        PinnedLink opened = link;
        if (opened == null || isWriting || unsent.isEmpty()) {
            return;
        }
        isWriting = true;
        try {
            pool.execute(() -> write(opened));
        } catch (RuntimeException | Error e) {
            // No thread can be made.
            failed(opened, e);
        }
    }

    private void write(PinnedLink opened) {
        try {
            for (byte[] next = next(); next != null; next = next()) {
                for (int from = 0; from < next.length; from += PIECE_BYTES) {
                    int length = Math.min(PIECE_BYTES, next.length - from);
                    opened.write(next, from, length);
                    sent.addAndGet(length);
                }
            }
        } catch (RuntimeException | Error e) {
            failed(opened, e);
        }
    }

    /** The thread that reads notices, and tells the client why. */
    private synchronized void failed(PinnedLink opened, Throwable why) {
        if (failure == null) {
            failure = why;
        }
        end();
        pool.abort(opened);
    }

    /** Takes what leaves next; returns null, and will be called by another thread, if there is nothing. */
    private synchronized byte @Nullable [] next() {
        byte[] first = unsent.poll();
        if (first == null) {
            isWriting = false;
            return null;
        }
        hasBegun = true;
        byte[] second = unsent.peek();
        if (second == null || first.length + second.length > GATHERED_BYTES) {
            return first;
        }
        ByteArrayOutputStream gathered = new ByteArrayOutputStream(GATHERED_BYTES);
        gathered.writeBytes(first);
        while (second != null && gathered.size() + second.length <= GATHERED_BYTES) {
            gathered.writeBytes(unsent.remove());
            second = unsent.peek();
        }
        return gathered.toByteArray();
    }
}
