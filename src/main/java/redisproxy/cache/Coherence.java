package redisproxy.cache;

/** What a cache can promise at a time about writes to the backing store. */
public enum Coherence {
    /** Nothing but that a value lives for its time: it may have been overwritten since it was read. */
    TTL,
    /** The cache is told of every write, and drops what was overwritten. */
    TRACKING,
    /** The cache should be told and is not: nothing is cached. */
    LOST
}
