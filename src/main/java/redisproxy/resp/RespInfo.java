package redisproxy.resp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import redisproxy.cache.CacheStats;

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
        fields.put("blocked_clients", count(OwnConnection::isWaiting));
        fields.put("tracking_clients", 0);
        fields.put("pubsub_clients", count(OwnConnection::isSubscribed));
        return fields;
    }

    /** Returns how many clients have a connection of their own of which that is true. */
    private long count(Predicate<OwnConnection> which) {
        return registry.sessions().stream()
                .map(session -> session.own)
                .filter(own -> own.isActive() && which.test(own))
                .count();
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
        fields.put("loads", values.loads());
        return fields;
    }
}
