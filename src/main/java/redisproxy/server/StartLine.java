package redisproxy.server;

/** The one line that is logged when the ports are open. */
final class StartLine {
    private StartLine() {}

    static String of(String ports, ProxyConfig config) {
        boolean isTracking = config.cache().tracking() != null;
        return "Redis Proxy %s is ready: %s, %d entries for %s%s s%s, at most %d connections, Redis %s%s"
                .formatted(
                        Version.current(),
                        ports,
                        config.cache().maxEntries(),
                        isTracking ? "at most " : "",
                        Seconds.format(config.cache().ttl()),
                        isTracking ? " with tracking" : "",
                        config.http().maxRequests(),
                        config.redis().topology(),
                        config.redis().tls() == null ? "" : " over TLS");
    }
}
