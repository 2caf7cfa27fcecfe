package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Asker;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.net.ClientMemory;
import redisproxy.net.OrderedQueue;

/**
 * One reply that could not be written at once: it waits for a load, or for its turn behind a reply that does, or it is too large
 * for the output buffer. The thread that ends the load completes it; the connection writes it.
 */
final class Reply implements LoadListener, OrderedQueue.Pending {
    static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] NIL2 = "$-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NIL3 = "_\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final ReplyParts NOTHING = new ReplyParts(0);

    private final Runnable resume;
    private final boolean resp3;

    /** Counts the request while its reply is not complete; null if nothing does. */
    private final @Nullable ClientMemory memory;

    private final int heldBytes;

    /** What is to be written at present. */
    private ReplyParts parts = NOTHING;

    /** What is to be written after that, or null. */
    private @Nullable Groups rest;

    private long size;

    /** What is counted when the reply is complete, or null. */
    private @Nullable Call call;

    /** What came of it, unless the reply is an error. */
    private CommandResult result = CommandResult.OK;

    /** Counts this reply until it is complete; null if nothing does. */
    private @Nullable AtomicInteger open;

    /** Counts this reply while it is complete and has not been taken, if it is large; null if nothing does. */
    private @Nullable HeldReplies holder;

    /** How many bytes are counted so. */
    @GuardedBy("this")
    private long counted;

    private volatile boolean isDone;

    /** Publishes the fields above to the connection. */
    private volatile boolean ready;

    /** The rest of a long reply, encoded while it is written. */
    interface Groups {
        /** Returns what comes next, or null at the end. */
        @Nullable
        ReplyParts next();
    }

    /**
     * Makes a reply that is not complete yet.
     *
     * @param resume called when a load has completed the reply; the same for all replies of a connection
     * @param resp3 whether the client speaks RESP3
     */
    Reply(Runnable resume, boolean resp3) {
        this(resume, resp3, null, 0);
    }

    /** As above; the thread that completes the reply ends the wait that {@code memory} counts with {@code heldBytes}. */
    Reply(Runnable resume, boolean resp3, @Nullable ClientMemory memory, int heldBytes) {
        this.resume = resume;
        this.resp3 = resp3;
        this.memory = memory;
        this.heldBytes = heldBytes;
    }

    /** Has this call counted and timed when the reply is complete; returns this reply. Call it before others have the reply. */
    Reply of(Call answered) {
        call = answered;
        return this;
    }

    /** Has this counter count the reply until it is complete; returns this reply. Call it before others have the reply. */
    Reply countedBy(AtomicInteger counter) {
        counter.incrementAndGet();
        open = counter;
        return this;
    }

    /** Has this bound what is held of large replies; returns this reply, which has to be queued. Call it before others have the reply. */
    Reply heldBy(HeldReplies bound) {
        holder = bound;
        return this;
    }

    /** Says what came of the call, unless the reply is an error. Call it before the reply is completed. */
    void came(CommandResult how) {
        result = how;
    }

    static byte[] nil(boolean resp3) {
        return resp3 ? NIL3 : NIL2;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    /** Completes the reply with these bytes. */
    void encoded(byte[] encoded) {
        parts(ReplyParts.of(encoded));
    }

    /** Completes the reply with these parts, which must not change any more. */
    void parts(ReplyParts allParts) {
        HeldReplies bound = holder;
        boolean isCounted = bound != null && allParts.size() >= HeldReplies.LEAST_BYTES;
        parts = bound != null && isCounted ? held(bound, allParts) : allParts;
        size = parts.size();
        complete();
        if (isCounted && isDone) {
            release();
        }
    }

    private synchronized ReplyParts held(HeldReplies bound, ReplyParts allParts) {
        if (!bound.hold(allParts.size())) {
            return ReplyParts.of(bound.refusal(allParts.size()));
        }
        counted = allParts.size();
        return allParts;
    }

    @Override
    public void done() {
        if (holder != null) {
            isDone = true;
            release();
        }
    }

    private synchronized void release() {
        HeldReplies bound = holder;
        if (bound != null && counted > 0) {
            bound.release(counted);
            counted = 0;
        }
    }

    /** Completes the reply with the parts of {@code first}, then with groups, which have about {@code bytes} bytes. */
    void groups(ReplyParts first, Groups furtherGroups, long bytes) {
        rest = furtherGroups;
        parts = first;
        size = first.size() + bytes;
        complete();
    }

    private void complete() {
        if (call != null) {
            call.end(result, parts, size);
        }
        ready = true;
        if (open != null) {
            open.decrementAndGet();
        }
        if (memory != null) {
            memory.endWait(heldBytes);
        }
    }

    @Override
    public void loaded(Entry entry, Provenance provenance) {
        came(CommandResult.of(provenance));
        if (entry.isAbsent()) {
            encoded(nil(resp3));
        } else {
            value(entry);
        }
    }

    /** Completes the reply with the value of this entry. */
    void value(Entry entry) {
        slice(entry, 0, entry.valueLength());
    }

    /** Completes the reply with the bytes of this entry's value from {@code from}, before {@code until}. */
    void slice(Entry entry, int from, int until) {
        ReplyParts bulk = new ReplyParts(3);
        bulk.addBulk(entry.array(), entry.valueOffset() + from, entry.valueOffset() + until);
        parts(bulk);
    }

    /** Returns the line before a bulk string. */
    static byte[] bulkLength(int length) {
        return ("$" + length + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void failed(BackingStoreException cause) {
        encoded(ReplyBuilder.error(cause.isErrorReply() ? cause.getMessage() : "ERR " + cause.getMessage()));
    }

    @Override
    public @Nullable Asker asker() {
        return call == null ? null : call.asker();
    }

    @Override
    public void flush() {
        resume.run();
    }

    @Override
    public Object recipient() {
        return resume;
    }

    /** Returns the size in bytes of a reply that is ready; about that of a long one. */
    int size() {
        return (int) Math.min(Integer.MAX_VALUE, size);
    }

    /** Puts as much as fits into {@code out}; returns whether that was all that was left. */
    boolean writeTo(ByteBuffer out) {
        while (parts.writeTo(out)) {
            ReplyParts next = rest == null ? null : rest.next();
            if (next == null) {
                return true;
            }
            parts = next;
        }
        return false;
    }
}
