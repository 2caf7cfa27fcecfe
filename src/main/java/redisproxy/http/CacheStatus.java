package redisproxy.http;

import redisproxy.cache.Coherence;
import redisproxy.cache.LoadMode;
import redisproxy.cache.Provenance;

/** The {@code Cache-Status} of a response, which tells how it came about (RFC 9211). Thread-safe. */
final class CacheStatus {
    private static final String NAME = "Cache-Status";
    private static final String CACHE = "redis-proxy";
    private static final String MISS = "uri-miss";
    private static final String STALE = "stale";
    private static final String BYPASS = "bypass";

    /** A cached value would have done for another request. */
    private static final String REQUEST = "request";

    /** No key was looked up: the request asks for none, or was refused before. */
    static final HeaderField NO_LOOKUP = new HeaderField(NAME, CACHE + "; detail=no-lookup");

    /** The request accepts cached values only, and none was found. */
    static final HeaderField ONLY_IF_CACHED = new HeaderField(NAME, CACHE + "; detail=only-if-cached");

    /** The request writes, so that Redis has to answer it (RFC 9211, section 2.2). */
    static final HeaderField WRITE = new HeaderField(NAME, CACHE + "; fwd=method");

    /** The same, and Redis has not answered. */
    static final HeaderField WRITE_UNAVAILABLE = new HeaderField(NAME, CACHE + "; fwd=method; detail=unavailable");

    /** The backing store did not answer, and an expired value is served. */
    static final HeaderField STALE_IF_ERROR = new HeaderField(NAME, CACHE + "; fwd=stale; detail=stale-if-error");

    private final boolean wantsTracking;
    private final FieldTable hits = new FieldTable(NAME, seconds -> CACHE + "; hit; ttl=" + seconds);
    private final FieldTable hitsUntracked =
            new FieldTable(NAME, seconds -> CACHE + "; hit; ttl=" + seconds + "; detail=coherence-ttl");

    private final FieldTable hitsDisconnected =
            new FieldTable(NAME, seconds -> CACHE + "; hit; ttl=" + seconds + "; detail=disconnected");

    /** Makes the headers of a cache that is configured for tracking, or is not. */
    CacheStatus(boolean wantsTracking) {
        this.wantsTracking = wantsTracking;
    }

    /**
     * Returns the header for an entry that was found in memory.
     *
     * @param freshSeconds for how long the entry stays fresh; negative if it has expired
     */
    HeaderField hit(int freshSeconds, Coherence coherence) {
        if (coherence == Coherence.LOST) {
            return hitsDisconnected.get(freshSeconds);
        }
        return isRefused(coherence) ? hitsUntracked.get(freshSeconds) : hits.get(freshSeconds);
    }

    /** Returns the header for the result of a load. */
    HeaderField loaded(Provenance provenance, LoadMode mode, boolean isCollapsed, Coherence coherence) {
        String detail = detail(coherence);
        return switch (provenance) {
            case STORED -> forwarded(mode.isAnew() ? REQUEST : MISS, /* isStored= */ true, isCollapsed, detail);
            case RENEWED -> forwarded(mode.isAnew() ? REQUEST : STALE, /* isStored= */ true, isCollapsed, detail);
            case PASSED -> forwarded(mode.isAnew() ? REQUEST : MISS, /* isStored= */ false, isCollapsed, detail);
            case BYPASSED -> {
                String disconnected = coherence == Coherence.LOST ? "; detail=disconnected" : detail;
                yield forwarded(BYPASS, /* isStored= */ false, isCollapsed, disconnected);
            }
            case STALE -> STALE_IF_ERROR;
        };
    }

    /** Returns the header for a load that the backing store answered with an error. */
    HeaderField refused(LoadMode mode, boolean isCollapsed, Coherence coherence) {
        return forwarded(mode.isAnew() ? REQUEST : MISS, /* isStored= */ false, isCollapsed, detail(coherence));
    }

    /** Returns the header for a load that the backing store did not answer. */
    static HeaderField unavailable(LoadMode mode, boolean isCollapsed) {
        return forwarded(mode.isAnew() ? REQUEST : MISS, /* isStored= */ false, isCollapsed, "; detail=unavailable");
    }

    private static HeaderField forwarded(String reason, boolean isStored, boolean isCollapsed, String detail) {
        String stored = isStored ? "; stored" : "";
        String collapsed = isCollapsed ? "; collapsed" : "";
        return new HeaderField(NAME, CACHE + "; fwd=" + reason + stored + collapsed + detail);
    }

    private String detail(Coherence coherence) {
        return isRefused(coherence) ? "; detail=coherence-ttl" : "";
    }

    /** Returns whether tracking is configured and Redis has refused it. */
    private boolean isRefused(Coherence coherence) {
        return wantsTracking && coherence == Coherence.TTL;
    }
}
