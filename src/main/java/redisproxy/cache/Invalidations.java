package redisproxy.cache;

/**
 * What a cache is told by whoever hears of writes to the backing store. Thread-safe; calls come from one thread at a time
 * and do not block, but for the time that dropping all entries takes.
 */
public interface Invalidations {
    /** This key has been written: its entry is dropped, and no load that has begun before is cached. */
    void invalidate(byte[] key);

    /** All keys may have been written. */
    void invalidateAll();

    /** From now on this holds. What was cached before is dropped, and no load that has begun before is cached. */
    void begin(Coherence coherence);

    /**
     * The source of invalidations has given a sign that nothing it had to tell is under way still.
     *
     * @param nanosAgo when it was asked for that sign
     */
    void heard(long nanosAgo);

    /**
     * The source of invalidations is lost.
     *
     * @param silentNanos how long ago it gave its last sign, and so for how long writes may have gone unheard
     */
    void lose(long silentNanos);

    /** Returns what holds at present. */
    Coherence coherence();
}
