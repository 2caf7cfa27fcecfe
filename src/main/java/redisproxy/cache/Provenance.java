package redisproxy.cache;

/** How a load came by its result, and whether it is cached. */
public enum Provenance {
    /** Read, and cached. */
    STORED,
    /** Read, and cached in the place of an expired entry of the same key. */
    RENEWED,
    /** Read, and not cached: the key was written meanwhile, the value is too long, or no request allowed it. */
    PASSED,
    /** Read, and not cached, because writes are not reported at present. */
    BYPASSED,
    /** Not read, because the store did not answer: an expired value. */
    STALE
}
