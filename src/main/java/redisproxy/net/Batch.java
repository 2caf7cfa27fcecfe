package redisproxy.net;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;

/** Room to look keys up together, and to start the loads of those that are missing together. Not thread-safe. */
public final class Batch {
    private static final ThreadLocal<@Nullable Batch> SPARE = new ThreadLocal<>();

    private final Lookups lookups = new Lookups();
    private final Misses misses = new Misses();

    Batch() {}

    /** Returns an empty batch for this thread to use until it is given back. */
    public static Batch borrow() {
        Batch batch = SPARE.get();
        // Whoever comes here again before that gets another one.
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
