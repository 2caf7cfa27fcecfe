package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A hash table of at most so many entries that evicts the least recently used one, exactly. Thread-safe. */
final class LruTable {
    /*
     * Concurrency
     * -----------
     * Readers take no lock: they find an entry (see Slots) and stamp it with the clock reading of that access. Writers hold the
     * lock.
     *
     * Eviction
     * --------
     * A read only raises the entry's stamp; the heap learns of it when the entry surfaces (see RecencyHeap). Retiring
     * is a compare-and-set on the same stamp, so of a read and an eviction that race exactly one succeeds: either the
     * read counts and another entry goes, or the entry goes and the read is a miss.
     *
     * Other bounds
     * ------------
     * New bounds hold for new entries at once: each makes its own room. What is held beyond them leaves in the exact order, and
     * entries move to a bucket array of another length, a slice at a time, between which writers get the lock.
     */
    private final ReentrantLock lock = new ReentrantLock();

    /** Written under the lock. */
    private volatile Slots slots;

    @GuardedBy("lock")
    private final RecencyHeap heap;

    /** Heap that an entry takes in addition to its key and value: measured, and half of what alignment may add. */
    static final int ENTRY_BYTES = 88;

    /** So many entries are removed, moved or looked at while the lock is held: for well below a millisecond. */
    static final int SLICE = 256;

    /** Whoever waits for the lock gets it before the next slice: longer than a thread takes to wake. */
    private static final long PAUSE_NANOS = 100_000;

    @GuardedBy("lock")
    private long maxBytes;

    @GuardedBy("lock")
    private long bytes;

    private final LongAdder evictions = new LongAdder();

    /** Makes a table for so many entries that take so many bytes together. */
    LruTable(int maxEntries, long maxBytes) {
        this.maxBytes = maxBytes;
        this.slots = new Slots(maxEntries);
        this.heap = new RecencyHeap(maxEntries);
    }

    /** Returns the entry of that key, expired or not, or null. Takes no lock and allocates nothing. */
    @Nullable
    Entry find(int hash, byte[] source, int offset, int length) {
        return slots.find(hash, source, offset, length);
    }

    /** Finds what {@link #find} finds for each key, all together. */
    void findAll(Lookups lookups) {
        slots.findAll(lookups);
    }

    /** Finds what {@link #find} finds for the keys that have no entry yet. */
    void findMissing(Lookups lookups) {
        slots.findMissing(lookups);
    }

    /** What a {@link #put} displaced, of the same key. */
    enum Displaced {
        NOTHING,
        /** An older entry of the same key. */
        SAME_KEY,
        /** An older entry of the same key, which had expired. */
        EXPIRED,
        /** Nothing, and the entry was not added. */
        REFUSED
    }

    /**
     * Adds an entry in the place of that with the same key or, when the table is full, of the oldest ones. Refuses it if {@code
     * admission} does, or if it is larger than the whole table.
     */
    Displaced put(Key key, Entry entry, Admission admission, long now) {
        lock.lock();
        try {
            // Under the lock: an invalidation first withdraws the admission, and then removes the entry under the same
            // lock.
            if (!admission.mayBeStored() || bytesOf(entry) > maxBytes) {
                return Displaced.REFUSED;
            }
            // What is beyond a bound that has become lower leaves in slices.
            long most = Math.max(maxBytes, bytes);
            bytes += bytesOf(entry);
            Entry old = find(key.hash, key.bytes, 0, key.bytes.length);
            if (old != null) {
                old.retire();
                slots.unlink(old);
                heap.replace(old, entry);
                slots.link(entry);
                bytes -= bytesOf(old);
                evictBeyond(most);
                return old.isExpired(now) ? Displaced.EXPIRED : Displaced.SAME_KEY;
            }
            if (heap.isFull()) {
                Entry oldest = heap.retireOldest();
                leave(oldest);
                heap.replace(oldest, entry);
            } else {
                heap.add(entry);
            }
            slots.link(entry);
            evictBeyond(most);
            return Displaced.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    /** Returns an estimate of the heap that an entry takes. */
    static long bytesOf(Entry entry) {
        int more = entry instanceof ShorterLivedEntry ? ShorterLivedEntry.MORE_BYTES : 0;
        return ENTRY_BYTES + more + (long) entry.array().length;
    }

    /** Takes an entry that is being evicted out of all but the heap. */
    @GuardedBy("lock")
    private void leave(Entry evicted) {
        slots.unlink(evicted);
        bytes -= bytesOf(evicted);
        evictions.increment();
    }

    @GuardedBy("lock")
    private void evictBeyond(long most) {
        while (bytes > most) {
            Entry oldest = heap.retireOldest();
            leave(oldest);
            heap.remove(oldest);
        }
    }

    /** Removes and returns the entry of that key, or returns null if there is none. */
    @Nullable
    Entry remove(Key key) {
        lock.lock();
        try {
            Entry entry = find(key.hash, key.bytes, 0, key.bytes.length);
            if (entry != null) {
                take(entry);
            }
            return entry;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void take(Entry entry) {
        entry.retire();
        slots.unlink(entry);
        heap.remove(entry);
        bytes -= bytesOf(entry);
    }

    /**
     * Removes the entries that match and that were in the table before. Looks at all entries without the lock, and takes it for a
     * few at a time, so that it holds up no other writer. Returns how many it removed. May ask about an entry more than once.
     */
    long removeIf(Predicate<Entry> matches) {
        // Takes the lock: what was admitted before the caller did what makes entries match is linked by then.
        int unused = size();
        long removed = 0;
        while (true) {
            Slots walked = settledSlots();
            List<Entry> slice = new ArrayList<>(SLICE);
            for (int bucket = 0; bucket < walked.length() && walked.successor() == null; bucket++) {
                for (Entry entry = walked.head(bucket); entry != null; entry = entry.next) {
                    if (matches.test(entry)) {
                        slice.add(entry);
                    }
                }
                if (slice.size() >= SLICE) {
                    removed += removeAll(slice);
                }
            }
            removed += removeAll(slice);
            if (walked.successor() == null) {
                return removed;
            }
        }
    }

    private int removeAll(List<Entry> slice) {
        int removed = 0;
        lock.lock();
        try {
            for (Entry entry : slice) {
                if (heap.holds(entry)) {
                    take(entry);
                    removed++;
                }
            }
        } finally {
            lock.unlock();
        }
        slice.clear();
        return removed;
    }

    /** Removes all entries. */
    void clear() {
        lock.lock();
        try {
            slots.clear();
            Slots other = slots.successor();
            if (other != null) {
                other.clear();
                slots = other;
            }
            heap.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many entries have left to make room for others. */
    long evictions() {
        return evictions.sum();
    }

    /** Returns an estimate of the heap that all entries take. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the entries used last; see {@link MostRecent}. */
    List<Entry> mostRecent(int most, Predicate<Entry> which, Runnable step) {
        return MostRecent.of(this::settledSlots, most, which, step);
    }

    int size() {
        lock.lock();
        try {
            return heap.size();
        } finally {
            lock.unlock();
        }
    }

    /* --------------- Other bounds --------------- */

    /** Returns slots for so many entries, or null if those that there are will do. Changes nothing. */
    @Nullable
    Slots slotsFor(int maxEntries) {
        return Slots.lengthFor(maxEntries) == slots.length() ? null : new Slots(maxEntries);
    }

    /**
     * Has other bounds apply to new entries. Call {@link #fit} then, before the next change. One thread at a time.
     *
     * @param prepared what {@link #slotsFor} has returned for {@code entries}
     */
    void bound(int entries, long newMaxBytes, @Nullable Slots prepared) {
        lock.lock();
        try {
            heap.bound(entries);
            maxBytes = newMaxBytes;
            if (prepared != null) {
                slots.moveTo(prepared);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Evicts what is held beyond the bounds, and moves entries to their slots. Takes the longer the more these are, and holds up
     * nobody: {@code betweenSlices} is called each time that the lock has been let go.
     */
    void fit(Runnable betweenSlices) {
        while (!evictSome()) {
            letOthersIn();
            betweenSlices.run();
        }
        while (!moveSome()) {
            letOthersIn();
            betweenSlices.run();
        }
    }

    /** Evicts some of what is held beyond the bounds; returns whether nothing is any more. */
    private boolean evictSome() {
        lock.lock();
        try {
            for (int i = 0; i < SLICE; i++) {
                if (!heap.isBeyondBound() && bytes <= maxBytes) {
                    heap.trim();
                    return true;
                }
                Entry oldest = heap.retireOldestInSteps();
                if (oldest != null) {
                    leave(oldest);
                    heap.remove(oldest);
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Moves some entries to other slots, if they are to be moved; returns whether none are any more. */
    private boolean moveSome() {
        lock.lock();
        try {
            Slots other = slots.successor();
            if (other != null && slots.moveSome(other, SLICE)) {
                slots = other;
            }
            return slots.successor() == null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the slots when no entries are being moved. Helps to move them. */
    private Slots settledSlots() {
        Slots present = slots;
        while (present.successor() != null) {
            boolean unused = moveSome();
            present = slots;
        }
        return present;
    }

    /** A thread that takes the lock again at once would keep out those that have to wake first. */
    private void letOthersIn() {
        if (lock.hasQueuedThreads()) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }
}
