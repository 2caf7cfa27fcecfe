package redisproxy.server;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.admin.AdminConfig;
import redisproxy.auth.CommandPolicy;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.TrackedPrefixes;
import redisproxy.cache.TrackingConfig;
import redisproxy.http.HttpConfig;
import redisproxy.redis.RedisConfig;
import redisproxy.resp.RespConfig;
import redisproxy.resp.SlowLoadConfig;

/**
 * The whole configuration, one part for each component. Immutable.
 *
 * @param http the HTTP port; inside a servlet container only its limits apply
 * @param resp the RESP port
 * @param redis the backing Redis
 * @param cache the cache
 * @param admin the admin port
 * @param slowLoads which loads SLOWLOG and LATENCY keep
 * @param drainDelay for how long the proxy serves on once it has been told to stop and is not ready any more
 * @param log the logs
 * @param users who may use it
 * @param tls the ports that are encrypted
 * @param configWatch how often the files of settings are looked at; zero for never
 * @param takeover how it takes over from another process
 * @param front what is in front of it
 */
public record ProxyConfig(
        HttpConfig http,
        RespConfig resp,
        RedisConfig redis,
        CacheConfig cache,
        AdminConfig admin,
        SlowLoadConfig slowLoads,
        Duration drainDelay,
        LogConfig log,
        UsersConfig users,
        TlsPorts tls,
        Duration configWatch,
        TakeoverConfig takeover,
        FrontConfig front) {

    /**
     * Reads flags as on the command line, and nothing else.
     *
     * @throws ConfigException if a flag is unknown or its value is not accepted
     */
    public static ProxyConfig fromArgs(String... flags) {
        return from(CommandLineFlags.parse(flags).settings());
    }

    /**
     * Makes the parts from the settings.
     *
     * @throws ConfigException if a value is not accepted
     */
    static ProxyConfig from(Settings settings) {
        return from(settings, RedisSettings.read(settings), TlsPorts.read(settings), UsersConfig.read(settings));
    }

    /** As above, with the parts that were read before: they come from files, which may have changed since. */
    static ProxyConfig from(Settings settings, RedisConfig redis, TlsPorts tls, UsersConfig users) {
        String httpHost = settings.value(SettingsCatalog.PROXY_HOST);
        int maxConnections = settings.value(SettingsCatalog.MAX_CONN);
        Duration clientTimeout = settings.value(SettingsCatalog.CLIENT_TIMEOUT);
        CommandPolicy commands = CommandsCatalog.read(settings);
        users.refuseStrangersThatWrite(commands, httpHost, respHost(settings, httpHost));
        return new ProxyConfig(
                new HttpConfig(
                        httpHost,
                        settings.value(SettingsCatalog.PROXY_PORT),
                        maxConnections,
                        settings.optional(SettingsCatalog.HTTP_MAX_AGE),
                        clientTimeout,
                        settings.value(SettingsCatalog.HTTP_IDLE_TIMEOUT),
                        BrowserCatalog.read(settings),
                        Math.toIntExact(settings.value(SettingsCatalog.MAX_BODY_BYTES))),
                new RespConfig(
                        respHost(settings, httpHost),
                        settings.value(SettingsCatalog.TCP_PORT),
                        maxConnections,
                        settings.value(SettingsCatalog.IDLE_TIMEOUT),
                        clientTimeout,
                        redis.database(),
                        commands,
                        settings.value(SettingsCatalog.TRACKING_TABLE_MAX_KEYS)),
                redis,
                cache(settings),
                new AdminConfig(
                        settings.value(AdminCatalog.ADMIN_HOST),
                        settings.value(AdminCatalog.ADMIN_PORT),
                        settings.given(AdminCatalog.ADMIN_PORT).isPresent(),
                        settings.value(AdminCatalog.READY_NEEDS_REDIS)),
                new SlowLoadConfig(
                        settings.value(SlowlogCatalog.SLOWLOG_LOG_SLOWER_THAN),
                        settings.value(SlowlogCatalog.SLOWLOG_MAX_LEN),
                        settings.value(SlowlogCatalog.LATENCY_MONITOR_THRESHOLD)),
                settings.value(AdminCatalog.DRAIN_DELAY),
                LogConfig.from(settings),
                users,
                tls,
                settings.value(AdminCatalog.CONFIG_WATCH),
                TakeoverConfig.read(settings),
                FrontCatalog.read(settings));
    }

    /** Returns null for all addresses, which only an empty flag means: an empty variable is one that is not given. */
    private static @Nullable String respHost(Settings settings, String httpHost) {
        Settings.Given given = settings.given(SettingsCatalog.TCP_HOST).orElse(null);
        if (given == null) {
            return httpHost;
        }
        return given.value().isBlank() ? null : settings.value(SettingsCatalog.TCP_HOST);
    }

    private static CacheConfig cache(Settings settings) {
        Long givenBytes = settings.optional(SettingsCatalog.CACHE_MAX_BYTES);
        long maxBytes = givenBytes == null ? CacheConfig.defaultMaxBytes() : givenBytes;
        Long givenValueBytes = settings.optional(SettingsCatalog.MAX_VALUE_BYTES);
        return new CacheConfig(
                settings.value(SettingsCatalog.CACHE_SIZE),
                maxBytes,
                givenValueBytes == null ? CacheConfig.defaultMaxValueBytes(maxBytes) : givenValueBytes.intValue(),
                settings.value(SettingsCatalog.TTL),
                settings.value(SettingsCatalog.NEGATIVE_CACHE_SIZE),
                settings.value(SettingsCatalog.NEGATIVE_TTL),
                settings.value(SettingsCatalog.STALE_IF_ERROR),
                settings.value(SettingsCatalog.STALE_WHILE_REVALIDATE),
                tracking(settings));
    }

    private static @Nullable TrackingConfig tracking(Settings settings) {
        CoherenceMode mode = settings.value(SettingsCatalog.COHERENCE);
        List<String> prefixes = settings.optional(SettingsCatalog.TRACKING_PREFIX);
        String overlap = prefixes == null ? null : TrackedPrefixes.overlap(prefixes);
        if (overlap != null) {
            throw new ConfigException(settings.nameOf(SettingsCatalog.TRACKING_PREFIX) + ": " + overlap);
        }
        // Read also when they do not apply, so that a value that is not accepted never goes unnoticed.
        TrackingConfig tracking = new TrackingConfig(
                prefixes == null ? List.of() : prefixes,
                settings.value(SettingsCatalog.TRACKING_HEARTBEAT),
                settings.value(SettingsCatalog.MAX_STALENESS_DISCONNECTED));
        if (mode == CoherenceMode.TRACKING) {
            return tracking;
        }
        if (prefixes != null) {
            settings.note("%s: applies with %s=tracking alone, so all keys are cached"
                    .formatted(settings.nameOf(SettingsCatalog.TRACKING_PREFIX), SettingsCatalog.COHERENCE));
        }
        return null;
    }
}
