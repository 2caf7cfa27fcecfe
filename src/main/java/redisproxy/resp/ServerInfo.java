package redisproxy.resp;

import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The sections of INFO about the process, and about persistence, replication, modules and cluster, in which it looks like a
 * single Redis that has none of these. Thread-safe.
 */
final class ServerInfo {
    private static final int RUN_ID_BYTES = 20;

    /** Tells this start of the process from any other. */
    private static final String RUN_ID = newRunId();

    private final String version;
    private final IntSupplier port;
    private final Supplier<String> redisVersion;
    private final long startedNanos = System.nanoTime();

    /**
     * Makes the sections; the uptime counts from now.
     *
     * @param version of the proxy
     * @param port returns the RESP port that is bound
     * @param redisVersion returns the version of Redis that clients are told
     */
    ServerInfo(String version, IntSupplier port, Supplier<String> redisVersion) {
        this.version = version;
        this.port = port;
        this.redisVersion = redisVersion;
    }

    InfoSection server() {
        return new InfoSection("Server", this::fields);
    }

    InfoSection persistence() {
        return new InfoSection("Persistence", ServerInfo::nothingPersistent);
    }

    List<InfoSection> replicationToModules() {
        return List.of(
                new InfoSection("Replication", ServerInfo::replication),
                new InfoSection("CPU", ProcessFigures::processorSeconds),
                new InfoSection("Modules", Map::of));
    }

    InfoSection cluster() {
        return new InfoSection("Cluster", () -> Map.of("cluster_enabled", 0));
    }

    private Map<String, Object> fields() {
        long uptime = (System.nanoTime() - startedNanos) / 1_000_000_000;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("redis_version", redisVersion.get());
        fields.put("redis_mode", "standalone");
        fields.put("redis_proxy_version", version);
        fields.put("java_version", Runtime.version());
        fields.put("os", operatingSystem());
        fields.put("arch_bits", System.getProperty("sun.arch.data.model", "64"));
        fields.put("process_id", ManagementFactory.getRuntimeMXBean().getPid());
        fields.put("run_id", RUN_ID);
        fields.put("tcp_port", port.getAsInt());
        fields.put("server_time_usec", ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        fields.put("uptime_in_seconds", uptime);
        fields.put("uptime_in_days", uptime / 86_400);
        return fields;
    }

    /** Returns what {@code uname -srm} prints. */
    private static String operatingSystem() {
        String architecture = System.getProperty("os.arch");
        return "%s %s %s"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        architecture.equals("amd64") ? "x86_64" : architecture);
    }

    private static String newRunId() {
        byte[] random = new byte[RUN_ID_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static Map<String, Object> nothingPersistent() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("loading", 0);
        fields.put("async_loading", 0);
        fields.put("rdb_bgsave_in_progress", 0);
        fields.put("aof_enabled", 0);
        fields.put("aof_rewrite_in_progress", 0);
        return fields;
    }

    private static Map<String, Object> replication() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", "master");
        fields.put("connected_slaves", 0);
        fields.put("master_failover_state", "no-failover");
        fields.put("master_repl_offset", 0);
        fields.put("repl_backlog_active", 0);
        return fields;
    }
}
