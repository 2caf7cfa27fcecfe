package redisproxy.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the cache may hold and for how long.
 *
 * @param maxEntries the most values held at once
 * @param maxBytes the most bytes of heap that they take together, estimated
 * @param maxValueBytes the length of the longest value that is cached
 * @param ttl how long a value may be served, counted from the moment its {@code GET} was sent
 * @param maxAbsent the most absent keys held at once, in addition to the values; they take at most a sixteenth of {@code
 *     maxBytes}, in addition to it
 * @param negativeTtl how long an absent key may be served from memory while writes are not reported; zero means not at all
 * @param staleIfError for how long an expired value may be served when the store does not answer
 * @param staleWhileRevalidate for how long an expired value may be served while it is loaded anew
 * @param tracking how writes are reported to the cache, or null if they are not
 */
public record CacheConfig(
        int maxEntries,
        long maxBytes,
        int maxValueBytes,
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

    /** Room for one small value. */
    public static final long MIN_BYTES = 1024;

    /** A quarter of the address space, which is more than any heap has. */
    public static final long MAX_BYTES = 1L << 62;

    /** The greatest length of an array, less room for the key in the same array. */
    public static final int MAX_VALUE_BYTES = Integer.MAX_VALUE - 1024;

    public CacheConfig {
        check("maxEntries", maxEntries);
        check("maxAbsent", maxAbsent);
        check("maxBytes", maxBytes, MIN_BYTES, MAX_BYTES);
        check("maxValueBytes", maxValueBytes, 0, MAX_VALUE_BYTES);
        check("ttl", ttl, MIN_TTL);
        check("negativeTtl", negativeTtl, Duration.ZERO);
        check("staleIfError", staleIfError, Duration.ZERO);
        check("staleWhileRevalidate", staleWhileRevalidate, Duration.ZERO);
    }

    /** Makes a configuration with the default share of the heap. */
    public CacheConfig(
            int maxEntries,
            Duration ttl,
            int maxAbsent,
            Duration negativeTtl,
            Duration staleIfError,
            Duration staleWhileRevalidate,
            @Nullable TrackingConfig tracking) {
        this(
                maxEntries,
                defaultMaxBytes(),
                defaultMaxValueBytes(defaultMaxBytes()),
                ttl,
                maxAbsent,
                negativeTtl,
                staleIfError,
                staleWhileRevalidate,
                tracking);
    }

    /** Makes a configuration with the default share of the heap, which keeps values alone and serves none stale. */
    public CacheConfig(int maxEntries, Duration ttl) {
        this(maxEntries, ttl, DEFAULT_MAX_ABSENT, Duration.ZERO, Duration.ZERO, Duration.ZERO, null);
    }

    /** Returns 100,000 entries for 60 seconds. */
    public static CacheConfig defaults() {
        return new CacheConfig(100_000, Duration.ofSeconds(60));
    }

    /** Returns two fifths of the heap. The rest is for requests, and for the gaps that the collector leaves beside large values. */
    public static long defaultMaxBytes() {
        return Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / 5 * 2);
    }

    /** Returns an eighth of {@code maxBytes}, so that no value evicts all others. */
    public static int defaultMaxValueBytes(long maxBytes) {
        return (int) Math.min(MAX_VALUE_BYTES, maxBytes / 8);
    }

    /** Returns how many values {@code maxBytes} has room for if their keys and they themselves are empty. */
    public long mostEntriesInBytes() {
        return maxBytes / LruTable.ENTRY_BYTES;
    }

    /** Returns an estimate of the heap that the table of values takes beside the values. */
    public long tableBytes() {
        return 4L * Slots.lengthFor(maxEntries);
    }

    /** Returns the same with prefixes of its own, which change by {@link ReadThroughCache#prepare}. */
    public CacheConfig withOwnPrefixes() {
        return new CacheConfig(
                maxEntries,
                maxBytes,
                maxValueBytes,
                ttl,
                maxAbsent,
                negativeTtl,
                staleIfError,
                staleWhileRevalidate,
                tracking == null ? null : tracking.withOwnPrefixes());
    }

    /** Returns this configuration with what {@link ReadThroughCache#prepare} can take over from another one: all but tracking, of which
     * it takes the prefixes and the grace. */
    public CacheConfig changed(CacheConfig to) {
        return new CacheConfig(
                to.maxEntries,
                to.maxBytes,
                to.maxValueBytes,
                to.ttl,
                to.maxAbsent,
                to.negativeTtl,
                to.staleIfError,
                to.staleWhileRevalidate,
                tracking == null || to.tracking == null ? tracking : tracking.changed(to.tracking));
    }

    long maxAbsentBytes() {
        return maxBytes / 16;
    }

    /** Returns whether keys that do not exist are ever cached. */
    boolean keepsAbsent() {
        return tracking != null || !negativeTtl.isZero();
    }

    private static void check(String name, int count) {
        check(name, count, 1, MAX_ENTRIES_LIMIT);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s: %d (expected: %d to %d)".formatted(name, value, least, most));
        }
    }

    private static void check(String name, Duration duration, Duration least) {
        if (duration.compareTo(least) < 0 || duration.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("%s: %s (expected: %s to %s)".formatted(name, duration, least, MAX_TTL));
        }
    }
}
