package redisproxy.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.CacheConfig;

/** Tells at the start what the heap cannot hold. */
final class HeapRoom {
    private static final Logger LOG = LoggerFactory.getLogger(HeapRoom.class);

    private static final long MIB = 1L << 20;

    private HeapRoom() {}

    /**
     * Refuses values beyond the heap.
     *
     * @param heap the most bytes that the heap may have
     * @throws StartException if {@code CACHE_MAX_BYTES} leaves nothing of the heap
     */
    static void check(CacheConfig cache, long heap) {
        if (cache.maxBytes() >= heap) {
            throw new StartException(
                    "%s: %d bytes do not fit into the heap of %d MiB (expected: less, or a larger -Xmx)"
                            .formatted(SettingsCatalog.CACHE_MAX_BYTES, cache.maxBytes(), heap / MIB));
        }
    }

    /** Warns of a heap that has room for little else, and of a number of entries that can never be reached. */
    static void warn(CacheConfig cache, long heap) {
        if (cache.maxBytes() > heap / 4 * 3) {
            LOG.warn(
                    "{}: {} bytes are most of the heap of {} MiB and leave little for requests; give less, or a larger -Xmx",
                    SettingsCatalog.CACHE_MAX_BYTES,
                    cache.maxBytes(),
                    heap / MIB);
        }
        if (cache.mostEntriesInBytes() < cache.maxEntries()) {
            LOG.warn(
                    "{}: of {} entries at most {} fit into {} ({} bytes); give a larger -Xmx or --cache-max-bytes",
                    SettingsCatalog.CACHE_SIZE,
                    cache.maxEntries(),
                    cache.mostEntriesInBytes(),
                    SettingsCatalog.CACHE_MAX_BYTES,
                    cache.maxBytes());
        }
    }
}
