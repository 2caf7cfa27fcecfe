package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
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
                .contains("\r\nkeyspace_misses:0\r\nloads:0\r\n")
                .contains("# Cluster\r\ncluster_enabled:0\r\n")
                .contains("role:master\r\n")
                .contains("cache_max_entries:123\r\n")
                .contains("cache_ttl_ms:60000\r\n");
        assertThat(execute("info", "default").lines().filter(line -> line.startsWith("#")))
                .containsExactlyElementsOf(
                        info.lines().filter(line -> line.startsWith("#")).toList());
    }

    @Test
    void infoSelectsSections() {
        assertThat(execute("info", "persistence")).isEqualTo("$26\r\n# Persistence\r\nloading:0\r\n\r\n");
        assertThat(execute("info", "REPLICATION", "Clients").lines().filter(line -> line.startsWith("#")))
                .containsExactly("# Clients", "# Replication");
        assertThat(execute("info", "nonsense")).isEqualTo("$0\r\n\r\n");
    }

    @Test
    void infoCountsTheCache() {
        commands.store.put("k", "v");
        commands.cache.load(Bytes.utf8("k").toArray(), new LoadListener() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {}

            @Override
            public void failed(BackingStoreException cause) {}
        });
        assertThat(execute("info", "cache")).contains("cache_entries:1\r\n", "cache_loads:1\r\n");
        assertThat(execute("info", "coherence")).contains("\r\ncoherence:ttl\r\n", "\r\ntracking:off\r\n");
    }

    @Test
    void infoCountsThePort() {
        commands.registry.countCommands(3);
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
}
