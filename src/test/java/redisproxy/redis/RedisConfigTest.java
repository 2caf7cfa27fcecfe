package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisConfigTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Topology ONE = new Topology.Auto(new NodeAddress("h", 1));
    private static final NodeAddress A = new NodeAddress("a", 1);
    private static final NodeAddress B = new NodeAddress("::1", 2);

    @Test
    void defaults() {
        assertThat(RedisConfig.defaults())
                .isEqualTo(new RedisConfig(
                        new Topology.Auto(new NodeAddress("localhost", 6379)),
                        Credentials.NONE,
                        null,
                        0,
                        8,
                        Duration.ofSeconds(5),
                        ReadPolicy.PRIMARY));
    }

    @Test
    void printsNoCredentials() {
        Credentials credentials = new Credentials("alice", new Password.Fixed("secret"));
        Topology sentinels = new Topology.Sentinel(
                List.of(A, B), "mymaster", new Credentials("watcher", new Password.Fixed("hidden")));
        RedisConfig config = new RedisConfig(
                sentinels, credentials, new TlsContext(TlsConfig.defaults()), 3, 8, SECOND, ReadPolicy.PRIMARY);
        assertThat(config.toString())
                .isEqualTo(
                        "RedisConfig[mymaster of the Sentinels at a:1, [::1]:2/3 with TLS, poolSize=8, timeout=PT1S,"
                                + " reads=ReadPolicy[from=primary, zone=null, readsDisconnected=false], pinnedConnections=100]");
        assertThat(config.node(A).toString()).doesNotContain("alice").doesNotContain("secret");
    }

    @Test
    void nodeIsAskedAsTheWhole() {
        Credentials credentials = new Credentials("alice", new Password.Fixed("secret"));
        RedisConfig config = new RedisConfig(
                ONE, credentials, new TlsContext(TlsConfig.defaults()), 3, 8, SECOND, ReadPolicy.PRIMARY);
        NodeConfig node = config.node(B);
        assertThat(node.tls().config()).isEqualTo(TlsConfig.defaults());
        assertThat(node)
                .isEqualTo(new NodeConfig(
                        B, credentials, node.tls(), 3, 8, SECOND, ServerRole.ANY, /* isReadOnly= */ false));
    }

    @Test
    void whatSentinelsNameHasToBeAMaster() {
        Credentials own = new Credentials("watcher", new Password.Fixed("hidden"));
        Topology.Sentinel sentinels = new Topology.Sentinel(List.of(A), "mymaster", own);
        RedisConfig config = new RedisConfig(sentinels, Credentials.NONE, null, 3, 8, SECOND, ReadPolicy.PRIMARY);
        assertThat(config.node(B).role()).isEqualTo(ServerRole.MASTER);
        NodeConfig sentinel = config.sentinel(sentinels, A);
        assertThat(sentinel.role()).isEqualTo(ServerRole.ANY);
        assertThat(sentinel.database()).isZero();
        assertThat(sentinel.credentials()).isEqualTo(own);
    }

    @Test
    void addressBracketsVersion6() {
        assertThat(new NodeAddress("localhost", 6379)).hasToString("localhost:6379");
        assertThat(new NodeAddress("::1", 1)).hasToString("[::1]:1");
    }

    @Test
    void acceptsItsBounds() {
        assertThat(new NodeAddress("h", 65_535).port()).isEqualTo(65_535);
        assertThat(config(0, 1, Duration.ofMillis(1)).poolSize()).isOne();
        assertThat(config(1_000_000, 1_000, Duration.ofHours(1)).poolSize()).isEqualTo(1_000);
    }

    @Test
    void refusesWhatIsOutOfBounds() {
        assertRefused("port: 0 (expected: 1 to 65535)", () -> new NodeAddress("h", 0));
        assertRefused("port: 65536 (expected: 1 to 65535)", () -> new NodeAddress("h", 65_536));
        assertRefused("host: blank (expected: a host name or an address)", () -> new NodeAddress(" ", 1));
        assertRefused("database: -1 (expected: 0 to 1000000)", () -> config(-1, 1, SECOND));
        assertRefused("poolSize: 0 (expected: 1 to 1000)", () -> config(0, 0, SECOND));
        assertRefused("timeout: PT0S (expected: PT0.001S to PT1H)", () -> config(0, 1, Duration.ZERO));
        assertRefused("timeout: PT2H (expected: PT0.001S to PT1H)", () -> config(0, 1, Duration.ofHours(2)));
        assertRefused("user: alice has no password", () -> new Credentials("alice", null));
        assertRefused("addresses: none (expected: one at least)", () -> new Topology.Cluster(List.of()));
        assertRefused(
                "masterName: blank (expected: the name that the Sentinels know)",
                () -> new Topology.Sentinel(List.of(A), "", Credentials.NONE));
        assertRefused(
                "database: 1 (expected: 0 to 0)",
                () -> new RedisConfig(
                        new Topology.Cluster(List.of(A)), Credentials.NONE, null, 1, 1, SECOND, ReadPolicy.PRIMARY));
    }

    @Test
    void oneServerHasNoReplicas() {
        ReadPolicy replicas = new ReadPolicy(ReadFrom.PREFER_REPLICA, null, false);
        assertRefused(
                "reads: from prefer-replica (expected: primary, since one server has no replicas to choose from)",
                () -> reading(new Topology.Standalone(A), replicas));
        assertThat(reading(ONE, replicas).reads()).isEqualTo(replicas);
        assertThat(reading(new Topology.Cluster(List.of(A)), replicas).reads()).isEqualTo(replicas);
        assertThat(reading(new Topology.Standalone(A), new ReadPolicy(ReadFrom.PRIMARY, null, false))
                        .reads())
                .isEqualTo(ReadPolicy.PRIMARY);
    }

    private static RedisConfig reading(Topology topology, ReadPolicy reads) {
        return new RedisConfig(topology, Credentials.NONE, null, 0, 1, SECOND, reads);
    }

    @Test
    void whatChoosesAmongReplicasNeedsThem() {
        assertRefused(
                "zone: given with from=primary (expected: another from)",
                () -> new ReadPolicy(ReadFrom.PRIMARY, "eu-1", false));
        assertRefused(
                "readsDisconnected: given with from=primary (expected: another from)",
                () -> new ReadPolicy(ReadFrom.PRIMARY, null, true));
        assertRefused(
                "zone: blank (expected: 1 to 255 characters, not all of them blank)",
                () -> new ReadPolicy(ReadFrom.NEAREST, " ", false));
        assertRefused(
                "zone: 256 characters (expected: 1 to 255 characters, not all of them blank)",
                () -> new ReadPolicy(ReadFrom.NEAREST, "z".repeat(256), false));
        assertThat(new ReadPolicy(ReadFrom.REPLICA, "z".repeat(255), true).zone())
                .hasSize(255);
    }

    @Test
    void readFromIsWrittenAsInTheSettings() {
        assertThat(ReadFrom.values())
                .extracting(ReadFrom::toString)
                .containsExactly("primary", "replica", "prefer-replica", "nearest");
    }

    private static RedisConfig config(int database, int poolSize, Duration timeout) {
        return new RedisConfig(ONE, Credentials.NONE, null, database, poolSize, timeout, ReadPolicy.PRIMARY);
    }

    private static void assertRefused(String message, Runnable making) {
        assertThatIllegalArgumentException().isThrownBy(making::run).withMessage(message);
    }
}
