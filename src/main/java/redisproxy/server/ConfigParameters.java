package redisproxy.server;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.TrackingConfig;
import redisproxy.redis.RedisConfig;

/** The configuration as {@code CONFIG GET} tells it: by the names of the flags, without secrets. */
final class ConfigParameters {
    private final Map<String, String> parameters = new TreeMap<>();

    private ConfigParameters(ProxyConfig config) {
        RedisConfig redis = config.redis();
        put(Setting.PROXY_HOST, config.http().host());
        put(Setting.PROXY_PORT, config.http().port());
        put(Setting.TCP_HOST, config.resp().host());
        put(Setting.TCP_PORT, config.resp().port());
        put(Setting.REDIS_HOST, redis.host());
        put(Setting.REDIS_PORT, redis.port());
        put(Setting.REDIS_USER, redis.user());
        put(Setting.REDIS_DATABASE, redis.database());
        put(Setting.REDIS_POOL_SIZE, redis.poolSize());
        put(Setting.REDIS_TIMEOUT, redis.timeout());
        put(Setting.HTTP_MAX_AGE, config.http().maxAge());
        put(Setting.MAX_CONN, config.http().maxRequests());
        put(Setting.IDLE_TIMEOUT, config.resp().idleTimeout());
        put(Setting.CLIENT_TIMEOUT, config.resp().clientTimeout());
        put(Setting.LOG_LEVEL, config.logLevel());
        putCache(config.cache());
    }

    static Map<String, String> of(ProxyConfig config) {
        return new ConfigParameters(config).parameters;
    }

    private void putCache(CacheConfig cache) {
        put(Setting.CACHE_SIZE, cache.maxEntries());
        put(Setting.CACHE_MAX_BYTES, cache.maxBytes());
        put(Setting.MAX_VALUE_BYTES, cache.maxValueBytes());
        put(Setting.TTL, cache.ttl());
        put(Setting.NEGATIVE_CACHE_SIZE, cache.maxAbsent());
        put(Setting.NEGATIVE_TTL, cache.negativeTtl());
        put(Setting.STALE_IF_ERROR, cache.staleIfError());
        put(Setting.STALE_WHILE_REVALIDATE, cache.staleWhileRevalidate());
        TrackingConfig tracking = cache.tracking();
        put(Setting.COHERENCE, tracking == null ? "ttl" : "tracking");
        if (tracking != null) {
            put(Setting.TRACKING_PREFIX, String.join(",", tracking.prefixes()));
            put(Setting.TRACKING_HEARTBEAT, tracking.heartbeat());
            put(Setting.MAX_STALENESS_DISCONNECTED, tracking.grace());
        }
    }

    private void put(Setting setting, @Nullable Object value) {
        String text = value instanceof Duration duration ? Settings.seconds(duration) : value == null ? "" : value + "";
        parameters.put(setting.flag().substring("--".length()), text);
    }
}
