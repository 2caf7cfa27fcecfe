package redisproxy.resp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.CacheStats;
import redisproxy.cache.NodeStats;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.WatchStats;

/** The sections of INFO about the cache, its backing store and its coherence. Thread-safe. */
final class CacheInfo {
    private static final Set<String> OWN_TITLES = Set.of("Cache", "Backing", "Coherence");

    private final ReadThroughCache cache;
    private final int database;

    CacheInfo(ReadThroughCache cache, int database) {
        this.cache = cache;
        this.database = database;
    }

    /** Whether a section is one of the sections about the cache, which CACHE INFO shows too. */
    static boolean isOwn(String title) {
        return OWN_TITLES.contains(title);
    }

    List<InfoSection> ownSections() {
        return List.of(
                new InfoSection("Cache", () -> values(cache.stats())),
                new InfoSection("Backing", () -> backing(cache.storeStats())),
                new InfoSection("Coherence", () -> coherence(cache.storeStats())));
    }

    InfoSection keyspace() {
        return new InfoSection("Keyspace", () -> keyspace(cache.stats()));
    }

    private Map<String, Object> values(CacheStats stats) {
        CacheConfig config = cache.config();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cache_entries", stats.size());
        fields.put("cache_max_entries", config.maxEntries());
        fields.put("cache_bytes", stats.bytes());
        fields.put("cache_max_bytes", config.maxBytes());
        fields.put("cache_max_value_bytes", config.maxValueBytes());
        fields.put("cache_absent_entries", stats.absent());
        fields.put("cache_max_absent_entries", config.maxAbsent());
        fields.put("cache_ttl_ms", config.ttl().toMillis());
        fields.put("cache_hits", stats.hits());
        fields.put("cache_stale_hits", stats.staleServed());
        fields.put("cache_misses", stats.misses());
        fields.put("cache_loads", stats.loads());
        fields.put("cache_load_failures", stats.loadFailures());
        fields.put("cache_evictions", stats.evictions());
        fields.put("cache_expirations", stats.expirations());
        fields.put("cache_invalidations", stats.invalidations());
        fields.put("cache_flushes", stats.flushes());
        return fields;
    }

    private static Map<String, Object> backing(StoreStats stats) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("backing_circuit", stats.circuit());
        fields.put("backing_topology", stats.topology().name().toLowerCase(Locale.ROOT));
        fields.put("backing_tls", stats.isEncrypted() ? 1 : 0);
        fields.put("backing_nodes", stats.nodes().size());
        int number = 0;
        for (NodeStats node : stats.nodes()) {
            fields.put("backing_node" + number++, node(node));
        }
        WatchStats watch = stats.watch();
        if (watch != null) {
            boolean isCluster = stats.topology() == StoreStats.Topology.CLUSTER;
            String tellers = isCluster ? "backing_cluster" : "backing_sentinels";
            fields.put(isCluster ? "backing_cluster_nodes" : tellers, watch.known());
            fields.put(tellers + "_telling", watch.telling());
            fields.put(tellers + "_detail", watch.detail());
            fields.put("backing_switches", watch.switches());
        }
        return fields;
    }

    private static String node(NodeStats node) {
        return "address=%s,role=%s,slots=%d,read=%s,circuit=%s,tracking=%s,links=%d,in_use=%d,queued=%d,requests=%d,broken=%d"
                .formatted(
                        node.address(),
                        node.role().name().toLowerCase(Locale.ROOT),
                        node.slots(),
                        node.isRead() ? "yes" : "no",
                        node.circuit().name().toLowerCase(Locale.ROOT),
                        node.tracking().state().name().toLowerCase(Locale.ROOT),
                        node.linksOpen(),
                        node.linksInUse(),
                        node.queued(),
                        node.requests(),
                        node.linksBroken());
    }

    private Map<String, Object> coherence(StoreStats stats) {
        TrackingStatus status = stats.tracking();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("coherence", stats.coherence(cache.coherence()));
        fields.put("tracking", status.state().name().toLowerCase(Locale.ROOT));
        fields.put("tracking_detail", status.detail());
        fields.put("tracking_confirmations", status.confirmations());
        fields.put("tracking_losses", status.losses());
        fields.put("tracking_messages", status.messages());
        fields.put("tracking_heartbeat_usec", status.heartbeatMicros());
        return fields;
    }

    private Map<String, Object> keyspace(CacheStats stats) {
        int size = stats.size();
        return size == 0 ? Map.of() : Map.of("db" + database, "keys=%1$d,expires=%1$d,avg_ttl=0".formatted(size));
    }
}
