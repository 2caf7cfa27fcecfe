package redisproxy.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys that were not found in a cache, each with its listener, for {@link ReadThroughCache#load(Misses)} to load together. Reused
 * from batch to batch. Not thread-safe.
 */
public final class Misses {
    /** A longer pipeline to the store saves hardly any more system calls. */
    private static final int ENOUGH = 128;

    private final List<byte[]> keys = new ArrayList<>();
    private final List<LoadListener> listeners = new ArrayList<>();

    /** Adds a key and the listener for its value. Takes the array over. */
    public void add(byte[] key, LoadListener listener) {
        keys.add(key);
        listeners.add(listener);
    }

    /** Returns whether there are enough keys for a batch. More may be added all the same. */
    public boolean isFull() {
        return keys.size() >= ENOUGH;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    int size() {
        return keys.size();
    }

    byte[] key(int index) {
        return keys.get(index);
    }

    LoadListener listener(int index) {
        return listeners.get(index);
    }

    void clear() {
        keys.clear();
        listeners.clear();
    }
}
