package redisproxy.server;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;

/** Tells what the heap cannot hold, at the start and when the cache changes. */
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
        String refusal = refusal(cache, heap);
        if (refusal != null) {
            throw new StartException(refusal);
        }
    }

    private static @Nullable String refusal(CacheConfig cache, long heap) {
        return cache.maxBytes() < heap
                ? null
                : "%s: %d bytes do not fit into the heap of %d MiB (expected: less, or a larger -Xmx)"
                        .formatted(SettingsCatalog.CACHE_MAX_BYTES, cache.maxBytes(), heap / MIB);
    }

    /** Returns that the number of entries is too large. */
    static String tooManyEntries(CacheConfig cache, long heap) {
        return "%s: %d entries do not fit into the heap of %d MiB (expected: fewer entries, or a larger -Xmx)"
                .formatted(SettingsCatalog.CACHE_SIZE, cache.maxEntries(), heap / MIB);
    }

    /**
     * Prepares a change of a cache that is in use.
     *
     * @throws ConfigException if what it may hold does not fit into the heap
     */
    static ChangeablePart.Change prepare(ReadThroughCache cache, CacheConfig to) {
        long heap = Runtime.getRuntime().maxMemory();
        String refusal = refusal(to, heap);
        if (refusal != null) {
            throw new ConfigException(refusal);
        }
        // The old table is there until all entries have moved, and clients need memory meanwhile.
        boolean isLarger = to.maxEntries() > cache.config().maxEntries();
        if (isLarger && to.tableBytes() > (heap - to.maxBytes()) / 2) {
            throw new ConfigException(tooManyEntries(to, heap));
        }
        try {
            Runnable change = cache.prepare(to);
            return () -> {
                CacheConfig before = cache.config();
                if (to.maxBytes() != before.maxBytes() || to.maxEntries() != before.maxEntries()) {
                    warn(to, heap);
                }
                change.run();
            };
        } catch (OutOfMemoryError e) {
            throw new ConfigException(tooManyEntries(to, heap));
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
