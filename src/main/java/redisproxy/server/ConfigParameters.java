package redisproxy.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.TrackingConfig;
import redisproxy.http.AllowedHosts;
import redisproxy.http.HttpConfig;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.TlsConfig;
import redisproxy.redis.TlsContext;
import redisproxy.redis.Topology;
import redisproxy.resp.RespConfig;
import redisproxy.resp.SlowLoadConfig;
import redisproxy.tls.ServerTlsConfig;
import redisproxy.warm.WarmConfig;

/** The configuration as {@code CONFIG GET} shows it: by the names of the flags, without the URL, the passwords and their files. */
final class ConfigParameters {
    private final Map<String, String> parameters = new TreeMap<>();

    private ConfigParameters() {}

    /** Returns the value of each setting that applies, empty if the configuration holds none. */
    static Map<String, String> of(ProxyConfig config) {
        ConfigParameters shown = new ConfigParameters();
        shown.putPorts(config.http(), config.resp());
        shown.putRedis(config.redis());
        shown.putCache(config.cache());
        shown.put(SettingsCatalog.COHERENCE, CoherenceMode.of(config));
        TrackingConfig tracking = config.cache().tracking();
        if (tracking != null) {
            shown.putTracking(tracking);
        }
        shown.putAdmin(config);
        shown.putSlowLoads(config.slowLoads());
        shown.putLogs(config.log());
        shown.put(UsersCatalog.ACL_FILE, config.users().aclFile());
        shown.putTakeover(config.takeover());
        shown.put(UsersCatalog.BEARER_FILE, config.users().bearerFile());
        shown.put(UsersCatalog.INSECURE, config.users().isInsecure());
        shown.putTls(config.tls());
        shown.putFront(config.front());
        return shown.parameters;
    }

    private void putLogs(LogConfig log) {
        AccessLogConfig access = log.access();
        put(SettingsCatalog.LOG_LEVEL, log.level());
        put(LogCatalog.LOG_FORMAT, log.format());
        put(LogCatalog.ACCESS_LOG, AccessLogConfig.where(access));
        put(LogCatalog.ACCESS_LOG_SAMPLE, access == null ? null : access.oneOf());
        put(LogCatalog.ACCESS_LOG_KEYS, access == null ? null : access.keys());
    }

    private void putPorts(HttpConfig http, RespConfig resp) {
        put(SettingsCatalog.PROXY_HOST, http.host());
        put(SettingsCatalog.PROXY_PORT, http.port());
        put(SettingsCatalog.TCP_HOST, resp.host());
        put(SettingsCatalog.TCP_PORT, resp.port());
        put(SettingsCatalog.HTTP_MAX_AGE, http.maxAge());
        put(SettingsCatalog.MAX_CONN, http.maxRequests());
        put(SettingsCatalog.IDLE_TIMEOUT, resp.idleTimeout());
        put(SettingsCatalog.HTTP_IDLE_TIMEOUT, http.idleTimeout());
        put(SettingsCatalog.CLIENT_TIMEOUT, resp.clientTimeout());
        put(SettingsCatalog.MAX_BODY_BYTES, (long) http.maxBodyBytes());
        put(CommandsCatalog.COMMANDS, resp.commands().toString());
        put(SettingsCatalog.TRACKING_TABLE_MAX_KEYS, resp.trackingTableMaxKeys());
        AllowedHosts hosts = http.browsers().hosts();
        put(BrowserCatalog.CORS_ORIGIN, http.browsers().origins());
        put(BrowserCatalog.ALLOWED_HOSTS, hosts == null ? null : hosts.names());
    }

    private void putFront(FrontConfig front) {
        put(FrontCatalog.PROXY_PROTOCOL, front.ports());
        put(FrontCatalog.TRUSTED_PROXIES, front.trusted().isEmpty() ? null : front.trusted());
    }

    private void putRedis(RedisConfig redis) {
        NodeAddress server = server(redis.topology());
        put(RedisCatalog.REDIS_MODE, RedisMode.of(redis.topology()));
        put(RedisCatalog.REDIS_HOST, server == null ? null : server.host());
        put(RedisCatalog.REDIS_PORT, server == null ? null : server.port());
        put(RedisCatalog.REDIS_USER, redis.credentials().user());
        put(RedisCatalog.REDIS_DATABASE, redis.database());
        Topology.Sentinel sentinel = redis.topology() instanceof Topology.Sentinel found ? found : null;
        put(RedisCatalog.SENTINEL_MASTER, sentinel == null ? null : sentinel.masterName());
        put(
                RedisCatalog.SENTINEL_USER,
                sentinel == null ? null : sentinel.credentials().user());
        TlsContext context = redis.tls();
        TlsConfig tls = context == null ? null : context.config();
        put(RedisCatalog.REDIS_TLS, tls != null);
        put(RedisCatalog.REDIS_TLS_CA_CERT_FILE, tls == null ? null : text(tls.caFile()));
        put(RedisCatalog.REDIS_TLS_CERT_FILE, tls == null ? null : text(tls.certFile()));
        put(RedisCatalog.REDIS_TLS_KEY_FILE, tls == null ? null : text(tls.keyFile()));
        put(RedisCatalog.REDIS_TLS_VERIFY, tls == null ? null : tls.verify());
        put(RedisCatalog.REDIS_TLS_SERVER_NAME, tls == null ? null : tls.serverName());
        put(RedisCatalog.REDIS_POOL_SIZE, redis.poolSize());
        put(RedisCatalog.PINNED_CONNECTIONS, redis.pinnedConnections());
        put(RedisCatalog.REDIS_TIMEOUT, redis.timeout());
        put(RedisCatalog.READ_FROM, redis.reads().from());
        put(RedisCatalog.ZONE, redis.reads().zone());
        put(RedisCatalog.READ_DISCONNECTED_REPLICAS, redis.reads().readsDisconnected());
    }

    /** Returns the only server that was given, or null if there are several or it is not one that holds keys. */
    private static @Nullable NodeAddress server(Topology topology) {
        if (topology instanceof Topology.Auto auto) {
            return auto.address();
        }
        return topology instanceof Topology.Standalone standalone ? standalone.address() : null;
    }

    private void putCache(CacheConfig cache) {
        put(SettingsCatalog.CACHE_SIZE, cache.maxEntries());
        put(SettingsCatalog.CACHE_MAX_BYTES, cache.maxBytes());
        put(SettingsCatalog.MAX_VALUE_BYTES, (long) cache.maxValueBytes());
        put(SettingsCatalog.TTL, cache.ttl());
        put(SettingsCatalog.NEGATIVE_CACHE_SIZE, cache.maxAbsent());
        put(SettingsCatalog.NEGATIVE_TTL, cache.negativeTtl());
        put(SettingsCatalog.STALE_IF_ERROR, cache.staleIfError());
        put(SettingsCatalog.STALE_WHILE_REVALIDATE, cache.staleWhileRevalidate());
    }

    private void putTracking(TrackingConfig tracking) {
        put(SettingsCatalog.TRACKING_PREFIX, tracking.prefixes());
        put(SettingsCatalog.TRACKING_HEARTBEAT, tracking.heartbeat());
        put(SettingsCatalog.MAX_STALENESS_DISCONNECTED, tracking.grace());
    }

    private void putAdmin(ProxyConfig config) {
        put(AdminCatalog.ADMIN_HOST, config.admin().host());
        put(AdminCatalog.ADMIN_PORT, config.admin().port());
        put(AdminCatalog.READY_NEEDS_REDIS, config.admin().readyNeedsRedis());
        put(AdminCatalog.DRAIN_DELAY, config.drainDelay());
        put(AdminCatalog.CONFIG_WATCH, config.configWatch());
    }

    private void putTls(TlsPorts ports) {
        ServerTlsConfig tls = ports.tls();
        put(TlsCatalog.PROXY_TLS_PORT, ports.proxyPort());
        put(TlsCatalog.TCP_TLS_PORT, ports.tcpPort());
        put(TlsCatalog.ADMIN_TLS_PORT, ports.adminPort());
        put(TlsCatalog.TLS_CERT_FILE, tls == null ? null : text(tls.certFile()));
        put(TlsCatalog.TLS_KEY_FILE, tls == null ? null : text(tls.keyFile()));
        put(TlsCatalog.TLS_CA_CERT_FILE, tls == null ? null : text(tls.caFile()));
        put(TlsCatalog.TLS_AUTH_CLIENTS, tls == null ? null : tls.clientAuth());
        put(TlsCatalog.TLS_PROTOCOLS, tls == null ? null : String.join(" ", tls.protocols()));
        put(TlsCatalog.TLS_CIPHERSUITES, tls == null ? null : String.join(":", tls.cipherSuites()));
    }

    private void putTakeover(TakeoverConfig takeover) {
        WarmConfig warm = takeover.warm();
        put(TakeoverCatalog.REUSE_PORT, takeover.reusesPorts());
        put(TakeoverCatalog.WARM_FROM, warm == null ? null : warm.source().toString());
        put(TakeoverCatalog.WARM_KEYS, warm == null ? null : warm.mostKeys());
        put(TakeoverCatalog.WARM_TIMEOUT, warm == null ? null : warm.timeout());
    }

    private void putSlowLoads(SlowLoadConfig slow) {
        put(SlowlogCatalog.SLOWLOG_LOG_SLOWER_THAN, slow.slowlogMicros());
        put(SlowlogCatalog.SLOWLOG_MAX_LEN, slow.slowlogMaxLength());
        put(SlowlogCatalog.LATENCY_MONITOR_THRESHOLD, slow.latencyThresholdMillis());
    }

    private static @Nullable String text(@Nullable Path file) {
        return file == null ? null : file.toString();
    }

    private <T> void put(Setting<T> setting, @Nullable T value) {
        parameters.put(setting.parameter(), value == null ? "" : setting.type().format(value));
    }
}
