package redisproxy.cache;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The writes that are under way, and what that means for loads of their keys. Thread-safe; no method blocks. */
final class WriteFence {
    /*
     * Redis executes a write at some moment between its beginning here and its end. Others may see its effect from that moment on,
     * by what the cache does not answer. So nobody who asks after its beginning may get what was read before that moment.
     *
     * A beginning first notes the keys, then marks their flights, takes those off the map, and removes the entries. While a key is
     * noted, no result is stored for it, and no request joins a load that has been sent. An end marks, takes off and removes once
     * more, and then takes the note away. Loads look for notes under the table's lock, and requests look before they look for a
     * flight. So:
     * - A load that began before the write is marked, or has stored its entry before that is removed.
     * - A load that began while the key was noted finds the note, or is marked by the end.
     * - A load that is found when the note is gone began after the end had taken others off the map: after the reply.
     */

    /** Longer than Redis hangs, and than what was sent over a connection that broke stays on its way. */
    static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** When there are more keys in doubt, all are: each takes memory for longer than its request. */
    static final long MAX_DOUBTFUL_BYTES = 8L << 20;

    /** Heap that a key in doubt takes in addition to its bytes, estimated. */
    private static final int DOUBT_BYTES = 128;

    private final Validity validity;
    private final CacheClock clock;

    /** How many writes to a key are under way. */
    private final ConcurrentHashMap<Key, Integer> keys = new ConcurrentHashMap<>();

    /** How many writes are under way that may be to any key. */
    private final AtomicInteger ofAll = new AtomicInteger();

    /** How many writes are under way. Anything else is looked at only if there are some. */
    private final AtomicInteger underWay = new AtomicInteger();

    /** Once clients write through the proxy, they expect that a key ends when they have said. */
    private volatile boolean hasBeenUsed;

    /** Writes to some keys whose fate is unknown, the earliest first. */
    private final Queue<Write> doubtful = new ConcurrentLinkedQueue<>();

    private final AtomicLong doubtfulBytes = new AtomicLong();

    /** A write to any key whose fate is unknown, or several: the last one counts. */
    private volatile @Nullable Doubt allDoubtful;

    private record Doubt(Write write, long until) {}

    WriteFence(Validity validity, CacheClock clock) {
        this.validity = validity;
        this.clock = clock;
    }

    PendingWrite begin(List<byte[]> keyBytes, @Nullable Object writer) {
        return started(new Write(keys(keyBytes), /* isTold= */ true, writer));
    }

    /** Begins what is kept out of the cache like a write, but writes nothing that anybody has to be told of. */
    PendingWrite beginBypass(List<byte[]> keyBytes) {
        return started(new Write(keys(keyBytes), /* isTold= */ false, null));
    }

    PendingWrite beginOfAll() {
        return started(new Write(null, /* isTold= */ true, null));
    }

    /** Begins a read, which keeps nothing out of the cache until it ends. */
    PendingWrite beginRead(List<byte[]> keyBytes) {
        return new Read(keys(keyBytes));
    }

    private static List<Key> keys(List<byte[]> bytes) {
        return bytes.size() == 1
                ? List.of(new Key(bytes.get(0)))
                : bytes.stream().map(Key::new).toList();
    }

    private Write started(Write write) {
        if (!hasBeenUsed) {
            hasBeenUsed = true;
        }
        endOverdue();
        write.note();
        write.drop();
        return write;
    }

    /** Returns whether a write to that key is under way. */
    boolean isPending(Key key) {
        return underWay.get() != 0 && (ofAll.get() != 0 || keys.containsKey(key));
    }

    /** Does the same for a request that arrives now; not to be called under a table's lock. */
    boolean isPendingForArrival(Key key) {
        if (underWay.get() == 0) {
            return false;
        }
        endOverdue();
        return isPending(key);
    }

    /** Returns whether there has been a write. */
    boolean hasBeenUsed() {
        return hasBeenUsed;
    }

    /** Returns how many writes are under way, those in doubt included. */
    int underWay() {
        return underWay.get();
    }

    /* --------------- Doubt --------------- */

    private void doubt(Write write) {
        // Redis may have executed it already.
        write.tell();
        long until = clock.now() + DOUBT_NANOS;
        if (write.keys == null) {
            boolean unused = doubtAll(write, until);
        } else if (doubtfulBytes.addAndGet(write.bytes()) <= MAX_DOUBTFUL_BYTES) {
            write.until = until;
            doubtful.add(write);
        } else {
            doubtfulBytes.addAndGet(-write.bytes());
            Write all = new Write(null, /* isTold= */ true, null);
            all.note();
            if (doubtAll(all, until)) {
                all.drop();
            }
            write.finish();
        }
    }

    /** Has all keys be in doubt until then, by this write, whose note is there, or by the one that they are in doubt by already. */
    private boolean doubtAll(Write write, long until) {
        synchronized (this) {
            Doubt former = allDoubtful;
            allDoubtful = new Doubt(former == null ? write : former.write(), until);
            if (former == null) {
                return true;
            }
        }
        write.forget();
        return false;
    }

    private void endOverdue() {
        Write first = doubtful.peek();
        Doubt all = allDoubtful;
        if (first == null && all == null) {
            return;
        }
        long now = clock.now();
        for (; first != null && now - first.until >= 0; first = doubtful.peek()) {
            if (doubtful.remove(first)) {
                doubtfulBytes.addAndGet(-first.bytes());
                first.finish();
            }
        }
        if (all != null && now - all.until() >= 0 && settles(all)) {
            all.write().finish();
        }
    }

    private synchronized boolean settles(Doubt all) {
        boolean isLast = all.equals(allDoubtful);
        if (isLast) {
            allDoubtful = null;
        }
        return isLast;
    }

    /* --------------- One write --------------- */

    /** One write. Its keys are noted while it is under way. */
    private final class Write implements PendingWrite {
        /** Null stands for all keys. */
        private final @Nullable List<Key> keys;

        /** Whether others have to be told of it, at its end: what they have been served by then may be from before it. */
        private final boolean isTold;

        private final @Nullable Object writer;

        private final AtomicBoolean isOver = new AtomicBoolean();

        /** How long it is in doubt. Set before it is. */
        private long until;

        Write(@Nullable List<Key> keys, boolean isTold, @Nullable Object writer) {
            this.keys = keys;
            this.isTold = isTold;
            this.writer = writer;
        }

        @Override
        public void end() {
            if (isOver.compareAndSet(false, true)) {
                finish();
            }
        }

        @Override
        public void endInDoubt() {
            if (isOver.compareAndSet(false, true)) {
                doubt(this);
            }
        }

        private void finish() {
            drop();
            tell();
            forget();
        }

        /** All keys are told of when they are dropped. */
        private void tell() {
            if (isTold && keys != null) {
                keys.forEach(key -> validity.tell(key, writer));
            }
        }

        private void note() {
            if (keys == null) {
                ofAll.incrementAndGet();
            } else {
                keys.forEach(key -> WriteFence.this.keys.merge(key, 1, Integer::sum));
            }
            underWay.incrementAndGet();
        }

        private void drop() {
            if (keys == null) {
                validity.invalidateAll();
            } else {
                keys.forEach(validity::drop);
            }
        }

        private void forget() {
            underWay.decrementAndGet();
            if (keys == null) {
                ofAll.decrementAndGet();
            } else {
                keys.forEach(key ->
                        WriteFence.this.keys.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
            }
        }

        private long bytes() {
            return keys == null
                    ? 0
                    : keys.stream()
                            .mapToLong(key -> DOUBT_BYTES + key.bytes.length)
                            .sum();
        }
    }

    /* --------------- One read --------------- */

    /** One read. Only its end matters, and in either way: an older value may be held that a write which it has seen is yet to end. */
    private final class Read implements PendingWrite {
        private final List<Key> keys;

        Read(List<Key> keys) {
            this.keys = keys;
        }

        @Override
        public void end() {
            keys.forEach(validity::drop);
        }

        @Override
        public void endInDoubt() {
            end();
        }
    }
}
