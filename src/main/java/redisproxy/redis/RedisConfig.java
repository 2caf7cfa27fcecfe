package redisproxy.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which Redis is behind the cache and how it is asked.
 *
 * @param topology which servers hold the keys
 * @param credentials as whom each new connection to them is authenticated
 * @param tls how connections are encrypted, to all servers and to Sentinels, or null for plain ones
 * @param database the number of the database; 0 for a Cluster
 * @param poolSize the most connections to one server that carry requests, and so the most pipelines under way at once
 * @param limit how long a load may take, waiting for a connection included
 * @param reads which of the servers that hold the same keys are read from; {@link ReadPolicy#PRIMARY} for one server that stands
 *     alone
 * @param pinnedConnections how many clients may have a connection to themselves at one time; 0 if none may
 */
public record RedisConfig(
        Topology topology,
        Credentials credentials,
        @Nullable TlsContext tls,
        int database,
        int poolSize,
        LoadTimeout limit,
        ReadPolicy reads,
        int pinnedConnections) {
    public static final NodeAddress DEFAULT_ADDRESS = new NodeAddress("localhost", 6379);

    /** Redis itself refuses more databases than fit an int; no deployment comes near this bound. */
    public static final int MAX_DATABASE = 1_000_000;

    /** One thread serves one connection. */
    public static final int MAX_POOL_SIZE = 1_000;

    public static final int DEFAULT_PINNED_CONNECTIONS = 100;

    /** Each takes a thread or two, and a connection of the 10,000 that Redis allows by default. */
    public static final int MAX_PINNED_CONNECTIONS = 10_000;

    public static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    public static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    public RedisConfig {
        check("database", database, 0, topology instanceof Topology.Cluster ? 0 : MAX_DATABASE);
        check("poolSize", poolSize, 1, MAX_POOL_SIZE);
        check("pinnedConnections", pinnedConnections, 0, MAX_PINNED_CONNECTIONS);
        Duration timeout = limit.get();
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "timeout: %s (expected: %s to %s)".formatted(timeout, MIN_TIMEOUT, MAX_TIMEOUT));
        }
        if (topology instanceof Topology.Standalone && !reads.equals(ReadPolicy.PRIMARY)) {
            throw new IllegalArgumentException(
                    "reads: from %s (expected: %s, since one server has no replicas to choose from)"
                            .formatted(reads.from(), ReadFrom.PRIMARY));
        }
    }

    /** Makes a configuration whose timeout nobody else changes, with the default of pinned connections. */
    public RedisConfig(
            Topology topology,
            Credentials credentials,
            @Nullable TlsContext tls,
            int database,
            int poolSize,
            Duration timeout,
            ReadPolicy reads) {
        this(
                topology,
                credentials,
                tls,
                database,
                poolSize,
                new LoadTimeout(timeout),
                reads,
                DEFAULT_PINNED_CONNECTIONS);
    }

    /** Returns how long a load may take at present. */
    public Duration timeout() {
        return limit.get();
    }

    /** Returns the same with a timeout of its own. */
    public RedisConfig withTimeout(Duration other) {
        return new RedisConfig(
                topology, credentials, tls, database, poolSize, new LoadTimeout(other), reads, pinnedConnections);
    }

    /** Returns {@code localhost:6379}, which is asked what it is, database 0, 8 connections, 5 seconds, and the master alone. */
    public static RedisConfig defaults() {
        return new RedisConfig(
                new Topology.Auto(DEFAULT_ADDRESS),
                Credentials.NONE,
                null,
                0,
                8,
                Duration.ofSeconds(5),
                ReadPolicy.PRIMARY);
    }

    /** Returns how the server at an address is asked that holds keys of this Redis and takes writes. */
    NodeConfig node(NodeAddress address) {
        boolean isNamedByOthers = topology instanceof Topology.Sentinel;
        return node(address, isNamedByOthers ? ServerRole.MASTER : ServerRole.ANY, /* isReadOnly= */ false);
    }

    /** Returns how a replica is asked. */
    NodeConfig replica(NodeAddress address) {
        return node(address, replicaRole(), /* isReadOnly= */ !(topology instanceof Topology.Sentinel));
    }

    /** Returns what replicas have to be that are read from. */
    ServerRole replicaRole() {
        return reads.readsDisconnected() ? ServerRole.REPLICA : ServerRole.LINKED_REPLICA;
    }

    private NodeConfig node(NodeAddress address, ServerRole role, boolean isReadOnly) {
        return new NodeConfig(address, credentials, tls, database, poolSize, limit, role, isReadOnly);
    }

    /** Returns how one of the Sentinels is asked. */
    NodeConfig sentinel(Topology.Sentinel sentinels, NodeAddress address) {
        return new NodeConfig(
                address,
                sentinels.credentials(),
                tls,
                /* database= */ 0,
                /* poolSize= */ 1,
                limit,
                ServerRole.ANY,
                /* isReadOnly= */ false);
    }

    /** Leaves the credentials out. */
    @Override
    public String toString() {
        return "RedisConfig[%s/%d%s, poolSize=%d, timeout=%s, reads=%s, pinnedConnections=%d]"
                .formatted(
                        topology, database, tls == null ? "" : " with TLS", poolSize, limit, reads, pinnedConnections);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s: %d (expected: %d to %d)".formatted(name, value, least, most));
        }
    }
}
