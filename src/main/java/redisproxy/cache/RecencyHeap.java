package redisproxy.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A 4-ary min-heap of entries by the recency stamp that was last recorded for each. A recorded stamp lags behind the entry's own
 * stamp when readers touch the entry; {@link #retireOldest()} records anew as many as it must. Not thread-safe: the table's lock
 * guards it.
 */
final class RecencyHeap {
    private static final int ARITY = 4;
    private static final int INITIAL_SLOTS = 16;

    /** After one stale root in so many entries, recording all stamps anew is cheaper than sifting one entry at a time. */
    private static final int REBUILD_FRACTION = 16;

    /** After one stale root in so many entries, recording all anew in steps is cheaper than sifting one stale root with each step. */
    private static final int RECORD_FRACTION = 8;

    /** So many slots are copied in a millisecond or two. */
    private static final int MOST_COPIED = 1 << 18;

    private int capacity;
    private @Nullable Entry[] entries;
    /** Parallel to {@link #entries}, so that sifting reads one cache line per level. */
    private long[] recorded;

    private int size;

    /** The slot that is the next one recorded anew by a step, or -1. */
    private int nextToRecord = -1;

    /** How many stale roots the steps have found since all were recorded anew. */
    private int staleRoots;

    RecencyHeap(int capacity) {
        this.capacity = capacity;
        this.entries = new @Nullable Entry[Math.min(capacity, INITIAL_SLOTS)];
        this.recorded = new long[entries.length];
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= capacity;
    }

    /** Takes another capacity over; what is held beyond it stays. */
    void bound(int entriesAtMost) {
        capacity = entriesAtMost;
    }

    boolean isBeyondBound() {
        return size > capacity;
    }

    /** Gives memory back that the capacity does not need any more, if that takes little time. */
    void trim() {
        if (entries.length > capacity && size <= MOST_COPIED) {
            resize(roomFor(size));
        }
    }

    /** Returns how many slots there are to be before the next of so many entries. */
    private int roomFor(int count) {
        return (int) Math.min(capacity, Math.max(INITIAL_SLOTS, count + (count >> 1) + 1L));
    }

    private void resize(int slots) {
        entries = Arrays.copyOf(entries, slots);
        recorded = Arrays.copyOf(recorded, slots);
    }

    void add(Entry entry) {
        if (size == entries.length) {
            resize(roomFor(size));
        }
        siftUp(size++, entry, entry.stamp());
    }

    void clear() {
        entries = new @Nullable Entry[Math.min(capacity, INITIAL_SLOTS)];
        recorded = new long[entries.length];
        size = 0;
        nextToRecord = -1;
    }

    /** Puts {@code entry} in the place of {@code old}. */
    void replace(Entry old, Entry entry) {
        sift(old.heapIndex, entry, entry.stamp());
    }

    void remove(Entry entry) {
        int slot = entry.heapIndex;
        int last = --size;
        Entry moved = at(last);
        long stamp = recorded[last];
        entries[last] = null;
        if (slot != last) {
            sift(slot, moved, stamp);
        }
    }

    /** Returns whether the entry is in this heap. */
    boolean holds(Entry entry) {
        int slot = entry.heapIndex;
        return slot < size && entries[slot] == entry;
    }

    /**
     * Brings the least recently used entry to the root, retires it and returns it; it stays in the heap until it is
     * replaced or removed.
     *
     * <p>Every recorded stamp is at most its entry's own, and stamps only grow. So a root whose own stamp still is the
     * recorded one is at most every other entry's stamp at that instant. Retiring it by compare-and-set loses no read in
     * between.
     */
    Entry retireOldest() {
        int rebuildAfter = size / REBUILD_FRACTION + 1;
        for (int stale = 0; ; stale++) {
            Entry root = at(0);
            if (root.retireIfUntouched(recorded[0])) {
                return root;
            }
            if (stale == rebuildAfter) {
                rebuild();
            } else {
                siftDown(0, root, root.stamp());
            }
        }
    }

    /**
     * Does one short step towards {@link #retireOldest}; returns null if more are needed. When many roots were stale, all stamps are
     * recorded anew, one with each step: from behind, as a heap is built, so that an entry hardly ever moves far. It is a heap after
     * each step, since recorded stamps only grow.
     */
    @Nullable
    Entry retireOldestInSteps() {
        if (nextToRecord >= 0) {
            int slot = Math.min(nextToRecord, size - 1);
            siftDown(slot, at(slot), at(slot).stamp());
            nextToRecord = slot - 1;
            return null;
        }
        Entry root = at(0);
        if (root.retireIfUntouched(recorded[0])) {
            return root;
        }
        siftDown(0, root, root.stamp());
        if (++staleRoots > size / RECORD_FRACTION) {
            staleRoots = 0;
            nextToRecord = size - 1;
        }
        return null;
    }

    private void rebuild() {
        for (int slot = 0; slot < size; slot++) {
            recorded[slot] = at(slot).stamp();
        }
        for (int slot = (size - 2) / ARITY; slot >= 0; slot--) {
            siftDown(slot, at(slot), recorded[slot]);
        }
    }

    private void sift(int slot, Entry entry, long stamp) {
        if (stamp < recorded[slot]) {
            siftUp(slot, entry, stamp);
        } else {
            siftDown(slot, entry, stamp);
        }
    }

    private void siftUp(int slot, Entry entry, long stamp) {
        int hole = slot;
        while (hole > 0) {
            int parent = (hole - 1) / ARITY;
            if (recorded[parent] <= stamp) {
                break;
            }
            place(hole, at(parent), recorded[parent]);
            hole = parent;
        }
        place(hole, entry, stamp);
    }

    private void siftDown(int slot, Entry entry, long stamp) {
        int hole = slot;
        while (true) {
            int child = ARITY * hole + 1;
            if (child >= size || child < 0) {
                break;
            }
            int least = child;
            int end = Math.min(child + ARITY, size);
            for (int sibling = child + 1; sibling < end; sibling++) {
                if (recorded[sibling] < recorded[least]) {
                    least = sibling;
                }
            }
            if (recorded[least] >= stamp) {
                break;
            }
            place(hole, at(least), recorded[least]);
            hole = least;
        }
        place(hole, entry, stamp);
    }

    private void place(int slot, Entry entry, long stamp) {
        entries[slot] = entry;
        recorded[slot] = stamp;
        entry.heapIndex = slot;
    }

    @SuppressWarnings("NullAway") // slots below size are filled
    private Entry at(int slot) {
        return entries[slot];
    }
}
