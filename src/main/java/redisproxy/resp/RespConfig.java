package redisproxy.resp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.CommandPolicy;

/**
 * Where the RESP port listens, and the limits of its clients. Immutable.
 *
 * @param host the address to bind, or null for all addresses
 * @param port the port; 0 for any free one, or {@link #NO_PORT}
 * @param maxConnections the most open connections; further ones get an error and are closed
 * @param idleTimeout how long a client may send no request; zero for no limit
 * @param clientTimeout how long a client may take to send the rest of a request, or to take some of a reply
 * @param database the number of the database in Redis that is served
 * @param commands which commands are passed on
 * @param trackingTableMaxKeys of how many keys it is remembered which clients have read them, to tell these of writes
 */
public record RespConfig(
        @Nullable String host,
        int port,
        int maxConnections,
        Duration idleTimeout,
        Duration clientTimeout,
        int database,
        CommandPolicy commands,
        int trackingTableMaxKeys) {
    public static final int MAX_PORT = 65_535;

    /** No port is opened. */
    public static final int NO_PORT = -1;

    /** One process can hardly have more file descriptors. */
    public static final int MAX_CONNECTIONS_LIMIT = 1_000_000;

    public static final Duration MIN_CLIENT_TIMEOUT = Duration.ofMillis(1);
    public static final Duration MAX_TIMEOUT = Duration.ofDays(3650);

    /** More could not be held in any case. */
    public static final int MAX_TRACKING_TABLE_MAX_KEYS = 100_000_000;

    /** As in Redis. */
    public static final int DEFAULT_TRACKING_TABLE_MAX_KEYS = 1_000_000;

    private static final Duration DEFAULT_CLIENT_TIMEOUT = Duration.ofSeconds(60);

    public RespConfig {
        if (database < 0) {
            throw new IllegalArgumentException("database: %d (expected: 0 or more)".formatted(database));
        }
        if (trackingTableMaxKeys < 1 || trackingTableMaxKeys > MAX_TRACKING_TABLE_MAX_KEYS) {
            throw new IllegalArgumentException("trackingTableMaxKeys: %d (expected: 1 to %d)"
                    .formatted(trackingTableMaxKeys, MAX_TRACKING_TABLE_MAX_KEYS));
        }
        check("idleTimeout", idleTimeout, Duration.ZERO);
        check("clientTimeout", clientTimeout, MIN_CLIENT_TIMEOUT);
        if (port < NO_PORT || port > MAX_PORT) {
            throw new IllegalArgumentException("port: %d (expected: %d to %d)".formatted(port, NO_PORT, MAX_PORT));
        }
        if (maxConnections < 1 || maxConnections > MAX_CONNECTIONS_LIMIT) {
            throw new IllegalArgumentException(
                    "maxConnections: %d (expected: 1 to %d)".formatted(maxConnections, MAX_CONNECTIONS_LIMIT));
        }
    }

    /** Makes a configuration without an idle timeout and with a client timeout of one minute, for database 0. */
    public RespConfig(@Nullable String host, int port, int maxConnections) {
        this(host, port, maxConnections, Duration.ZERO, DEFAULT_CLIENT_TIMEOUT, 0);
    }

    /** Makes a configuration by which nothing is passed on, with the default size of the tracking table. */
    public RespConfig(
            @Nullable String host,
            int port,
            int maxConnections,
            Duration idleTimeout,
            Duration clientTimeout,
            int database) {
        this(
                host,
                port,
                maxConnections,
                idleTimeout,
                clientTimeout,
                database,
                CommandPolicy.READ,
                DEFAULT_TRACKING_TABLE_MAX_KEYS);
    }

    /** Returns the same with other commands that are passed on. */
    public RespConfig passing(CommandPolicy other) {
        return new RespConfig(
                host, port, maxConnections, idleTimeout, clientTimeout, database, other, trackingTableMaxKeys);
    }

    /** Returns the same with another size of the tracking table. */
    public RespConfig remembering(int keys) {
        return new RespConfig(host, port, maxConnections, idleTimeout, clientTimeout, database, commands, keys);
    }

    /** Returns the same at another place. */
    RespConfig at(@Nullable String otherHost, int otherPort) {
        return new RespConfig(
                otherHost,
                otherPort,
                maxConnections,
                idleTimeout,
                clientTimeout,
                database,
                commands,
                trackingTableMaxKeys);
    }

    private static void check(String name, Duration timeout, Duration least) {
        if (timeout.compareTo(least) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: %s to %s)".formatted(name, timeout, least, MAX_TIMEOUT));
        }
    }

    /** Returns all addresses, port 5010, 1,000 connections. */
    public static RespConfig defaults() {
        return new RespConfig("0.0.0.0", 5010, 1000);
    }
}
