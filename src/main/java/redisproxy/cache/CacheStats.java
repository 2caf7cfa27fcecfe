package redisproxy.cache;

/**
 * Counts since the start. A snapshot taken while requests run; its figures may be a few requests apart.
 *
 * @param hits reads answered from memory, those that found a key absent or expired included
 * @param misses reads that were not, however many shared one load
 * @param loads loads that the store answered, also with "absent"
 * @param loadFailures loads that failed
 * @param evictions values that left because the table was full
 * @param expirations expired entries that were replaced or removed
 * @param invalidations entries that left because they were overwritten in the store
 * @param flushes how often all entries left at once
 * @param staleServed expired values served, while they were loaded anew or because the store did not answer
 * @param size values held now, expired ones included
 * @param absent absent keys held now, expired ones included
 * @param bytes what the values held now take of the heap, about
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
        long bytes) {}
