package redisproxy.server;

/** The one line that is logged when the ports are open. */
final class StartLine {
    private StartLine() {}

    /**
     * @param ports the URLs of the ports for data
     * @param admin the URL of the admin port; empty if there is none
     */
    static String of(String ports, String admin, ProxyConfig config) {
        boolean isTracking = config.cache().tracking() != null;
        return "Redis Proxy %s is ready: %s,%s %s for %s%s s%s, at most %s, Redis %s%s"
                .formatted(
                        Version.current(),
                        ports,
                        admin.isEmpty() ? "" : " admin " + admin + ",",
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
