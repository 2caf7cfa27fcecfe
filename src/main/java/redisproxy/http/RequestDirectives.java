package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadMode;
import redisproxy.cache.ReadThroughCache;

/**
 * The cache directives of a request: its {@code Cache-Control} (RFC 9111, section 5.2.1; RFC 5861, section 4), or, if it has
 * no such field, {@code Pragma: no-cache} (RFC 9111, section 5.4). Immutable.
 *
 * @param noCache whether a cached value may be used only after the backing store was asked
 * @param noStore whether a loaded value may not be cached for this request
 * @param onlyIfCached whether only a cached value is acceptable
 * @param maxAgeSeconds the greatest age of an acceptable value, {@link Long#MAX_VALUE} for no limit
 * @param minFreshSeconds the least time for which an acceptable value stays fresh, 0 for no limit
 * @param maxStaleSeconds the longest time since an acceptable value expired, 0 if it must be fresh, {@link Long#MAX_VALUE}
 *     for no limit
 * @param staleIfErrorSeconds the same when the backing store fails, -1 if the request does not say
 */
record RequestDirectives(
        boolean noCache,
        boolean noStore,
        boolean onlyIfCached,
        long maxAgeSeconds,
        long minFreshSeconds,
        long maxStaleSeconds,
        long staleIfErrorSeconds) {
    /** A request without directives. */
    static final RequestDirectives NONE = CacheControlParser.parse(List.of());

    private static final RequestDirectives NO_CACHE = CacheControlParser.parse(List.of("no-cache"));

    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String PRAGMA = "Pragma";

    /** Returns the directives of a request. Costs two look-ups if it has neither field. */
    static RequestDirectives of(HttpServletRequest request) {
        if (request.getHeader(CACHE_CONTROL) != null) {
            return parse(Collections.list(request.getHeaders(CACHE_CONTROL)));
        }
        if (request.getHeader(PRAGMA) != null) {
            return parsePragma(Collections.list(request.getHeaders(PRAGMA)));
        }
        return NONE;
    }

    /** Parses the lines of {@code Cache-Control}; see {@link CacheControlParser}. */
    static RequestDirectives parse(List<String> cacheControlLines) {
        return CacheControlParser.parse(cacheControlLines);
    }

    private static RequestDirectives parsePragma(List<String> lines) {
        return parse(lines).noCache ? NO_CACHE : NONE;
    }

    /** Returns the cached entry of a key if it is acceptable, or null. */
    @Nullable
    Entry find(ReadThroughCache cache, byte[] key) {
        if (noCache) {
            return null;
        }
        if (!limitsFreshness() && maxStaleSeconds == 0) {
            return cache.getIfPresent(key, 0, key.length);
        }
        // A request that limits the age and does not mention stale values accepts none (RFC 9111, section 5.2.1.1).
        boolean mustBeFresh = maxAgeSeconds != Long.MAX_VALUE && maxStaleSeconds == 0;
        long minFresh = Math.max(nanos(minFreshSeconds), mustBeFresh ? 1 : 0);
        return cache.getIfPresent(key, nanos(maxAgeSeconds), minFresh, nanos(maxStaleSeconds));
    }

    /** Returns the cached entry of a key if it is acceptable after a failed load, or null (RFC 5861, section 4). */
    @Nullable
    Entry findInsteadOfError(ReadThroughCache cache, byte[] key) {
        if (staleIfErrorSeconds < 0) {
            return null;
        }
        return cache.getIfPresent(key, Long.MAX_VALUE, /* minFreshNanos= */ 0, nanos(staleIfErrorSeconds));
    }

    /** Returns whether the request rejects an expired entry that the proxy would serve after a failed load. */
    boolean refusesInsteadOfError(ReadThroughCache cache, Entry entry) {
        return staleIfErrorSeconds < 0
                ? loadMode().isAnew()
                : -cache.freshSeconds(entry, cache.now()) > staleIfErrorSeconds;
    }

    /** Returns how to load a key for which {@link #find} has returned null. */
    LoadMode loadMode() {
        if (noCache || limitsFreshness()) {
            // A load that another request has started may bring the value that was just rejected.
            return noStore ? LoadMode.ANEW_UNSTORED : LoadMode.ANEW;
        }
        return noStore ? LoadMode.UNSTORED : LoadMode.SHARED;
    }

    private boolean limitsFreshness() {
        return maxAgeSeconds != Long.MAX_VALUE || minFreshSeconds > 0;
    }

    private static long nanos(long seconds) {
        return seconds == Long.MAX_VALUE ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
    }
}
