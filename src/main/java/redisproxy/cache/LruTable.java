package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A hash table of at most so many entries that evicts the least recently used one, exactly. Thread-safe. */
final class LruTable {
    /*
     * Concurrency
     * -----------
     * Readers take no lock: they follow a bucket's chain through volatile links and stamp what they find with the
     * clock reading of that access. Writers hold the lock. The bucket array has its final size from the start: an
     * entry never changes its bucket, so no reader can miss an entry that is present. A removed entry keeps its link,
     * so a reader that stands on it walks on into the live chain.
     *
     * Eviction
     * --------
     * A read only raises the entry's stamp; the heap learns of it when the entry surfaces (see RecencyHeap). Retiring
     * is a compare-and-set on the same stamp, so of a read and an eviction that race exactly one succeeds: either the
     * read counts and another entry goes, or the entry goes and the read is a miss.
     */
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReferenceArray<@Nullable Entry> buckets;
    private final int mask;

    @GuardedBy("lock")
    private final RecencyHeap heap;

    /** Heap that an entry takes in addition to its key and value: measured, and half of what alignment may add. */
    static final int ENTRY_BYTES = 88;

    /** So many entries are removed while the lock is held: for well below a millisecond. */
    private static final int SLICE = 256;

    private final long maxBytes;

    @GuardedBy("lock")
    private long bytes;

    private final LongAdder evictions = new LongAdder();

    /** Makes a table for so many entries that take so many bytes together. */
    LruTable(int maxEntries, long maxBytes) {
        this.maxBytes = maxBytes;
        int length = maxEntries == 1 ? 1 : Integer.highestOneBit(maxEntries - 1) << 1;
        this.buckets = new AtomicReferenceArray<>(length);
        this.mask = length - 1;
        this.heap = new RecencyHeap(maxEntries);
    }

    /** Returns the entry of that key, expired or not, or null. Takes no lock and allocates nothing. */
    @Nullable
    Entry find(int hash, byte[] source, int offset, int length) {
        for (Entry entry = buckets.get(hash & mask); entry != null; entry = entry.next) {
            if (entry.hasKey(hash, source, offset, length)) {
                return entry;
            }
        }
        return null;
    }

    /**
     * Finds what {@link #find} finds for each key. Every step is taken for all keys before the next step: the steps of one key
     * wait for each other's memory, which is rarely in a cache of the processor, and the steps of different keys do not.
     */
    void findAll(Lookups lookups) {
        int size = lookups.size();
        for (int i = 0; i < size; i++) {
            lookups.found(i, buckets.get(lookups.hash(i) & mask));
        }
        for (int i = 0; i < size; i++) {
            Entry entry = lookups.entry(i);
            while (entry != null && entry.hash != lookups.hash(i)) {
                entry = entry.next;
            }
            lookups.found(i, entry);
        }
        for (int i = 0; i < size; i++) {
            Entry entry = lookups.entry(i);
            while (entry != null && !lookups.isKeyOf(i, entry)) {
                entry = entry.next;
            }
            lookups.found(i, entry);
        }
    }

    /** Finds what {@link #find} finds for the keys that have no entry yet. */
    void findMissing(Lookups lookups) {
        int size = lookups.size();
        for (int i = 0; i < size; i++) {
            if (lookups.entry(i) == null) {
                Entry entry = buckets.get(lookups.hash(i) & mask);
                while (entry != null && !lookups.isKeyOf(i, entry)) {
                    entry = entry.next;
                }
                lookups.found(i, entry);
            }
        }
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
            bytes += bytesOf(entry);
            Entry old = find(key.hash, key.bytes, 0, key.bytes.length);
            if (old != null) {
                old.retire();
                unlink(old);
                heap.replace(old, entry);
                link(entry);
                bytes -= bytesOf(old);
                evictWhatDoesNotFit();
                return old.isExpired(now) ? Displaced.EXPIRED : Displaced.SAME_KEY;
            }
            if (heap.isFull()) {
                heap.replace(evictOldest(), entry);
            } else {
                heap.add(entry);
            }
            link(entry);
            evictWhatDoesNotFit();
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

    /** Takes the oldest entry out of all but the heap. */
    @GuardedBy("lock")
    private Entry evictOldest() {
        Entry oldest = heap.retireOldest();
        unlink(oldest);
        bytes -= bytesOf(oldest);
        evictions.increment();
        return oldest;
    }

    @GuardedBy("lock")
    private void evictWhatDoesNotFit() {
        while (bytes > maxBytes) {
            heap.remove(evictOldest());
        }
    }

    /** Removes and returns the entry of that key, or returns null if there is none. */
    @Nullable
    Entry remove(Key key) {
        lock.lock();
        try {
            Entry entry = find(key.hash, key.bytes, 0, key.bytes.length);
            if (entry != null) {
                entry.retire();
                unlink(entry);
                heap.remove(entry);
                bytes -= bytesOf(entry);
            }
            return entry;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes the entries that match and that were in the table before. Looks at all entries without the lock, and takes it for a
     * few at a time, so that it holds up no other writer. Returns how many it removed.
     */
    long removeIf(Predicate<Entry> matches) {
        // Takes the lock: what was admitted before the caller did what makes entries match is linked by then.
        int unused = size();
        long removed = 0;
        List<Entry> slice = new ArrayList<>(SLICE);
        for (int bucket = 0; bucket <= mask; bucket++) {
            for (Entry entry = buckets.get(bucket); entry != null; entry = entry.next) {
                if (matches.test(entry)) {
                    slice.add(entry);
                }
            }
            if (slice.size() >= SLICE) {
                removed += removeAll(slice);
            }
        }
        return removed + removeAll(slice);
    }

    private int removeAll(List<Entry> slice) {
        int removed = 0;
        lock.lock();
        try {
            for (Entry entry : slice) {
                if (heap.holds(entry)) {
                    entry.retire();
                    unlink(entry);
                    heap.remove(entry);
                    bytes -= bytesOf(entry);
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
            for (int bucket = 0; bucket <= mask; bucket++) {
                buckets.setPlain(bucket, null);
            }
            VarHandle.fullFence();
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

    List<Entry> mostRecent(int most, Predicate<Entry> which) {
        // Stamps change while they are compared, so each is read once.
        record Stamped(Entry entry, long stamp) {}
        PriorityQueue<Stamped> latest = new PriorityQueue<>(Comparator.comparingLong(Stamped::stamp));
        for (int bucket = 0; bucket <= mask; bucket++) {
            for (Entry entry = buckets.get(bucket); entry != null; entry = entry.next) {
                long stamp = entry.stamp();
                if (latest.size() == most && stamp <= latest.element().stamp()) {
                    continue;
                }
                // Asked of few, since it may cost more than all else here.
                if (which.test(entry)) {
                    latest.add(new Stamped(entry, stamp));
                    if (latest.size() > most) {
                        latest.remove();
                    }
                }
            }
        }
        List<Entry> ordered = new ArrayList<>(latest.size());
        for (Stamped next = latest.poll(); next != null; next = latest.poll()) {
            ordered.add(next.entry());
        }
        Collections.reverse(ordered);
        return ordered;
    }

    int size() {
        lock.lock();
        try {
            return heap.size();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void link(Entry entry) {
        int bucket = entry.hash & mask;
        entry.next = buckets.get(bucket);
        buckets.set(bucket, entry);
    }

    @GuardedBy("lock")
    private void unlink(Entry entry) {
        int bucket = entry.hash & mask;
        Entry before = buckets.get(bucket);
        if (before == entry) {
            buckets.set(bucket, entry.next);
            return;
        }
        while (before != null && before.next != entry) {
            before = before.next;
        }
        if (before == null) {
            throw new IllegalStateException("an entry of the heap is missing from its bucket");
        }
        before.next = entry.next;
    }
}
