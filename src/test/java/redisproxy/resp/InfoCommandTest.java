package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Provenance;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.WatchStats;
import redisproxy.testkit.Bytes;

final class InfoCommandTest {
    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void infoHasEverySection() {
        String info = execute("info");
        assertThat(info)
                .contains("# Server\r\nredis_version:7.2.4\r\n")
                .contains("redis_proxy_version:1.2.3\r\n")
                .contains("tcp_port:5010\r\n")
                .contains("# Clients\r\nconnected_clients:1\r\n", "\r\nmaxclients:7\r\nblocked_clients:0\r\n")
                .containsPattern("\r\nused_memory:[1-9]\\d+\r\nused_memory_human:[\\d.]+[MG]\r\n")
                .containsPattern("\r\nused_memory_peak:[1-9]\\d+\r\n")
                .contains("\r\nused_memory_dataset:0\r\n", "\r\nmaxmemory_policy:allkeys-lru\r\n")
                .contains("\r\nmaxmemory:" + Runtime.getRuntime().maxMemory() + "\r\n")
                .contains("\r\nkeyspace_misses:0\r\npubsub_channels:0\r\npubsub_patterns:0\r\n")
                .contains(
                        "\r\ntracking_total_keys:0\r\ntracking_total_items:0\r\ntracking_total_prefixes:0\r\nloads:0\r\n")
                .contains("# Cluster\r\ncluster_enabled:0\r\n")
                .contains("role:master\r\n")
                .contains("cache_max_entries:123\r\n")
                .contains("cache_ttl_ms:60000\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "DEFAULT server", "nonsense default"})
    void infoHasTheUsualSectionsOnce(String sections) {
        assertThat(titles(execute(("info " + sections).strip().split(" ", -1))))
                .startsWith("# Server", "# Clients", "# Memory", "# Persistence", "# Stats", "# Replication", "# CPU")
                .containsSubsequence("# Modules", "# Errorstats", "# Cluster")
                .endsWith("# Keyspace")
                .doesNotHaveDuplicates()
                .doesNotContain("# Commandstats", "# Latencystats");
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "ALL", "Everything", "server all", "nonsense all"})
    void infoHasEverySectionOnce(String sections) {
        assertThat(titles(execute(("info " + sections).split(" ", -1))))
                .containsAll(titles(execute("info")))
                .startsWith("# Server", "# Clients", "# Memory", "# Persistence", "# Stats", "# Replication", "# CPU")
                .endsWith("# Keyspace")
                .doesNotHaveDuplicates();
    }

    private static List<String> titles(String info) {
        return info.lines().filter(line -> line.startsWith("#")).toList();
    }

    /** redis-py, ioredis, node-redis, StackExchange.Redis, redis_exporter, RedisInsight, RQ, Sidekiq, redis-cli --stat. */
    @Test
    void infoHasWhatToolsRead() {
        commands.store.put("k", "v");
        commands.cache.load(Bytes.utf8("k").toArray(), new Unheard());
        Map<String, String> fields = fields(execute("info"));
        assertThat(fields)
                .containsEntry("redis_version", "7.2.4")
                .containsEntry("redis_mode", "standalone")
                .containsEntry("role", "master")
                .containsEntry("loading", "0")
                .containsEntry("rdb_bgsave_in_progress", "0")
                .containsEntry("aof_enabled", "0")
                .containsEntry("cluster_enabled", "0")
                .containsEntry("connected_slaves", "0")
                .containsEntry("db0", "keys=1,expires=1,avg_ttl=0")
                .containsEntry("arch_bits", System.getProperty("sun.arch.data.model"))
                .containsKeys(
                        "uptime_in_seconds",
                        "uptime_in_days",
                        "process_id",
                        "tcp_port",
                        "connected_clients",
                        "blocked_clients",
                        "maxclients",
                        "used_memory",
                        "used_memory_human",
                        "used_memory_peak_human",
                        "maxmemory",
                        "maxmemory_policy",
                        "total_connections_received",
                        "total_commands_processed",
                        "keyspace_hits",
                        "keyspace_misses",
                        "expired_keys",
                        "evicted_keys",
                        "rejected_connections",
                        "pubsub_channels");
        assertThat(fields.get("run_id")).matches("[0-9a-f]{40}");
        assertThat(fields(execute("info", "server"))).containsEntry("run_id", fields.get("run_id"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void infoTellsWhatLinuxSaysOfTheProcess() throws IOException {
        Map<String, String> fields = fields(execute("info"));
        Process uname = new ProcessBuilder("uname", "-srm").start();
        assertThat(fields.get("os"))
                .isEqualTo(new String(uname.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        long resident = Long.parseLong(fields.get("used_memory_rss"));
        assertThat(resident).isGreaterThan(10_000_000).isGreaterThan(Long.parseLong(fields.get("used_memory_dataset")));
        Duration used = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        double told = Double.parseDouble(fields.get("used_cpu_sys")) + Double.parseDouble(fields.get("used_cpu_user"));
        assertThat(told).isBetween(0.1, used.toMillis() / 1e3 + 0.1);
    }

    private static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines()
                .filter(line -> !line.startsWith("#") && line.indexOf(':') > 0)
                .forEach(line ->
                        fields.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
        return fields;
    }

    @Test
    void infoSelectsSections() {
        assertThat(execute("info", "persistence")).startsWith("$111\r\n# Persistence\r\nloading:0\r\n");
        assertThat(execute("info", "REPLICATION", "Clients").lines().filter(line -> line.startsWith("#")))
                .containsExactly("# Clients", "# Replication");
        assertThat(execute("info", "nonsense")).isEqualTo("$0\r\n\r\n");
        assertThat(execute("info", "")).isEqualTo("$0\r\n\r\n");
        assertThat(execute("info", "nonsense", "modules")).isEqualTo("$11\r\n# Modules\r\n\r\n");
    }

    @Test
    void infoCountsTheCache() {
        commands.store.put("k", "v");
        commands.cache.load(Bytes.utf8("k").toArray(), new Unheard());
        assertThat(execute("info", "cache")).contains("cache_entries:1\r\n", "cache_loads:1\r\n");
        assertThat(execute("info", "backing"))
                .contains("\r\nbacking_topology:unknown\r\n", "\r\nbacking_tls:0\r\n", "\r\nbacking_nodes:0\r\n");
        assertThat(execute("info", "coherence")).contains("\r\ncoherence:ttl\r\n", "\r\ntracking:off\r\n");
    }

    @Test
    void infoSaysWhyNoNodeOfAClusterIsKnown() {
        WatchStats watch = new WatchStats(0, 0, 0, "Redis at 10.0.0.1:6379 is unreachable: Connection refused");
        commands.store.shows(StoreStats.of(StoreStats.Topology.CLUSTER, false, List.of(), watch));
        assertThat(execute("info", "backing"))
                .contains("\r\nbacking_circuit:open\r\n", "\r\nbacking_topology:cluster\r\n")
                .contains("\r\nbacking_cluster_nodes:0\r\n", "\r\nbacking_cluster_telling:0\r\n")
                .contains("\r\nbacking_cluster_detail:Redis at 10.0.0.1:6379 is unreachable: Connection refused\r\n")
                .doesNotContain("sentinels");
    }

    @Test
    void coherenceIsPartlyThereWhileSomeServersReportNoWrites() {
        TrackingStatus lost = new TrackingStatus(TrackingStatus.State.DISCONNECTED, "Redis at b is gone", 1, 1, 0, -1);
        TrackingStatus tracking = new TrackingStatus(TrackingStatus.State.TRACKING, "", 1, 0, 0, -1);
        commands.store.shows(
                StoreStats.of(StoreStats.Topology.CLUSTER, false, List.of(node("a", tracking), node("b", lost)), null));
        assertThat(execute("info", "coherence"))
                .contains("\r\ncoherence:partly\r\n", "\r\ntracking:disconnected\r\n")
                .contains("\r\ntracking_detail:Redis at b is gone\r\n");
    }

    private static NodeStats node(String address, TrackingStatus tracking) {
        return new NodeStats(
                address,
                NodeStats.Role.MASTER,
                1,
                true,
                tracking,
                NodeStats.Circuit.CLOSED,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                new NodeStats.Errors(0, 0, 0, 0));
    }

    @Test
    void infoCountsThePort() {
        commands.figures.of("get").count(CommandResult.HIT, 3);
        commands.registry.countRejected();
        assertThat(execute("info", "stats"))
                .contains("total_connections_received:1\r\n", "total_commands_processed:3\r\n")
                .contains("rejected_connections:1\r\n");
    }

    @Test
    void infoShowsSectionsOfOtherComponents() {
        InfoSection section = new InfoSection("Http", () -> Map.of("http_requests", 4));
        try (ExecutedCommands others = new ExecutedCommands(section)) {
            assertThat(others.execute("info", "http")).isEqualTo("$25\r\n# Http\r\nhttp_requests:4\r\n\r\n");
            assertThat(others.execute("info")).contains("# Coherence\r\n", "# Http\r\n", "# Keyspace\r\n");
        }
    }

    @Test
    void cacheInfoShowsTheOwnSections() {
        assertThat(execute("cache", "info").lines().filter(line -> line.startsWith("#")))
                .containsExactly("# Cache", "# Backing", "# Coherence");
    }

    private String execute(String... words) {
        return commands.execute(words);
    }

    private static final class Unheard implements LoadListener {
        @Override
        public void loaded(Entry entry, Provenance provenance) {}

        @Override
        public void failed(BackingStoreException cause) {}
    }
}
