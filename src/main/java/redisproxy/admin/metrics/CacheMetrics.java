package redisproxy.admin.metrics;

import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.function.Supplier;
import redisproxy.admin.metrics.Families.Points;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.CacheStats;

/**
 * The metrics of the cache.
 *
 * @param config the bounds of the cache
 * @param stats its figures at present
 * @param coherence what it knows of writes at present, in one word
 */
public record CacheMetrics(Supplier<CacheConfig> config, Supplier<CacheStats> stats, Supplier<String> coherence)
        implements MetricSource {
    private static final List<String> COHERENCE = List.of("ttl", "tracking", "partly", "lost");

    @Override
    public void addTo(Families families) {
        CacheStats now = stats.get();
        CacheConfig bounds = config.get();
        families.gauge("cache_entries", "Values that the cache holds.", now.size());
        families.gauge("cache_max_entries", "Values that the cache may hold.", bounds.maxEntries());
        families.gauge("cache_bytes", Unit.BYTES, "Heap that cached values take.", now.bytes());
        families.gauge("cache_max_bytes", Unit.BYTES, "Heap that cached values may take.", bounds.maxBytes());
        families.gauge("cache_absent_entries", "Absent keys that the cache holds.", now.absent());
        families.gauge("cache_max_absent_entries", "Absent keys that the cache may hold.", bounds.maxAbsent());
        families.counter("cache_hits", "Reads answered from memory, of absent keys too.", now.hits());
        families.counter("cache_misses", "Reads that waited for a load.", now.misses());
        families.counter(
                "cache_stale_served",
                "Expired values served, because they were being loaded again or Redis did not answer.",
                now.staleServed());
        families.counter("cache_evictions", "Values that left to make room for others.", now.evictions());
        families.counter("cache_expirations", "Expired entries that were replaced or removed.", now.expirations());
        families.counter(
                "cache_invalidations", "Entries that left because they were written in Redis.", now.invalidations());
        families.counter("cache_flushes", "How often all entries left at once.", now.flushes());
        families.gauge(
                "cache_pending_writes",
                "Writes through the proxy whose keys are not cached now, those in doubt included.",
                now.pendingWrites());
        families.gauge(
                "coherence_state",
                "How the cache follows writes at present: 1 for the state that applies.",
                new Points().addState("state", coherence.get(), COHERENCE));
    }
}
