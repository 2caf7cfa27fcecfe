package redisproxy.cache;

/**
 * Counts since the start. A snapshot taken while requests run; its figures may be a few requests apart.
 *
 * @param hits reads answered from memory
 * @param misses reads that were not, however many shared one load
 * @param loads loads that the store answered, also with "absent"
 * @param loadFailures loads that failed
 * @param evictions entries that left because the table was full
 * @param expirations expired entries that were replaced or removed
 * @param size entries held now, expired ones included
 */
public record CacheStats(
        long hits, long misses, long loads, long loadFailures, long evictions, long expirations, int size) {}
