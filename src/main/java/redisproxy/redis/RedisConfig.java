package redisproxy.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the backing Redis is and how it is asked.
 *
 * @param host its name or address; resolved anew for every connection
 * @param port its port
 * @param user the ACL user, or null for the default user
 * @param password the password, or null for none
 * @param database the number of the database
 * @param poolSize the most connections that carry requests, and so the most pipelines that are under way at once
 * @param timeout how long a load may take, waiting for a connection included
 */
public record RedisConfig(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        int database,
        int poolSize,
        Duration timeout) {
    public static final int MAX_PORT = 65_535;
    /** Redis itself refuses more databases than fit an int; no deployment comes near this bound. */
    public static final int MAX_DATABASE = 1_000_000;

    /** One thread serves one connection. */
    public static final int MAX_POOL_SIZE = 1_000;

    public static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
    public static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    public RedisConfig {
        check("port", port, 1, MAX_PORT);
        check("database", database, 0, MAX_DATABASE);
        check("poolSize", poolSize, 1, MAX_POOL_SIZE);
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: blank (expected: a host name or an address)");
        }
        if (user != null && password == null) {
            throw new IllegalArgumentException("user: %s has no password".formatted(user));
        }
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "timeout: %s (expected: %s to %s)".formatted(timeout, MIN_TIMEOUT, MAX_TIMEOUT));
        }
    }

    /** Returns {@code localhost:6379}, database 0, 8 connections and 5 seconds. */
    public static RedisConfig defaults() {
        return new RedisConfig("localhost", 6379, null, null, 0, 8, Duration.ofSeconds(5));
    }

    /** Returns {@code host:port}, with an IPv6 address in brackets. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Leaves the credentials out. */
    @Override
    public String toString() {
        return "RedisConfig[%s/%d, poolSize=%d, timeout=%s]".formatted(address(), database, poolSize, timeout);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s: %d (expected: %d to %d)".formatted(name, value, least, most));
        }
    }
}
