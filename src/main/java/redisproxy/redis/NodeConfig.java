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
 * @param timeout how long a load may take, waiting for a connection included
 * @param mustBeMaster whether each new connection verifies that the server is a master
 */
record NodeConfig(
        NodeAddress address,
        Credentials credentials,
        @Nullable TlsContext tls,
        int database,
        int poolSize,
        Duration timeout,
        boolean mustBeMaster) {}
