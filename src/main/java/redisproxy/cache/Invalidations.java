package redisproxy.cache;

/**
 * Takes reports of writes to the backing store. Thread-safe. No method blocks, except that dropping all entries takes time in
 * proportion to their number.
 */
public interface Invalidations {
    /** This key has been written: drops its entry, and does not cache the result of a load that has begun before. */
    void invalidate(byte[] key);

    /** All keys may have been written: does the same for each key. */
    void invalidateAll();

    /** From now on this holds. Does what {@link #invalidateAll} does. */
    void begin(Coherence coherence);

    /**
     * The source of reports has confirmed that all its reports up to a moment have arrived.
     *
     * @param nanosAgo how long ago that moment was
     */
    void heard(long nanosAgo);

    /**
     * The source of reports is lost.
     *
     * @param silentNanos how long ago it gave its last confirmation, and so for how long writes may have gone unreported
     */
    void lose(long silentNanos);

    /** Returns what holds at present. */
    Coherence coherence();
}
