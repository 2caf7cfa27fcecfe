package redisproxy.cache;

/**
 * The figures of a cache, counted since its start. An immutable snapshot that is taken while requests run: its figures may be a
 * few requests apart.
 *
 * @param hits reads answered from memory, those that found a key absent or expired included
 * @param misses reads that waited for a load, each counted even if they shared one
 * @param loads loads that the store answered, those that found the key absent included
 * @param loadFailures loads that failed
 * @param evictions values that left to make room for others
 * @param expirations expired entries that were replaced or removed
 * @param invalidations entries that left because they were overwritten in the store
 * @param flushes how many times all entries left at once
 * @param staleServed expired values served, because they were being loaded again or the store did not answer
 * @param size values held now, expired ones included
 * @param absent absent keys held now, expired ones included
 * @param bytes heap that the values held now take, estimated
 * @param pendingWrites writes under way now whose keys are not cached, those included whose fate is unknown
 */
public record CacheStats(
        long hits,
        long misses,
        long loads,
        long loadFailures,
        long evictions,
        long expirations,
        long invalidations,
        long flushes,
        long staleServed,
        int size,
        int absent,
        long bytes,
        int pendingWrites) {
    /** Returns what has been counted since an earlier snapshot of the same cache, with what the cache holds now. */
    public CacheStats since(CacheStats earlier) {
        return new CacheStats(
                hits - earlier.hits,
                misses - earlier.misses,
                loads - earlier.loads,
                loadFailures - earlier.loadFailures,
                evictions - earlier.evictions,
                expirations - earlier.expirations,
                invalidations - earlier.invalidations,
                flushes - earlier.flushes,
                staleServed - earlier.staleServed,
                size,
                absent,
                bytes,
                pendingWrites);
    }
}
