package redisproxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Tools that look at a Redis get what they ask for, or an error that says why not. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ToolsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final String CLI = "redis-cli";
    private static final String EXPORTER = "prometheus-redis-exporter";

    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        proxy = startProxy();
    }

    private static ProxyServer startProxy(String... flags) {
        Stream<String> all = Stream.concat(
                Stream.of(
                        "--proxy-host=127.0.0.1",
                        "--tcp-host=127.0.0.1",
                        "--proxy-port=0",
                        "--tcp-port=0",
                        "--admin-port=none",
                        "--redis-host=127.0.0.1",
                        "--redis-port=" + REDIS.address().port()),
                Stream.of(flags));
        return ProxyServer.start(ProxyConfig.fromArgs(all.toArray(String[]::new)));
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void redisCliShowsFiguresEachInterval() {
        try (ChildProcess cli = cli("--stat", "-i", "0.1")) {
            // Two heading lines, then keys, memory, clients, blocked, requests, connections.
            cli.awaitAlive(
                    "print figures",
                    () -> cli.out()
                            .lines()
                            .anyMatch(line -> line.matches("\\d+ +\\S+[MG] +\\d+ +0 +\\d+ \\(\\+\\d+\\) +\\d+ *")));
        }
    }

    @Test
    void redisCliMeasuresLatency() {
        try (ChildProcess cli = cli("--latency", "-i", "0.2")) {
            assertThat(cli.awaitExit()).isZero();
            // Least, most, mean, how many.
            assertThat(cli.out()).matches("\\d+ \\d+ [\\d.]+ [1-9]\\d*\\s*");
        }
        try (ChildProcess cli = cli("--latency-history", "-i", "0.2", "--raw")) {
            cli.awaitAlive("print two intervals", () -> cli.out().lines().count() >= 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bigkeys", "--memkeys", "--hotkeys", "--scan"})
    void redisCliIsToldWhyItCannotScan(String option) {
        try (ChildProcess cli = cli(option)) {
            assertThat(cli.awaitExit()).isOne();
            assertThat(cli.out() + cli.err())
                    .contains(
                            "ERR unknown command 'SCAN': this is a read-through proxy, that does not know all keys: ask"
                                    + " Redis itself, or CACHE KEYS and CACHE HOTKEYS of what is cached");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bigkeys", "--memkeys", "--scan"})
    void redisCliScansRedisWhereCommandsArePassedOn(String option) {
        REDIS.control().call("SET", "scanned", "value");
        try (ProxyServer passing = startProxy("--commands=all")) {
            try (ChildProcess cli = cli(passing, option)) {
                assertThat(cli.awaitExit()).isZero();
                assertThat(cli.out()).contains("scanned");
            }
        }
    }

    @Test
    void redisExporterScrapesIt() {
        assumeInstalled(EXPORTER);
        REDIS.control().call("SET", "scraped", "value");
        Address metrics = Address.loopback(FreePort.find());
        try (RespClient client = connect();
                ChildProcess exporter = ChildProcess.start(
                        Map.of(),
                        List.of(
                                EXPORTER,
                                "-redis.addr=redis://127.0.0.1:" + proxy.respPort(),
                                "-web.listen-address=127.0.0.1:" + metrics.port(),
                                "-export-client-list",
                                "-include-config-metrics",
                                "-include-system-metrics"))) {
            client.get(Bytes.utf8("scraped"));
            client.get(Bytes.utf8("scraped"));
            exporter.awaitAlive("listen", metrics::isOpen);
            String scraped = HttpConnection.get(metrics, "/metrics").body().asUtf8();
            assertThat(scraped.lines())
                    .contains(
                            "redis_up 1",
                            "redis_exporter_last_scrape_error{err=\"\"} 0",
                            "redis_config_maxclients 1000",
                            "redis_rejected_connections_total 0")
                    .anyMatch(line -> line.matches("redis_keyspace_hits_total [1-9].*"))
                    .anyMatch(line -> line.matches("redis_keyspace_misses_total [1-9].*"))
                    .anyMatch(line -> line.matches("redis_connected_clients [1-9].*"))
                    .anyMatch(line -> line.matches("redis_commands_processed_total [1-9].*"))
                    .anyMatch(line -> line.matches("redis_connections_received_total [1-9].*"))
                    .anyMatch(line -> line.matches("redis_memory_used_bytes [1-9].*"))
                    .anyMatch(line -> line.matches("redis_memory_max_bytes [1-9].*"))
                    .anyMatch(line -> line.matches("redis_db_keys\\{db=\"db0\"\\} [1-9].*"))
                    .anyMatch(line -> line.matches("redis_evicted_keys_total \\d+"))
                    .anyMatch(line -> line.matches("redis_expired_keys_total \\d+"))
                    .anyMatch(line -> line.matches("redis_uptime_in_seconds \\d+"))
                    .anyMatch(line -> line.matches("redis_instance_info\\{.*role=\"master\".*\\} 1"));
        }
    }

    /** What RedisInsight sends for connecting, its overview, its browser and its plug-ins, by its sources of 2025. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CLIENT SETNAME redisinsight-common-1 | OK",
                "INFO | # Server",
                "SENTINEL MASTERS | ERR unknown command 'SENTINEL': this is a read-through proxy, that looks like",
                "CLUSTER INFO | ERR unknown command 'CLUSTER': this is a read-through proxy, that looks like",
                "HELLO | [server, redis,",
                "CONFIG GET databases | [databases, 1]",
                "MODULE LIST | []",
                "ACL WHOAMI | default",
                "ACL CAT dangerous | [acl|dryrun, acl|getuser,",
                "ACL LIST | [user default on nopass",
                "COMMAND | [[acl, -2, [",
                "COMMAND INFO FT.SEARCH JSON.GET | [nil, nil]",
                "CLIENT LIST | id=",
                "DBSIZE | number",
                "SCAN 0 MATCH * COUNT 500 | ERR unknown command 'SCAN': this is a read-through proxy, that does not know",
                "TYPE seen | string",
                "TTL seen | -1",
                "MEMORY USAGE seen samples 0 | number",
                "MEMORY USAGE unseen samples 0 | nil",
                "STRLEN seen | 5",
                "GET seen | value",
                "CONFIG GET slowlog* | [",
                "MONITOR | ERR unknown command 'MONITOR': this is a read-through proxy, that administers nothing",
            })
    void redisInsightGetsAnswers(String command, String beginning) {
        REDIS.control().call("SET", "seen", "value");
        try (RespClient client = connect()) {
            client.call("GET", "seen");
            Reply reply = client.call(command.split(" ", -1));
            if (beginning.equals("number")) {
                assertThat(reply).isInstanceOf(Reply.Whole.class);
            } else {
                assertThat(text(reply)).startsWith(beginning);
            }
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    private static String text(Reply reply) {
        if (reply instanceof Reply.Simple simple) {
            return simple.text();
        }
        if (reply instanceof Reply.Failure failure) {
            return failure.text();
        }
        if (reply instanceof Reply.Whole number) {
            return Long.toString(number.value());
        }
        if (reply instanceof Reply.Bulk bulk) {
            return bulk.bytes().asUtf8();
        }
        return reply instanceof Reply.Items list
                ? list.items().stream().map(ToolsTest::text).collect(Collectors.joining(", ", "[", "]"))
                : "nil";
    }

    private static RespClient connect() {
        return RespClient.connect(Address.loopback(proxy.respPort()));
    }

    /** Starts redis-cli, whose output arrives line by line. */
    private static ChildProcess cli(String... options) {
        return cli(proxy, options);
    }

    private static ChildProcess cli(ProxyServer of, String... options) {
        assumeInstalled(CLI);
        List<String> command = Stream.concat(
                        Stream.of("stdbuf", "-oL", CLI, "-p", Integer.toString(of.respPort())), Stream.of(options))
                .toList();
        return ChildProcess.start(Map.of(), command);
    }

    private static void assumeInstalled(String program) {
        boolean isInstalled = Stream.of(System.getenv("PATH").split(":", -1))
                .map(Path::of)
                .anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
        assumeTrue(isInstalled, program + " is not installed");
    }
}
