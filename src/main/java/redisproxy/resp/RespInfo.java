package redisproxy.resp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import redisproxy.cache.CacheStats;

/** The sections of INFO about the clients of the RESP port and the requests that were executed. Thread-safe. */
final class RespInfo {
    private final Supplier<StatsSinceReset.Figures> figures;
    private final IntSupplier maxConnections;

    RespInfo(Supplier<StatsSinceReset.Figures> figures, IntSupplier maxConnections) {
        this.figures = figures;
        this.maxConnections = maxConnections;
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
        fields.put("maxclients", maxConnections.getAsInt());
        fields.put("blocked_clients", 0);
        fields.put("tracking_clients", 0);
        fields.put("pubsub_clients", 0);
        return fields;
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
