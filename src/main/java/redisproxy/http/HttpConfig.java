package redisproxy.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The address of the HTTP port, when the proxy runs by itself, and the limits of its clients. Immutable.
 *
 * @param host the address to bind
 * @param port the port, 0 for any free one, or {@link #NO_PORT}
 * @param maxRequests the most requests in process at once; a further one is refused
 * @param maxAge the longest time for which clients may keep a value, or null for as long as it is fresh
 * @param clientTimeout how long a client may take to send the rest of a request, or to read some of an answer
 * @param idleTimeout how long a connection may be idle between requests, when the proxy runs by itself
 * @param browsers which pages may have a browser ask the port
 * @param maxBodyBytes the longest body of a request that writes
 */
public record HttpConfig(
        String host,
        int port,
        int maxRequests,
        @Nullable Duration maxAge,
        Duration clientTimeout,
        Duration idleTimeout,
        BrowserPolicy browsers,
        int maxBodyBytes) {
    public static final int MAX_PORT = 65_535;

    /** No port is opened. */
    public static final int NO_PORT = -1;

    public static final int MAX_REQUESTS_LIMIT = 1_000_000;
    public static final Duration MIN_IDLE_TIMEOUT = Duration.ofMillis(1);
    public static final Duration MAX_IDLE_TIMEOUT = Duration.ofDays(365);
    public static final int MAX_BODY_BYTES_LIMIT = Writer.MAX_BODY_BYTES_LIMIT;
    private static final int DEFAULT_MAX_BODY_BYTES = 1024 * 1024;
    private static final Duration DEFAULT_CLIENT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(75);

    public HttpConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: blank (expected: a host name or an address)");
        }
        if (port < NO_PORT || port > MAX_PORT) {
            throw new IllegalArgumentException("port: %d (expected: %d to %d)".formatted(port, NO_PORT, MAX_PORT));
        }
        if (maxRequests < 1 || maxRequests > MAX_REQUESTS_LIMIT) {
            throw new IllegalArgumentException(
                    "maxRequests: %d (expected: 1 to %d)".formatted(maxRequests, MAX_REQUESTS_LIMIT));
        }
        if (clientTimeout.isNegative() || clientTimeout.isZero()) {
            throw new IllegalArgumentException("clientTimeout: %s (expected: more than zero)".formatted(clientTimeout));
        }
        if (idleTimeout.compareTo(MIN_IDLE_TIMEOUT) < 0 || idleTimeout.compareTo(MAX_IDLE_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "idleTimeout: %s (expected: %s to %s)".formatted(idleTimeout, MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT));
        }
        if (maxBodyBytes < 0 || maxBodyBytes > MAX_BODY_BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "maxBodyBytes: %d (expected: 0 to %d)".formatted(maxBodyBytes, MAX_BODY_BYTES_LIMIT));
        }
    }

    /** Makes the configuration of a port with the default bound for bodies. */
    public HttpConfig(
            String host,
            int port,
            int maxRequests,
            @Nullable Duration maxAge,
            Duration clientTimeout,
            Duration idleTimeout,
            BrowserPolicy browsers) {
        this(host, port, maxRequests, maxAge, clientTimeout, idleTimeout, browsers, DEFAULT_MAX_BODY_BYTES);
    }

    /** Makes the configuration of a port that only its own pages may have a browser ask. */
    public HttpConfig(
            String host,
            int port,
            int maxRequests,
            @Nullable Duration maxAge,
            Duration clientTimeout,
            Duration idleTimeout) {
        this(host, port, maxRequests, maxAge, clientTimeout, idleTimeout, BrowserPolicy.OWN_PAGES);
    }

    /** Makes the configuration of a port with the default timeouts, whose clients may keep values that are fresh. */
    public HttpConfig(String host, int port, int maxRequests) {
        this(host, port, maxRequests, null, DEFAULT_CLIENT_TIMEOUT, DEFAULT_IDLE_TIMEOUT);
    }

    /** Returns all addresses, port 5000, 1,000 requests. */
    public static HttpConfig defaults() {
        return new HttpConfig("0.0.0.0", 5000, 1000);
    }
}
