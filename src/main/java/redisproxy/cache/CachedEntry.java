package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/**
 * What is held of one key, at one moment. Immutable.
 *
 * @param isAbsent whether the key is known not to exist
 * @param valueBytes the length of the value; 0 if there is none
 * @param heapBytes an estimate of the heap that it takes, the key included
 * @param ageNanos how long it has been known
 * @param freshNanos for how long it stays fresh; 0 or less if it has expired
 * @param idleNanos how long ago it was read last, or loaded if it has not been read
 * @param coherence what is known of writes to it
 * @param server the address of the server that it was read from; null if there is one alone, or if it is not kept which
 */
public record CachedEntry(
        boolean isAbsent,
        int valueBytes,
        long heapBytes,
        long ageNanos,
        long freshNanos,
        long idleNanos,
        Coherence coherence,
        @Nullable String server) {

    static CachedEntry of(Entry entry, Validity validity, Freshness freshness, long now) {
        return new CachedEntry(
                entry.isAbsent(),
                entry.valueLength(),
                LruTable.bytesOf(entry),
                freshness.ageNanos(entry, now),
                validity.end(entry) - now,
                // A read may have come later than the reading of the clock.
                Math.max(0, now - entry.stamp()),
                validity.coherence(entry),
                validity.server(entry));
    }
}
