package redisproxy.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys that were not found in a cache, with those who want to know, for {@link ReadThroughCache#load(Misses)} to load
 * together. Reused from batch to batch; not thread-safe.
 */
public final class Misses {
    /** A pipeline of more saves no further system calls. */
    private static final int ENOUGH = 128;

    private final List<byte[]> keys = new ArrayList<>();
    private final List<LoadListener> listeners = new ArrayList<>();

    /** Adds a key, whose array must not change any more, and who is told its value. */
    public void add(byte[] key, LoadListener listener) {
        keys.add(key);
        listeners.add(listener);
    }

    /** Returns whether it is time to load what has been added. More may be added nevertheless. */
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
