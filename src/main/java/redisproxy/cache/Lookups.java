package redisproxy.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are looked up together: the processor then waits for memory once for many keys, and not once for each. Reused from
 * batch to batch. Not thread-safe.
 */
public final class Lookups {
    /** The processor fetches no more than about so many places in memory at once. */
    private static final int MAX = 32;

    private static final byte[] NO_BYTES = {};

    private final byte[][] sources = new byte[MAX][];
    private final int[] offsets = new int[MAX];
    private final int[] lengths = new int[MAX];
    private final int[] hashes = new int[MAX];
    private final @Nullable Entry[] entries = new @Nullable Entry[MAX];
    private int size;

    /** Which entries have expired, by their index as a bit. */
    private int stale;

    /** How many further keys are not told to an {@link AccessSampler}, if its interval is still this one. Kept by {@link Sampling}. */
    int untilSample;

    int sampleInterval;

    /** Adds a key; there must be {@linkplain #isFull room}. The array must not change until {@link #clear}. */
    public void add(byte[] keySource, int offset, int length) {
        sources[size] = keySource;
        offsets[size] = offset;
        lengths[size] = length;
        hashes[size] = KeyHash.hash(keySource, offset, length);
        size++;
    }

    /** Returns how many keys there are. */
    public int size() {
        return size;
    }

    /** Returns whether no further key can be added. */
    public boolean isFull() {
        return size == MAX;
    }

    /** Returns what {@link ReadThroughCache#getAllPresent} found for a key, or null. */
    public @Nullable Entry entry(int index) {
        return entries[index];
    }

    /** Returns whether what was found for a key has expired, and is served while it is loaded again. */
    public boolean isStale(int index) {
        return stale != 0 && (stale & 1 << index) != 0;
    }

    /** Returns a copy of a key. */
    public byte[] key(int index) {
        return Arrays.copyOfRange(sources[index], offsets[index], offsets[index] + lengths[index]);
    }

    /** Removes the keys and what was found. */
    public void clear() {
        for (int i = 0; i < size; i++) {
            entries[i] = null;
            sources[i] = NO_BYTES;
        }
        size = 0;
        stale = 0;
    }

    int hash(int index) {
        return hashes[index];
    }

    void found(int index, @Nullable Entry entry) {
        entries[index] = entry;
    }

    void foundStale(int index, Entry entry) {
        entries[index] = entry;
        stale |= 1 << index;
    }

    boolean isKeyOf(int index, Entry entry) {
        return entry.hasKey(hashes[index], sources[index], offsets[index], lengths[index]);
    }

    /** Returns the entry that the slots have of a key, or null. */
    @Nullable
    Entry find(int index, Slots slots) {
        return slots.find(hashes[index], sources[index], offsets[index], lengths[index]);
    }

    void sample(int index, int interval, boolean isHit, int valueBytes, AccessSampler sampler) {
        sampler.sampled(sources[index], offsets[index], lengths[index], interval, isHit, valueBytes);
    }
}
