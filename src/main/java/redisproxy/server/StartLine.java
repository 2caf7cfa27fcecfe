package redisproxy.server;

/** The one line that is logged when the ports are open. */
final class StartLine {
    private StartLine() {}

    static String of(String ports, ProxyConfig config) {
        return "Redis Proxy %s is ready: %s, %d entries for %s s%s, at most %d connections, Redis %s"
                .formatted(
                        Version.current(),
                        ports,
                        config.cache().maxEntries(),
                        Settings.seconds(config.cache().ttl()),
                        config.cache().tracking() == null ? "" : " at most, told of writes as far as Redis tells",
                        config.http().maxRequests(),
                        config.redis().address());
    }
}
