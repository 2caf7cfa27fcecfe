package redisproxy.server;

import java.math.BigDecimal;

/** The one line that is logged when the ports are open. */
final class StartLine {
    private StartLine() {}

    static String of(String ports, ProxyConfig config) {
        return "Redis Proxy %s is ready: %s, %d entries for %s s, at most %d connections, Redis %s"
                .formatted(
                        Version.current(),
                        ports,
                        config.cache().maxEntries(),
                        BigDecimal.valueOf(config.cache().ttl().toNanos(), 9)
                                .stripTrailingZeros()
                                .toPlainString(),
                        config.http().maxRequests(),
                        config.redis().address());
    }
}
