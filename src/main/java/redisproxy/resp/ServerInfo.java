package redisproxy.resp;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The sections of INFO about the process, and about persistence, replication and cluster, in which it looks like a single
 * Redis. Thread-safe.
 */
final class ServerInfo {
    private final String version;
    private final IntSupplier port;
    private final long startedNanos = System.nanoTime();

    /**
     * Makes the sections; the uptime counts from now.
     *
     * @param version of the proxy
     * @param port returns the RESP port that is bound
     */
    ServerInfo(String version, IntSupplier port) {
        this.version = version;
        this.port = port;
    }

    InfoSection server() {
        return new InfoSection("Server", this::fields);
    }

    InfoSection persistence() {
        return new InfoSection("Persistence", () -> Map.of("loading", 0));
    }

    List<InfoSection> topology() {
        return List.of(
                new InfoSection("Replication", ServerInfo::replication),
                new InfoSection("Cluster", () -> Map.of("cluster_enabled", 0)));
    }

    private Map<String, Object> fields() {
        long uptime = (System.nanoTime() - startedNanos) / 1_000_000_000;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("redis_version", HandshakeCommands.REDIS_VERSION);
        fields.put("redis_mode", "standalone");
        fields.put("redis_proxy_version", version);
        fields.put("java_version", Runtime.version());
        fields.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        fields.put("process_id", ManagementFactory.getRuntimeMXBean().getPid());
        fields.put("tcp_port", port.getAsInt());
        fields.put("uptime_in_seconds", uptime);
        fields.put("uptime_in_days", uptime / 86_400);
        return fields;
    }

    private static Map<String, Object> replication() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", "master");
        fields.put("connected_slaves", 0);
        return fields;
    }
}
