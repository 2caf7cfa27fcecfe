package redisproxy.cache;

/** What a cache knows at present of writes to the backing store, from the best to the worst. */
public enum Coherence {
    /** Every write is reported, and what was overwritten is dropped. */
    TRACKING,
    /** Writes are not reported: a value may have been overwritten since it was read, and is served for its time to live. */
    TTL,
    /** Writes should be reported and are not at present: nothing is cached. */
    LOST
}
