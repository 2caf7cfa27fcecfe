package redisproxy.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one server is asked: a {@link RedisConfig} narrowed to an address.
 *
 * @param address where the server listens
 * @param credentials as whom each new connection is authenticated
 * @param tls how connections are encrypted, or null for plain ones
 * @param database the number of the database; 0 for a node of a Cluster, which has no other
 * @param poolSize the most connections that carry requests, and so the most pipelines that are under way at once
 * @param limit how long a load may take, waiting for a connection included
 * @param role what each new connection verifies that the server is
 * @param isReadOnly whether each new connection tells a node of a Cluster that it reads, which a replica requires
 */
record NodeConfig(
        NodeAddress address,
        Credentials credentials,
        @Nullable TlsContext tls,
        int database,
        int poolSize,
        LoadTimeout limit,
        ServerRole role,
        boolean isReadOnly) {
    /** Makes a configuration whose timeout nobody else changes. */
    NodeConfig(
            NodeAddress address,
            Credentials credentials,
            @Nullable TlsContext tls,
            int database,
            int poolSize,
            Duration timeout,
            ServerRole role,
            boolean isReadOnly) {
        this(address, credentials, tls, database, poolSize, new LoadTimeout(timeout), role, isReadOnly);
    }

    /** Returns how long a load may take at present. */
    Duration timeout() {
        return limit.get();
    }

    /** Returns the same with another bound of connections. */
    NodeConfig withPoolSize(int most) {
        return new NodeConfig(address, credentials, tls, database, most, limit, role, isReadOnly);
    }

    /** Returns the same without a database, which a Sentinel and a node of a Cluster would refuse. */
    NodeConfig withoutDatabase() {
        return new NodeConfig(address, credentials, tls, 0, poolSize, limit, role, isReadOnly);
    }

    /** Returns the same with another database. */
    NodeConfig withDatabase(int other) {
        return new NodeConfig(address, credentials, tls, other, poolSize, limit, role, isReadOnly);
    }

    /** Returns the same without credentials, which a server may not know that is another one than was meant. */
    NodeConfig withoutCredentials() {
        return new NodeConfig(address, Credentials.NONE, tls, database, poolSize, limit, role, isReadOnly);
    }
}
