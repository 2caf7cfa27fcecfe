package redisproxy.server;

/** The one line that is logged when the ports are open. */
final class StartLine {
    private StartLine() {}

    static String of(String ports, ProxyConfig config) {
        boolean isTracking = config.cache().tracking() != null;
        return "Redis Proxy %s is ready: %s, %s for %s%s s%s, at most %s, Redis %s%s"
                .formatted(
                        Version.current(),
                        ports,
                        counted(config.cache().maxEntries(), "entry", "entries"),
                        isTracking ? "at most " : "",
                        Seconds.format(config.cache().ttl()),
                        isTracking ? " with tracking" : "",
                        counted(config.http().maxRequests(), "connection", "connections"),
                        config.redis().topology(),
                        config.redis().tls() == null ? "" : " over TLS");
    }

    private static String counted(int count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
