package redisproxy.redis;

/**
 * Where one server listens.
 *
 * @param host its name or its address, of IPv6 without brackets; a name is resolved anew for every connection
 * @param port its port
 */
public record NodeAddress(String host, int port) {
    public static final int MAX_PORT = 65_535;

    public NodeAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: blank (expected: a host name or an address)");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: %d (expected: 1 to %d)".formatted(port, MAX_PORT));
        }
    }

    /** Returns {@code host:port}, with an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
