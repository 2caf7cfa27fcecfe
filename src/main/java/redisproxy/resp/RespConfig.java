package redisproxy.resp;

import org.jspecify.annotations.Nullable;

/**
 * Where the RESP port listens and how many may connect.
 *
 * @param host the address to bind, or null for all addresses
 * @param port the port, 0 for any free one
 * @param maxConnections the most connections at once; one more is told so and closed
 */
public record RespConfig(@Nullable String host, int port, int maxConnections) {
    public static final int MAX_PORT = 65_535;
    /** As many file descriptors as one process can sensibly have. */
    public static final int MAX_CONNECTIONS_LIMIT = 1_000_000;

    public RespConfig {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: %d (expected: 0 to %d)".formatted(port, MAX_PORT));
        }
        if (maxConnections < 1 || maxConnections > MAX_CONNECTIONS_LIMIT) {
            throw new IllegalArgumentException(
                    "maxConnections: %d (expected: 1 to %d)".formatted(maxConnections, MAX_CONNECTIONS_LIMIT));
        }
    }

    /** Returns all addresses, port 5010, 1,000 connections. */
    public static RespConfig defaults() {
        return new RespConfig("0.0.0.0", 5010, 1000);
    }
}
