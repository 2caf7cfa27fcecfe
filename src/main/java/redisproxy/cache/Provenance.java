package redisproxy.cache;

/** How the result of a load came about. */
public enum Provenance {
    /** Read, and cached. */
    STORED,
    /** Read, and cached in the place of one that had expired and could still have been served. */
    RENEWED,
    /** Read, and not cached: it was overwritten meanwhile, or nobody wanted it cached. */
    PASSED,
    /** Read, and not cached, since the cache is not told of writes at present. */
    BYPASSED,
    /** Not read: the store did not answer, and this is the value that has expired. */
    STALE
}
