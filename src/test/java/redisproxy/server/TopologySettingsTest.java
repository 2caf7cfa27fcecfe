package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.redis.Credentials;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.Password;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.Topology;

/** Which servers a URL and the settings beside it mean. */
final class TopologySettingsTest {
    private static final NodeAddress A = new NodeAddress("a", 1);
    private static final NodeAddress B = new NodeAddress("b", 2);

    @TempDir
    private Path folder;

    @Test
    void oneAddressIsAskedWhatItIs() {
        assertThat(topology()).isEqualTo(new Topology.Auto(new NodeAddress("localhost", 6379)));
        assertThat(topology("--redis-url", "redis://a:1")).isEqualTo(new Topology.Auto(A));
        assertThat(topology("--redis-url", "rediss://b", "--redis-host", "a", "--redis-port", "1"))
                .isEqualTo(new Topology.Auto(A));
    }

    @Test
    void modeSaysWhatItIs() {
        assertThat(topology("--redis-mode", "standalone", "--redis-url", "redis://a:1"))
                .isEqualTo(new Topology.Standalone(A));
        assertThat(topology("--redis-mode", "Cluster", "--redis-url", "redis://a:1"))
                .isEqualTo(new Topology.Cluster(List.of(A)));
        assertThat(topology("--redis-mode", "cluster", "--redis-host", "a", "--redis-port", "1"))
                .isEqualTo(new Topology.Cluster(List.of(A)));
        assertThat(topology(
                        "--redis-mode", "sentinel", "--sentinel-master", "m", "--redis-host", "a", "--redis-port", "1"))
                .isEqualTo(new Topology.Sentinel(List.of(A), "m", Credentials.NONE));
        assertThat(topology("--redis-mode", "sentinel", "--sentinel-master", " m "))
                .isEqualTo(new Topology.Sentinel(List.of(new NodeAddress("localhost", 26_379)), "m", Credentials.NONE));
    }

    @Test
    void urlSaysWhatTheyAre() {
        assertThat(topology("--redis-url", "redis-cluster://a:1,b:2")).isEqualTo(new Topology.Cluster(List.of(A, B)));
        assertThat(topology("--redis-url", "rediss-cluster://a:1/0", "--redis-mode", "cluster"))
                .isEqualTo(new Topology.Cluster(List.of(A)));
        assertThat(topology("--redis-url", "redis-sentinel://a:1,b:2#m"))
                .isEqualTo(new Topology.Sentinel(List.of(A, B), "m", Credentials.NONE));
        assertThat(topology("--redis-url", "redis-sentinel://a:1,b:2#m", "--sentinel-master", "n"))
                .isEqualTo(new Topology.Sentinel(List.of(A, B), "n", Credentials.NONE));
        assertThat(topology("--redis-url", "redis-cluster://a:1", "--redis-host", "b", "--redis-port", "2"))
                .isEqualTo(new Topology.Cluster(List.of(B)));
    }

    @Test
    void settingsOverrideThePartsOfAnyUrl() {
        RedisConfig config = redis(
                "--redis-url",
                "rediss-sentinel://alice:secret@a:1,b:2/3#m",
                "--redis-user",
                "bob",
                "--redis-password",
                "hidden",
                "--redis-database",
                "4",
                "--redis-tls",
                "false");
        assertThat(config.credentials())
                .isEqualTo(new Credentials("bob", new Password.Fixed("--redis-password", "hidden")));
        assertThat(config.database()).isEqualTo(4);
        assertThat(config.tls()).isNull();
        RedisConfig cluster = redis("--redis-url", "rediss-cluster://alice:secret@a:1,b:2");
        assertThat(cluster.credentials())
                .isEqualTo(new Credentials("alice", new Password.Fixed("--redis-url", "secret")));
        assertThat(cluster.tls()).isNotNull();
    }

    @Test
    void sentinelsHaveCredentialsOfTheirOwn() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "hidden\n");
        RedisConfig config = redis(
                "--redis-url",
                "redis-sentinel://alice:secret@a:1#m",
                "--sentinel-user",
                "watcher",
                "--sentinel-password-file",
                file.toString());
        assertThat(config.credentials())
                .isEqualTo(new Credentials("alice", new Password.Fixed("--redis-url", "secret")));
        Credentials sentinels = ((Topology.Sentinel) config.topology()).credentials();
        assertThat(sentinels.user()).isEqualTo("watcher");
        assertThat(sentinels.password().read()).isEqualTo("hidden");
        assertThat(topology("--redis-url", "redis-sentinel://a:1#m", "--sentinel-password", "p"))
                .isEqualTo(new Topology.Sentinel(
                        List.of(A), "m", new Credentials(null, new Password.Fixed("--sentinel-password", "p"))));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    --redis-mode standalone --redis-url redis-cluster://a | --redis-mode: 'standalone' contradicts --redis-url, which begins with redis-cluster:// (expected: cluster, or another URL)
                    --redis-mode sentinel --redis-url rediss-cluster://a | contradicts --redis-url, which begins with rediss-cluster:// (expected: cluster, or another URL)
                    --redis-mode cluster --redis-url redis-sentinel://a#m | 'cluster' contradicts --redis-url, which begins with redis-sentinel:// (expected: sentinel, or another URL)
                    --redis-mode primary | --redis-mode: 'primary' is not accepted (expected: one of [auto, standalone, cluster, sentinel])
                    --redis-host c --redis-url redis-cluster://a,b | --redis-host is given beside --redis-url, which has 2 hosts (expected: the URL alone)
                    --redis-port 1 --redis-url redis-sentinel://a,b,c#m | --redis-port is given beside --redis-url, which has 3 hosts (expected: the URL alone)
                    --redis-url redis-cluster://a,b/1 | --redis-url: database 1 is not accepted with a Cluster (expected: 0, which it has alone)
                    --redis-url redis-cluster://a --redis-database 2 | --redis-database: database 2 is not accepted with a Cluster
                    --redis-mode cluster --redis-url redis://a/3 | --redis-url: database 3 is not accepted with a Cluster
                    --redis-url redis-sentinel://a,b | --redis-url: the name under which the Sentinels know the master is missing (expected: SENTINEL_MASTER, or it in REDIS_URL=redis-sentinel://host:port,host:port#name)
                    --redis-url rediss-sentinel://a,b# | or it in REDIS_URL=rediss-sentinel://host:port,host:port#name)
                    --redis-mode sentinel | --redis-mode: the name under which the Sentinels know the master is missing (expected: SENTINEL_MASTER, or
                    --sentinel-master m | --sentinel-master is given, but no Sentinels are (expected: REDIS_MODE=sentinel, or a REDIS_URL that begins with redis-sentinel://)
                    --sentinel-password p --redis-url redis-cluster://a | --sentinel-password is given, but no Sentinels are
                    --redis-url redis-sentinel://a#m --sentinel-user u | --sentinel-user: 'u' has no password (expected: SENTINEL_PASSWORD or SENTINEL_PASSWORD_FILE too)
                    --redis-url redis-sentinel://a#m --sentinel-password p --sentinel-password-file f | --sentinel-password-file: 'f' is given beside --sentinel-password
                    --redis-url redis-sentinel://a#m --sentinel-password-file /no/file | --sentinel-password-file: '/no/file' cannot be read (expected: a file)
                    """, delimiter = '|')
    void contradictionIsTold(String flags, String message) {
        assertThatThrownBy(() -> redis(flags.split(" ", -1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void startLineSaysWhichRedis() {
        assertThat(line("--redis-url", "rediss-cluster://u:p@a:1,b:2")).endsWith("Redis Cluster at a:1, b:2 over TLS");
        assertThat(line("--redis-url", "redis-sentinel://u:p@a:1#m")).endsWith("Redis m of the Sentinels at a:1");
        assertThat(line("--redis-mode", "standalone")).endsWith("Redis localhost:6379 (standalone)");
        assertThat(line()).endsWith("Redis localhost:6379");
    }

    @Test
    void modeIsShown() {
        assertThat(shown("--redis-url", "redis-cluster://a,b"))
                .contains("redis-mode=cluster", "redis-host=,", "redis-port=,");
        assertThat(shown("--redis-url", "redis-sentinel://u:p@a#m", "--sentinel-user", "w", "--sentinel-password", "h"))
                .contains("redis-mode=sentinel", "sentinel-master=m", "sentinel-user=w")
                .doesNotContain("sentinel-password");
        assertThat(shown()).contains("redis-mode=auto", "sentinel-master=,", "redis-host=localhost");
    }

    private static String shown(String... flags) {
        return ConfigParameters.of(ProxyConfig.fromArgs(flags)).toString();
    }

    private static String line(String... flags) {
        return StartLine.of("", "", ProxyConfig.fromArgs(flags));
    }

    private static Topology topology(String... flags) {
        return redis(flags).topology();
    }

    private static RedisConfig redis(String... flags) {
        return ProxyConfig.fromArgs(flags).redis();
    }
}
