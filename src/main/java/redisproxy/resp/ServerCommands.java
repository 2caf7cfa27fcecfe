package redisproxy.resp;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.CacheStats;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingStatus;

/** INFO and CONFIG GET: what the proxy says of itself, in the words that tools for Redis read. */
final class ServerCommands {
    private static final String EVICTION_POLICY = "allkeys-lru";
    private static final int KIBI = 1024;
    private static final String UNITS = "BKMGTP";
    private static final Set<String> ALL_SECTIONS = Set.of("DEFAULT", "ALL", "EVERYTHING");

    private final ClientRegistry registry;
    private final ReadThroughCache cache;
    private final CacheConfig cacheConfig;
    private final RespConfig config;
    private final Map<String, String> ownParameters;
    private final String version;
    private final IntSupplier port;
    private final long startedNanos = System.nanoTime();

    ServerCommands(
            ClientRegistry registry,
            ReadThroughCache cache,
            CacheConfig cacheConfig,
            RespConfig config,
            Map<String, String> ownParameters,
            String version,
            IntSupplier port) {
        this.registry = registry;
        this.cache = cache;
        this.cacheConfig = cacheConfig;
        this.config = config;
        this.ownParameters = ownParameters;
        this.version = version;
        this.port = port;
    }

    Command info() {
        return new Command(
                "info",
                -1,
                List.of("loading", "stale"),
                0,
                "1.0.0",
                "server",
                "Returns information and statistics about the proxy.",
                this::info);
    }

    Command config() {
        return new Command(
                "config",
                -2,
                List.of("admin", "noscript", "loading", "stale"),
                0,
                "2.0.0",
                "server",
                "A container for server configuration commands.",
                new Subcommands("config")
                        .with("GET", -3, "GET <pattern>", "Return parameters matching the glob.", this::configGet));
    }

    private byte[] info(Session session, Arguments arguments) {
        Set<String> wanted = new LinkedHashSet<>();
        for (int i = 1; i < arguments.count(); i++) {
            wanted.add(arguments.text(i).toUpperCase(Locale.ROOT));
        }
        boolean all = wanted.isEmpty() || wanted.stream().anyMatch(ALL_SECTIONS::contains);
        String text = text(section -> all || wanted.contains(section.toUpperCase(Locale.ROOT)));
        return new ReplyBuilder(session.isResp3()).verbatim(text).toBytes();
    }

    /** Returns the sections that are this proxy's own. */
    String cacheInfo() {
        return text(Set.of("Cache", "Backing", "Coherence")::contains);
    }

    private String text(Predicate<String> wanted) {
        StringBuilder text = new StringBuilder();
        sections().forEach((title, fields) -> {
            if (wanted.test(title)) {
                text.append(text.isEmpty() ? "# " : "\r\n# ").append(title).append("\r\n");
                fields.forEach((key, value) ->
                        text.append(key).append(':').append(value).append("\r\n"));
            }
        });
        return text.toString();
    }

    private Map<String, Map<String, Object>> sections() {
        CacheStats stats = cache.stats();
        StoreStats store = cache.storeStats();
        Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
        sections.put("Server", server());
        sections.put(
                "Clients",
                fields(
                        "connected_clients",
                        registry.openCount(),
                        "cluster_connections",
                        0,
                        "maxclients",
                        config.maxConnections(),
                        "blocked_clients",
                        0,
                        "tracking_clients",
                        0,
                        "pubsub_clients",
                        0));
        sections.put("Memory", memory(stats));
        sections.put("Persistence", fields("loading", 0));
        sections.put(
                "Stats",
                fields(
                        "total_connections_received",
                        registry.acceptedCount(),
                        "total_commands_processed",
                        registry.commandCount(),
                        "rejected_connections",
                        registry.rejectedCount(),
                        "expired_keys",
                        stats.expirations(),
                        "evicted_keys",
                        stats.evictions(),
                        "keyspace_hits",
                        stats.hits(),
                        "keyspace_misses",
                        stats.misses(),
                        "loads",
                        stats.loads()));
        sections.put("Replication", fields("role", "master", "connected_slaves", 0));
        sections.put("Cluster", fields("cluster_enabled", 0));
        sections.put("Cache", cache(stats));
        sections.put("Backing", fields("backing_circuit", store.circuit()));
        sections.put("Coherence", coherence(store.tracking()));
        String keyspace = "keys=%1$d,expires=%1$d,avg_ttl=0".formatted(stats.size());
        sections.put("Keyspace", stats.size() == 0 ? Map.of() : fields("db0", keyspace));
        return sections;
    }

    private Map<String, Object> cache(CacheStats stats) {
        return fields(
                "cache_entries",
                stats.size(),
                "cache_max_entries",
                cacheConfig.maxEntries(),
                "cache_bytes",
                stats.bytes(),
                "cache_max_bytes",
                cacheConfig.maxBytes(),
                "cache_max_value_bytes",
                cacheConfig.maxValueBytes(),
                "cache_absent_entries",
                stats.absent(),
                "cache_max_absent_entries",
                cacheConfig.maxAbsent(),
                "cache_ttl_ms",
                cacheConfig.ttl().toMillis(),
                "cache_hits",
                stats.hits(),
                "cache_stale_hits",
                stats.staleServed(),
                "cache_misses",
                stats.misses(),
                "cache_loads",
                stats.loads(),
                "cache_load_failures",
                stats.loadFailures(),
                "cache_evictions",
                stats.evictions(),
                "cache_expirations",
                stats.expirations(),
                "cache_invalidations",
                stats.invalidations(),
                "cache_flushes",
                stats.flushes());
    }

    private Map<String, Object> coherence(TrackingStatus status) {
        return fields(
                "coherence",
                cache.coherence().name().toLowerCase(Locale.ROOT),
                "tracking",
                status.state().name().toLowerCase(Locale.ROOT),
                "tracking_detail",
                status.detail(),
                "tracking_confirmations",
                status.confirmations(),
                "tracking_losses",
                status.losses(),
                "tracking_messages",
                status.messages(),
                "tracking_heartbeat_usec",
                status.heartbeatMicros());
    }

    private Map<String, Object> server() {
        long uptime = (System.nanoTime() - startedNanos) / 1_000_000_000;
        return fields(
                "redis_version",
                ConnectionCommands.REDIS_VERSION,
                "redis_mode",
                "standalone",
                "redis_proxy_version",
                version,
                "java_version",
                Runtime.version(),
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                "process_id",
                ManagementFactory.getRuntimeMXBean().getPid(),
                "tcp_port",
                port.getAsInt(),
                "uptime_in_seconds",
                uptime,
                "uptime_in_days",
                uptime / 86_400);
    }

    /** The heap, of which the cache is a part. */
    private static Map<String, Object> memory(CacheStats stats) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            peak += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
        }
        long max = maxMemory();
        return fields(
                "used_memory",
                heap.getUsed(),
                "used_memory_human",
                human(heap.getUsed()),
                "used_memory_peak",
                peak,
                "used_memory_peak_human",
                human(peak),
                "used_memory_dataset",
                stats.bytes(),
                "maxmemory",
                max,
                "maxmemory_human",
                human(max),
                "maxmemory_policy",
                EVICTION_POLICY);
    }

    private static long maxMemory() {
        return Runtime.getRuntime().maxMemory();
    }

    /** Returns bytes in the largest unit of which there is one, as Redis shows them. */
    static String human(long bytes) {
        int unit = 0;
        double count = bytes;
        while (count >= KIBI && unit < UNITS.length() - 1) {
            count /= KIBI;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.2f%c", count, UNITS.charAt(unit));
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    private byte[] configGet(Session session, Arguments arguments) {
        Map<String, String> found = new TreeMap<>();
        for (int i = 2; i < arguments.count(); i++) {
            String pattern = arguments.text(i).toLowerCase(Locale.ROOT);
            parameters().forEach((name, value) -> {
                if (Glob.matches(pattern, name)) {
                    found.put(name, value);
                }
            });
        }
        ReplyBuilder reply = new ReplyBuilder(session.isResp3()).map(found.size());
        found.forEach((name, value) -> reply.bulk(name).bulk(value));
        return reply.toBytes();
    }

    /** What tools for Redis ask for, and own settings by the names of their flags. */
    private Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>(ownParameters);
        parameters.put("appendonly", "no");
        parameters.put("bind", config.host() == null ? "*" : config.host());
        parameters.put("databases", "1");
        parameters.put("maxclients", Integer.toString(config.maxConnections()));
        parameters.put("maxmemory", Long.toString(maxMemory()));
        parameters.put("maxmemory-policy", EVICTION_POLICY);
        parameters.put("port", Integer.toString(port.getAsInt()));
        parameters.put("proto-max-bulk-len", Integer.toString(RequestParser.MAX_BULK_BYTES));
        parameters.put("save", "");
        parameters.put("timeout", Long.toString(config.idleTimeout().toSeconds()));
        return parameters;
    }
}
