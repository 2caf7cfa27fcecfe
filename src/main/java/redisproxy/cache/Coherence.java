package redisproxy.cache;

/** What a cache knows at present of writes to the backing store. */
public enum Coherence {
    /** Writes are not reported: a value may have been overwritten since it was read, and is served for its time to live. */
    TTL,
    /** Every write is reported, and what was overwritten is dropped. */
    TRACKING,
    /** Writes should be reported and are not at present: nothing is cached. */
    LOST
}
