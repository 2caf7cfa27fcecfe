package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import redisproxy.near.NearCache;

/**
 * What one client is told without having asked, on its way out between replies. Any thread may add to it; the rest belongs to the thread
 * that works for the connection.
 */
final class Pushes {
    /*
     * Order
     * -----
     * What has been added before a key is looked up is sent before the reply with its value. So a client that sees a write in
     * a reply has been told of the keys that were written before.
     *
     * A value may have been read before its key was written, and reach the client after it has been told so: its reply waits for a
     * load, or for its turn. A client that keeps it then would keep it for ever. So what is told of a key that is among the
     * replies not sent yet is told once more behind them. Which keys these are is known by a few bits of their hashes, so that a key may
     * be told twice in vain.
     *
     * Bounds
     * ------
     * A client that does not take what it is told is told at last that any key may have been written, in place of all of it.
     */
    private static final int MAX_BYTES = 1024 * 1024;

    /** What is encoded in one go. */
    private static final int PIECE_BYTES = 16 * 1024;

    /** So many are told once more behind the same reply, and then all keys in place of more. */
    private static final int MAX_BEHIND = 32;

    private static final int MARKS = 1024;

    private final Session session;
    private final PushMemory memory;
    private final Runnable wake;

    @GuardedBy("this")
    private final Queue<Push> added = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private boolean isClosed;

    /** What the working thread asks first, and often. */
    private volatile boolean areAny;

    /** What is told behind the replies of now. */
    private final List<Push> behind = new ArrayList<>();

    /** How many are told behind the reply that is the last one at present. */
    private int behindLast;

    private final long[] marks = new long[MARKS / Long.SIZE];
    private boolean isMarked;

    /** Makes the pushes of a client; {@code wake} has its connection look for them. */
    Pushes(Session session, PushMemory memory, Runnable wake) {
        this.session = session;
        this.memory = memory;
        this.wake = wake;
    }

    /* --------------- On any thread --------------- */

    void add(Push push) {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            if (bytes + push.bytes() > MAX_BYTES || !memory.take(push.bytes())) {
                forget();
                added.add(Push.ALL);
            } else {
                added.add(push);
                bytes += push.bytes();
            }
            if (areAny) {
                return;
            }
            areAny = true;
        }
        wake.run();
    }

    synchronized void close() {
        isClosed = true;
        forget();
        areAny = false;
    }

    @GuardedBy("this")
    private void forget() {
        memory.giveBack(bytes);
        bytes = 0;
        added.clear();
    }

    private synchronized List<Push> takePiece() {
        List<Push> piece = new ArrayList<>();
        long taken = 0;
        for (Push next = added.poll(); next != null; next = taken < PIECE_BYTES ? added.poll() : null) {
            piece.add(next);
            taken += next.bytes();
        }
        // What stands for too many has not been counted.
        long counted = added.isEmpty() ? bytes : Math.min(bytes, taken);
        memory.giveBack(counted);
        bytes -= counted;
        areAny = !added.isEmpty();
        return piece;
    }

    /* --------------- Reads, on the working thread --------------- */

    /** The client is about to be served this key, which it may keep. Takes the array over. */
    void reads(NearCache near, byte[] key) {
        // Before others are told of the read: a write from then on finds it.
        int bit = bit(key);
        marks[bit / Long.SIZE] |= 1L << bit;
        isMarked = true;
        if (!near.note(key)) {
            addBehind(Push.of(key));
        }
    }

    /** The client is about to be served keys of which it cannot be told later. */
    void readsAny() {
        addBehind(Push.ALL);
    }

    private boolean mayBeAmongReplies(Push push) {
        if (!isMarked || !push.isInvalidation()) {
            return false;
        }
        byte[] key = push.key();
        if (key == null) {
            return true;
        }
        int bit = bit(key);
        return (marks[bit / Long.SIZE] & (1L << bit)) != 0;
    }

    private static int bit(byte[] key) {
        int hash = Arrays.hashCode(key) * 0x9E3779B9;
        return hash >>> (Integer.SIZE - 10);
    }

    private void addBehind(Push push) {
        if (behindLast + behind.size() < MAX_BEHIND) {
            behind.add(push);
        } else if (behindLast + behind.size() == MAX_BEHIND) {
            behind.add(Push.ALL);
        }
    }

    /* --------------- Writing, on the working thread --------------- */

    /** Takes what is to be written next, encoded; returns null for nothing. */
    @Nullable
    ReplyParts take() {
        while (areAny) {
            List<Push> piece = takePiece();
            ReplyParts parts = new ReplyParts(piece.size());
            for (Push each : piece) {
                if (mayBeAmongReplies(each)) {
                    addBehind(each);
                }
                byte[] encoded = encode(each);
                if (encoded != null) {
                    parts.add(encoded);
                }
            }
            if (parts.size() > 0) {
                return parts;
            }
        }
        return null;
    }

    private byte @Nullable [] encode(Push push) {
        if (session.isResp3()) {
            return push.encode();
        }
        return session.told.isSubscribed() ? push.encodeAsMessage() : null;
    }

    /** A reply has been put behind all others. */
    void replyAdded() {
        behindLast = 0;
    }

    /** Returns what is to be told behind all replies of now, encoded; all read keys have a reply among them. */
    List<byte[]> takeBehind() {
        if (behind.isEmpty()) {
            return List.of();
        }
        List<byte[]> all = new ArrayList<>();
        for (Push push : behind) {
            byte[] encoded = encode(push);
            if (encoded != null) {
                all.add(encoded);
            }
        }
        behindLast += behind.size();
        behind.clear();
        return all;
    }

    /** All replies are in the output: what is told from now on comes behind them. */
    void allReplied() {
        if (isMarked) {
            isMarked = false;
            Arrays.fill(marks, 0);
        }
        behindLast = 0;
    }
}
