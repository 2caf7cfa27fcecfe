package redisproxy.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the cache may hold and for how long.
 *
 * @param maxEntries the most values held at once
 * @param ttl how long a value may be served, counted from the moment its {@code GET} was sent
 * @param maxAbsent the most keys that do not exist held at once, beside the values
 * @param negativeTtl how long it may be said of a key that it does not exist, while nobody tells of writes; zero for not
 *     at all
 * @param staleIfError for how long an expired value may be served when the store does not answer
 * @param staleWhileRevalidate for how long an expired value may be served while it is loaded anew
 * @param tracking how the cache is told of writes, or null if it is not
 */
public record CacheConfig(
        int maxEntries,
        Duration ttl,
        int maxAbsent,
        Duration negativeTtl,
        Duration staleIfError,
        Duration staleWhileRevalidate,
        @Nullable TrackingConfig tracking) {
    /** Keeps the bucket array, which is allocated at once, within half a gibibyte. */
    public static final int MAX_ENTRIES_LIMIT = 100_000_000;

    public static final Duration MIN_TTL = Duration.ofMillis(1);
    /** Ten years: far from the 292 years at which a nanosecond counter wraps. */
    public static final Duration MAX_TTL = Duration.ofDays(3650);

    public static final int DEFAULT_MAX_ABSENT = 10_000;

    public CacheConfig {
        check("maxEntries", maxEntries);
        check("maxAbsent", maxAbsent);
        check("ttl", ttl, MIN_TTL);
        check("negativeTtl", negativeTtl, Duration.ZERO);
        check("staleIfError", staleIfError, Duration.ZERO);
        check("staleWhileRevalidate", staleWhileRevalidate, Duration.ZERO);
    }

    /** Makes the configuration of a cache that keeps nothing but values, each for its time. */
    public CacheConfig(int maxEntries, Duration ttl) {
        this(maxEntries, ttl, DEFAULT_MAX_ABSENT, Duration.ZERO, Duration.ZERO, Duration.ZERO, null);
    }

    /** Returns 100,000 entries for 60 seconds. */
    public static CacheConfig defaults() {
        return new CacheConfig(100_000, Duration.ofSeconds(60));
    }

    /** Returns whether keys that do not exist are ever cached. */
    boolean keepsAbsent() {
        return tracking != null || !negativeTtl.isZero();
    }

    private static void check(String name, int count) {
        if (count < 1 || count > MAX_ENTRIES_LIMIT) {
            throw new IllegalArgumentException("%s: %d (expected: 1 to %d)".formatted(name, count, MAX_ENTRIES_LIMIT));
        }
    }

    private static void check(String name, Duration duration, Duration least) {
        if (duration.compareTo(least) < 0 || duration.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("%s: %s (expected: %s to %s)".formatted(name, duration, least, MAX_TTL));
        }
    }
}
