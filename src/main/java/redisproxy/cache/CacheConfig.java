package redisproxy.cache;

import java.time.Duration;

/**
 * What the cache may hold and for how long.
 *
 * @param maxEntries the most entries held at once
 * @param ttl how long a value may be served, counted from the moment its {@code GET} was sent
 */
public record CacheConfig(int maxEntries, Duration ttl) {
    /** Keeps the bucket array, which is allocated at once, within half a gibibyte. */
    public static final int MAX_ENTRIES_LIMIT = 100_000_000;

    public static final Duration MIN_TTL = Duration.ofMillis(1);
    /** Ten years: far from the 292 years at which a nanosecond counter wraps. */
    public static final Duration MAX_TTL = Duration.ofDays(3650);

    public CacheConfig {
        if (maxEntries < 1 || maxEntries > MAX_ENTRIES_LIMIT) {
            throw new IllegalArgumentException(
                    "maxEntries: %d (expected: 1 to %d)".formatted(maxEntries, MAX_ENTRIES_LIMIT));
        }
        if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("ttl: %s (expected: %s to %s)".formatted(ttl, MIN_TTL, MAX_TTL));
        }
    }

    /** Returns 100,000 entries for 60 seconds. */
    public static CacheConfig defaults() {
        return new CacheConfig(100_000, Duration.ofSeconds(60));
    }
}
