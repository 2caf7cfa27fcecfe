package redisproxy.net;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;

/**
 * Memory for keys that are looked up together, and for those of them that are then loaded together. Reused; not thread-safe.
 */
public final class Batch {
    private static final ThreadLocal<@Nullable Batch> SPARE = new ThreadLocal<>();

    private final Lookups lookups = new Lookups();
    private final Misses misses = new Misses();

    Batch() {}

    /** Returns an empty batch for this thread to use until it is given back. */
    public static Batch borrow() {
        Batch batch = SPARE.get();
        // A caller further down this thread's stack gets another one.
        SPARE.remove();
        return batch == null ? new Batch() : batch;
    }

    /** Ends the use of a batch. */
    public void giveBack() {
        lookups.clear();
        SPARE.set(this);
    }

    /** Returns the keys to look up. */
    public Lookups lookups() {
        return lookups;
    }

    /** Returns the keys to load. */
    public Misses misses() {
        return misses;
    }
}
