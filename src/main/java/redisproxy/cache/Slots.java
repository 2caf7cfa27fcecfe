package redisproxy.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The bucket array of a hash table, whose readers take no lock and allocate nothing. Whoever links, unlinks or moves entries holds the
 * table's lock. Its length never changes: for another one, the entries move to another array, some at a time.
 */
final class Slots {
    /*
     * Readers follow a bucket's chain through volatile links. A removed entry keeps its link, so a reader that stands on it walks on
     * into the live chain.
     *
     * Moving
     * ------
     * Buckets move in their order. Each entry has one link, so whoever walks a chain while it moves may miss what is behind it; he never
     * walks in a circle, because links are only ever set to entries that were further behind, or to a chain of the other array. What is
     * found is right in any case. Only a reader who finds nothing asks how far the move is: had his bucket not begun to move,
     * there is nothing; has it moved, he looks in the other array; while it moves, which takes as long as a few links, he looks again.
     */
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Entry[].class);

    /** A reader looks so many times before it lets other threads run: the one that moves the bucket may have been interrupted. */
    private static final int LOOKS_IN_A_ROW = 64;

    private static final long PAUSE_NANOS = 10_000;

    private final @Nullable Entry[] heads;

    /** Where the entries move to, if they do. Set once, under the table's lock. */
    private volatile @Nullable Slots successor;

    /** Twice the number of buckets that have moved, and one while the next one moves. Written under the table's lock. */
    private volatile int progress;

    /** Makes one for so many entries. */
    Slots(int maxEntries) {
        this.heads = new @Nullable Entry[lengthFor(maxEntries)];
    }

    /** Returns how many buckets there are for so many entries. */
    static int lengthFor(int maxEntries) {
        return maxEntries == 1 ? 1 : Integer.highestOneBit(maxEntries - 1) << 1;
    }

    int length() {
        return heads.length;
    }

    @Nullable
    Entry head(int bucket) {
        return (Entry) SLOT.getVolatile(heads, bucket);
    }

    private int bucketOf(int hash) {
        return hash & (heads.length - 1);
    }

    /** Returns the entry of that key, expired or not, or null. */
    @Nullable
    Entry find(int hash, byte[] source, int offset, int length) {
        Entry entry = findHere(hash, source, offset, length);
        if (entry != null) {
            return entry;
        }
        Slots other = successor;
        return other == null ? null : findInEither(other, hash, source, offset, length);
    }

    private @Nullable Entry findHere(int hash, byte[] source, int offset, int length) {
        for (Entry entry = head(bucketOf(hash)); entry != null; entry = entry.next) {
            if (entry.hasKey(hash, source, offset, length)) {
                return entry;
            }
        }
        return null;
    }

    private @Nullable Entry findInEither(Slots other, int hash, byte[] source, int offset, int length) {
        int before = 2 * bucketOf(hash);
        for (int looks = 1; ; looks++) {
            if (progress > before + 1) {
                return other.find(hash, source, offset, length);
            }
            Entry entry = findHere(hash, source, offset, length);
            if (entry != null || progress <= before) {
                return entry;
            }
            if (looks % LOOKS_IN_A_ROW == 0) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /**
     * Finds what {@link #find} finds for each key. Every step is taken for all keys before the next step: the steps of one key
     * wait for each other's memory, which is rarely in a cache of the processor, and the steps of different keys do not.
     */
    void findAll(Lookups lookups) {
        int size = lookups.size();
        for (int i = 0; i < size; i++) {
            lookups.found(i, head(bucketOf(lookups.hash(i))));
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
        if (successor != null) {
            findMissing(lookups);
        }
    }

    /** Finds what {@link #find} finds for the keys that have no entry yet. */
    void findMissing(Lookups lookups) {
        int size = lookups.size();
        for (int i = 0; i < size; i++) {
            if (lookups.entry(i) == null) {
                lookups.found(i, lookups.find(i, this));
            }
        }
    }

    /* --------------- Under the table's lock --------------- */

    void link(Entry entry) {
        Slots place = placeOf(entry);
        place.push(place.bucketOf(entry.hash), entry);
    }

    private void push(int bucket, Entry entry) {
        entry.next = head(bucket);
        SLOT.setVolatile(heads, bucket, entry);
    }

    void unlink(Entry entry) {
        Slots place = placeOf(entry);
        place.pull(place.bucketOf(entry.hash), entry);
    }

    private void pull(int bucket, Entry entry) {
        Entry before = head(bucket);
        if (before == entry) {
            SLOT.setVolatile(heads, bucket, entry.next);
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

    private Slots placeOf(Entry entry) {
        Slots other = successor;
        return other != null && progress > 2 * bucketOf(entry.hash) ? other : this;
    }

    /** Unlinks all entries. */
    void clear() {
        for (int bucket = 0; bucket < heads.length; bucket++) {
            heads[bucket] = null;
        }
        VarHandle.fullFence();
    }

    /** Returns where the entries move to, or null. May be called without the lock: what was seen of these slots before is right if it is null. */
    @Nullable
    Slots successor() {
        return successor;
    }

    /** Begins to move the entries to others, which are empty. */
    void moveTo(Slots other) {
        successor = other;
    }

    /** Moves buckets until they and their entries are so many; returns whether all have moved. */
    boolean moveSome(Slots other, int most) {
        List<Entry> chain = new ArrayList<>();
        int bucket = progress / 2;
        for (int done = 0; done < most && bucket < heads.length; bucket++) {
            move(bucket, other, chain);
            done += 1 + chain.size();
        }
        return bucket == heads.length;
    }

    private void move(int bucket, Slots other, List<Entry> chain) {
        chain.clear();
        for (Entry entry = head(bucket); entry != null; entry = entry.next) {
            chain.add(entry);
        }
        if (!chain.isEmpty()) {
            progress = 2 * bucket + 1;
            // From behind, so that links lead to what was behind.
            for (int i = chain.size() - 1; i >= 0; i--) {
                Entry entry = chain.get(i);
                other.push(other.bucketOf(entry.hash), entry);
            }
            SLOT.setVolatile(heads, bucket, null);
        }
        progress = 2 * bucket + 2;
    }
}
