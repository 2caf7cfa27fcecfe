package redisproxy.near;

/**
 * The figures of clients' own caches. An immutable snapshot; its figures may be some moments apart.
 *
 * @param clients clients that are told of writes now
 * @param keys keys that at least one client has read and not been told of since
 * @param items how many times a client holds one of these keys
 * @param prefixes different prefixes of clients that are told of all keys that begin so
 * @param invalidations how often a client was told of a key
 * @param flushes how often a client was told that any key may have been written
 * @param evictions keys that clients were told of because there was no more room to remember who has read them
 */
public record NearStats(
        long clients, long keys, long items, long prefixes, long invalidations, long flushes, long evictions) {
    /** Those of nobody. */
    public static final NearStats NONE = new NearStats(0, 0, 0, 0, 0, 0, 0);
}
