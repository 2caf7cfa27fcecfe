package redisproxy.cache;

/** Takes reports of writes to the backing store. Thread-safe. No method blocks. */
public interface Invalidations {
    /** This key has been written: drops its entry, and does not cache the result of a load that has begun before. */
    void invalidate(byte[] key);

    /** All keys may have been written: does the same for each of them, which takes time in proportion to their number. */
    void invalidateAll();
}
