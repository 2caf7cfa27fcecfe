package redisproxy.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.admin.AdminConfig;
import redisproxy.admin.AdminServer;
import redisproxy.admin.Check;
import redisproxy.admin.api.AdminApi;
import redisproxy.admin.api.AdminPage;
import redisproxy.admin.api.HostGuard;
import redisproxy.admin.api.LoginGuard;
import redisproxy.admin.api.Sources;
import redisproxy.admin.metrics.BackingMetrics;
import redisproxy.admin.metrics.CacheMetrics;
import redisproxy.admin.metrics.ConnectionMetrics;
import redisproxy.admin.metrics.LoadMetrics;
import redisproxy.admin.metrics.MetricsHandler;
import redisproxy.admin.metrics.ProcessMetrics;
import redisproxy.admin.metrics.ProxyMetrics;
import redisproxy.admin.metrics.RequestMetrics;
import redisproxy.admin.metrics.TlsMetrics;
import redisproxy.auth.Authority;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.AllowedHosts;
import redisproxy.measure.Accesses;
import redisproxy.measure.Events;
import redisproxy.net.ClientMemory;
import redisproxy.net.PortStats;
import redisproxy.net.TlsStats;
import redisproxy.redis.RedisStore;
import redisproxy.resp.RespConnector;
import redisproxy.tls.CertificateInfo;
import redisproxy.tls.ServerTls;

/** What the admin port answers: probes and metrics of the parts of a proxy. Not thread-safe, but for the registry; what it makes is. */
final class AdminFront {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Core core;

    /** Found out once: a look-up of a name may take long. */
    private final boolean isLoopback;

    private final ProxyConfig config;
    private final CachedRedis redis;
    private final Fronts fronts;
    private final Authority authority;
    private final ReadThroughCache cache;
    private final RedisStore store;
    private final HttpFront http;
    private final RespConnector resp;
    private final ClientMemory clients;
    private final LoadFigures loads;
    private final Events events;
    private final Accesses accesses;
    private final Map<String, Supplier<PortStats>> traffic = new TreeMap<>();

    private final Map<String, Supplier<TlsStats>> handshakes = new TreeMap<>();

    @GuardedBy("this")
    private @Nullable PrometheusRegistry registry;

    AdminFront(Core core, CachedRedis redis, Fronts fronts, Events events) {
        this.core = core;
        this.config = core.config();
        this.isLoopback = config.admin().isLoopback();
        this.redis = redis;
        this.fronts = fronts;
        this.authority = fronts.authority();
        this.cache = redis.cache();
        this.store = redis.store();
        this.http = fronts.http();
        this.resp = fronts.resp();
        this.clients = fronts.clients();
        this.loads = redis.loads();
        this.events = events;
        this.accesses = redis.accesses();
        traffic.put("resp", resp::portStats);
        Supplier<PortStats> own = http.portStats();
        if (own != null) {
            traffic.put("http", own);
        }
        handshakes.put("resp", resp::tlsStats);
        Supplier<TlsStats> ownTls = http.tlsStats();
        if (ownTls != null) {
            handshakes.put("http", ownTls);
        }
    }

    /** Makes the server; it is neither bound nor started. */
    AdminServer server(Readiness readiness, Watchdog watchdog) {
        AdminServer server = new AdminServer(config.admin());
        ServerTls tls = fronts.tls();
        if (tls != null && config.tls().adminPort() != AdminConfig.NO_PORT) {
            server.addTls(tls, config.tls().adminPort());
        }
        server.addProbe("livez", List.of(new Check("threads", watchdog::losing)));
        server.addProbe("readyz", readinessChecks(readiness));
        MetricsHandler metrics = new MetricsHandler(() -> registry(readiness));
        server.add("/metrics", new LoginGuard(authority, LoginGuard.FIGURES, /* showsKeys= */ false, metrics));
        addPage(server, readiness);
        return server;
    }

    private void addPage(AdminServer server, Readiness readiness) {
        AdminApi api = new AdminApi(sources(readiness), this::noChanges);
        Supplier<AllowedHosts> hosts = this::hosts;
        api.forEachRead(authority, (path, handler) -> server.add(path, new HostGuard(hosts, handler)));
        api.forEachChange(authority, (path, handler) -> server.addChange(path, new HostGuard(hosts, handler)));
        AdminPage.forEachFile((path, handler) -> server.add(
                path, new HostGuard(hosts, new LoginGuard(authority, null, /* showsKeys= */ false, handler))));
        authority.onReplace((before, now) -> api.close());
        // Else browsers would take the end of a stream for a fault of the network.
        server.beforeClose(api::close);
        AtomicLong generation = new AtomicLong(authority.generation());
        server.every(SECOND, () -> {
            long now = authority.generation();
            if (generation.getAndSet(now) != now) {
                // Of a stream that was about to begin when users were replaced.
                api.close();
            }
            api.tick();
        });
    }

    /** Returns the names by which the port may be asked for now. */
    private AllowedHosts hosts() {
        AllowedHosts listed = http.browsers().now().hosts();
        return (listed == null ? new AllowedHosts(List.of()) : listed)
                .and(config.admin().host());
    }

    /** Returns why nobody may make changes, or null: either users can prove that they may, or only this machine reaches the port. */
    private @Nullable String noChanges() {
        return isLoopback || !authority.current().isOpen()
                ? null
                : "Without a password, changes are allowed where only this machine reaches the admin port. It listens on %s: set %s or %s, or set %s to 127.0.0.1"
                        .formatted(
                                config.admin().host(),
                                UsersCatalog.REQUIREPASS_FILE,
                                UsersCatalog.ACL_FILE,
                                AdminCatalog.ADMIN_HOST);
    }

    private Sources sources(Readiness readiness) {
        return new Sources(
                Version.current(),
                readiness::phase,
                cache,
                store::serverOf,
                http::stats,
                () -> resp.statsTiming(Sources.TIMED),
                traffic,
                http::durations,
                () -> loads.stats().answered(),
                clients,
                AccessViews.of(accesses),
                events,
                core.levels(),
                () -> SettingViews.of(core.config()),
                () -> ReloadViews.of(core::reload),
                this::certificate);
    }

    private Supplier<List<Check>> readinessChecks(Readiness readiness) {
        List<Check> own = new ArrayList<>();
        own.add(new Check("ports", readiness::notServing));
        if (core.config().takeover().warm() != null) {
            own.add(new Check("warm-up", redis::warmingUp));
        }
        own.add(new Check("draining", readiness::draining));
        List<Check> all = new ArrayList<>(own);
        all.add(new Check("redis", new RedisAnswers(cache::storeStats, store)::failure));
        return () -> core.config().admin().readyNeedsRedis() ? all : own;
    }

    /** Returns the registry of all metrics, which is one for all that read it, and made for the first of them. Thread-safe. */
    synchronized PrometheusRegistry registry(Readiness readiness) {
        if (registry == null) {
            registry = newRegistry(readiness);
        }
        return registry;
    }

    private PrometheusRegistry newRegistry(Readiness readiness) {
        Supplier<List<Check>> checks = readinessChecks(readiness);
        return ProxyMetrics.registry(
                new ProcessMetrics(
                        Version.current(), () -> checks.get().stream().allMatch(Check::holds), Logging::droppedLines),
                new CacheMetrics(
                        cache::config, cache::stats, () -> cache.storeStats().coherence(cache.coherence())),
                new LoadMetrics(loads::stats),
                new BackingMetrics(cache::storeStats),
                new RequestMetrics(http::stats, http::durations, resp::stats, authority.attempts()::failures),
                new ConnectionMetrics(traffic, http::stats, () -> resp.statsTiming(""), clients),
                new TlsMetrics(this::certificate, handshakes));
    }

    private @Nullable CertificateInfo certificate() {
        ServerTls tls = fronts.tls();
        return tls == null ? null : tls.certificate();
    }
}
