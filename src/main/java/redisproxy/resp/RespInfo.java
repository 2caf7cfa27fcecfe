package redisproxy.resp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import redisproxy.cache.CacheStats;
import redisproxy.upstream.PinStats;

/** The sections of INFO about the clients of the RESP port and the requests that were executed. Thread-safe. */
final class RespInfo {
    private final Supplier<StatsSinceReset.Figures> figures;
    private final ClientRegistry registry;

    RespInfo(Supplier<StatsSinceReset.Figures> figures, ClientRegistry registry) {
        this.figures = figures;
        this.registry = registry;
    }

    InfoSection clients() {
        return new InfoSection("Clients", () -> clients(figures.get().port()));
    }

    InfoSection stats() {
        return new InfoSection("Stats", () -> stats(figures.get()));
    }

    private Map<String, Object> clients(RespStats stats) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("connected_clients", stats.connections());
        fields.put("cluster_connections", 0);
        fields.put("maxclients", registry.maxConnections());
        fields.put("blocked_clients", count(session -> session.own.isActive() && session.state.isWaiting()));
        fields.put("tracking_clients", stats.near().clients());
        fields.put("pubsub_clients", count(Session::isSubscribed));
        PinStats pins = stats.pins();
        fields.put("pinned_connections", pins.inUse());
        fields.put("pinned_connections_idle", pins.idle());
        fields.put("pinned_connections_max", pins.most());
        fields.put("pinned_connections_opened", pins.opened());
        fields.put("pinned_connections_refused", pins.refused());
        return fields;
    }

    /** Returns of how many clients that is true. */
    private long count(Predicate<Session> which) {
        return registry.sessions().stream().filter(which).count();
    }

    private static Map<String, Object> stats(StatsSinceReset.Figures figures) {
        RespStats port = figures.port();
        CacheStats values = figures.cache();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("total_connections_received", port.accepted());
        fields.put("total_commands_processed", port.commands());
        fields.put("rejected_connections", port.rejected());
        fields.put("expired_keys", values.expirations());
        fields.put("evicted_keys", values.evictions());
        fields.put("evicted_clients", figures.evictedClients());
        fields.put("keyspace_hits", values.hits());
        fields.put("keyspace_misses", values.misses());
        fields.put("pubsub_channels", 0);
        fields.put("pubsub_patterns", 0);
        fields.put("tracking_total_keys", port.near().keys());
        fields.put("tracking_total_items", port.near().items());
        fields.put("tracking_total_prefixes", port.near().prefixes());
        fields.put("loads", values.loads());
        return fields;
    }
}
