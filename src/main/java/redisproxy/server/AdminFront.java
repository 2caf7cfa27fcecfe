package redisproxy.server;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import redisproxy.admin.AdminServer;
import redisproxy.admin.Check;
import redisproxy.admin.metrics.BackingMetrics;
import redisproxy.admin.metrics.CacheMetrics;
import redisproxy.admin.metrics.ConnectionMetrics;
import redisproxy.admin.metrics.MetricsHandler;
import redisproxy.admin.metrics.ProcessMetrics;
import redisproxy.admin.metrics.ProxyMetrics;
import redisproxy.admin.metrics.RequestMetrics;
import redisproxy.cache.ReadThroughCache;
import redisproxy.net.ClientMemory;
import redisproxy.net.PortStats;
import redisproxy.redis.RedisStore;
import redisproxy.resp.RespConnector;

/** What the admin port answers: probes and metrics of the parts of a proxy. Not thread-safe; what it makes is. */
final class AdminFront {
    private final ProxyConfig config;
    private final ReadThroughCache cache;
    private final RedisStore store;
    private final HttpFront http;
    private final RespConnector resp;
    private final ClientMemory clients;
    private final Map<String, Supplier<PortStats>> traffic = new TreeMap<>();

    AdminFront(
            ProxyConfig config,
            ReadThroughCache cache,
            RedisStore store,
            HttpFront http,
            RespConnector resp,
            ClientMemory clients) {
        this.config = config;
        this.cache = cache;
        this.store = store;
        this.http = http;
        this.resp = resp;
        this.clients = clients;
        traffic.put("resp", resp::portStats);
        Supplier<PortStats> own = http.portStats();
        if (own != null) {
            traffic.put("http", own);
        }
    }

    /** Makes the server; it is neither bound nor started. */
    AdminServer server(Readiness readiness, Watchdog watchdog) {
        AdminServer server = new AdminServer(config.admin());
        server.addProbe("livez", List.of(new Check("threads", watchdog::losing)));
        server.addProbe("readyz", readinessChecks(readiness));
        server.add("/metrics", new MetricsHandler(registry(readiness)));
        return server;
    }

    private List<Check> readinessChecks(Readiness readiness) {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("ports", readiness::notServing));
        checks.add(new Check("draining", readiness::draining));
        if (config.admin().readyNeedsRedis()) {
            checks.add(new Check("redis", new RedisAnswers(cache::storeStats, store)::failure));
        }
        return checks;
    }

    private PrometheusRegistry registry(Readiness readiness) {
        return ProxyMetrics.registry(
                new ProcessMetrics(Version.current(), readiness::isReady, Logging::droppedLines),
                new CacheMetrics(
                        config.cache(), cache::stats, () -> cache.storeStats().coherence(cache.coherence())),
                new BackingMetrics(cache::storeStats),
                new RequestMetrics(http::stats, resp::stats),
                new ConnectionMetrics(traffic, http::stats, resp::stats, clients));
    }
}
