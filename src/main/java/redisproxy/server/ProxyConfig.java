package redisproxy.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.TrackingConfig;
import redisproxy.http.HttpConfig;
import redisproxy.redis.RedisConfig;
import redisproxy.resp.RespConfig;

/**
 * The whole configuration, one part for each component.
 *
 * @param http the HTTP port; inside a servlet container only its limit counts
 * @param resp the RESP port
 * @param redis the backing Redis
 * @param cache the cache
 * @param logLevel the least level that is logged
 */
public record ProxyConfig(HttpConfig http, RespConfig resp, RedisConfig redis, CacheConfig cache, Level logLevel) {

    /** The values of {@link Setting#COHERENCE}. */
    private enum CoherenceMode {
        TTL,
        TRACKING;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads flags as on the command line, and nothing else.
     *
     * @throws ConfigException if one is unknown or wrong
     */
    public static ProxyConfig fromArgs(String... flags) {
        return from(CommandLineFlags.parse(flags).settings());
    }

    /**
     * Puts the parts together.
     *
     * @throws ConfigException if a value is not accepted
     */
    static ProxyConfig from(Settings settings) {
        String httpHost = settings.text(Setting.PROXY_HOST);
        int maxConnections = settings.integer(Setting.MAX_CONN, 1, HttpConfig.MAX_REQUESTS_LIMIT);
        Duration clientTimeout =
                settings.seconds(Setting.CLIENT_TIMEOUT, RespConfig.MIN_CLIENT_TIMEOUT, RespConfig.MAX_TIMEOUT);
        return new ProxyConfig(
                new HttpConfig(
                        httpHost,
                        settings.integer(Setting.PROXY_PORT, 0, HttpConfig.MAX_PORT),
                        maxConnections,
                        settings.optionalText(Setting.HTTP_MAX_AGE) == null
                                ? null
                                : settings.seconds(Setting.HTTP_MAX_AGE, Duration.ZERO, CacheConfig.MAX_TTL),
                        clientTimeout),
                new RespConfig(
                        respHost(settings, httpHost),
                        settings.integer(Setting.TCP_PORT, 0, RespConfig.MAX_PORT),
                        maxConnections,
                        upTo(RespConfig.MAX_TIMEOUT, settings, Setting.IDLE_TIMEOUT),
                        clientTimeout),
                redis(settings),
                cache(settings),
                settings.oneOf(Setting.LOG_LEVEL, Level.class));
    }

    private static CacheConfig cache(Settings settings) {
        long maxBytes = settings.bytes(
                Setting.CACHE_MAX_BYTES, CacheConfig.defaultMaxBytes(), CacheConfig.MIN_BYTES, CacheConfig.MAX_BYTES);
        return new CacheConfig(
                settings.integer(Setting.CACHE_SIZE, 1, CacheConfig.MAX_ENTRIES_LIMIT),
                maxBytes,
                (int) settings.bytes(
                        Setting.MAX_VALUE_BYTES,
                        CacheConfig.defaultMaxValueBytes(maxBytes),
                        0,
                        CacheConfig.MAX_VALUE_BYTES),
                settings.seconds(Setting.TTL, CacheConfig.MIN_TTL, CacheConfig.MAX_TTL),
                settings.integer(Setting.NEGATIVE_CACHE_SIZE, 1, CacheConfig.MAX_ENTRIES_LIMIT),
                upTo(CacheConfig.MAX_TTL, settings, Setting.NEGATIVE_TTL),
                upTo(CacheConfig.MAX_TTL, settings, Setting.STALE_IF_ERROR),
                upTo(CacheConfig.MAX_TTL, settings, Setting.STALE_WHILE_REVALIDATE),
                tracking(settings));
    }

    private static @Nullable TrackingConfig tracking(Settings settings) {
        CoherenceMode mode = settings.oneOf(Setting.COHERENCE, CoherenceMode.class);
        List<String> prefixes = settings.texts(Setting.TRACKING_PREFIX);
        Duration heartbeat = settings.seconds(
                Setting.TRACKING_HEARTBEAT, TrackingConfig.MIN_HEARTBEAT, TrackingConfig.MAX_HEARTBEAT);
        Duration grace = upTo(CacheConfig.MAX_TTL, settings, Setting.MAX_STALENESS_DISCONNECTED);
        String overlap = TrackingConfig.overlap(prefixes);
        if (overlap != null) {
            throw new ConfigException(Setting.TRACKING_PREFIX + ": " + overlap);
        }
        // What is wrong is told also while it does not count.
        TrackingConfig tracking = new TrackingConfig(prefixes, heartbeat, grace);
        return mode == CoherenceMode.TTL ? null : tracking;
    }

    private static Duration upTo(Duration most, Settings settings, Setting setting) {
        return settings.seconds(setting, Duration.ZERO, most);
    }

    private static @Nullable String respHost(Settings settings, String httpHost) {
        String host = settings.given(Setting.TCP_HOST)
                .map(given -> given.value().trim())
                .orElse(httpHost);
        return host.isEmpty() ? null : host;
    }

    private static RedisConfig redis(Settings settings) {
        String user = settings.optionalText(Setting.REDIS_USER);
        String password = password(settings);
        if (user != null && password == null) {
            throw new ConfigException(
                    "REDIS_USER: '%s' has no password (expected: REDIS_PASSWORD or REDIS_PASSWORD_FILE too)"
                            .formatted(user));
        }
        return new RedisConfig(
                settings.text(Setting.REDIS_HOST),
                settings.integer(Setting.REDIS_PORT, 1, RedisConfig.MAX_PORT),
                user,
                password,
                settings.integer(Setting.REDIS_DATABASE, 0, RedisConfig.MAX_DATABASE),
                settings.integer(Setting.REDIS_POOL_SIZE, 1, RedisConfig.MAX_POOL_SIZE),
                settings.seconds(Setting.REDIS_TIMEOUT, RedisConfig.MIN_TIMEOUT, RedisConfig.MAX_TIMEOUT));
    }

    private static @Nullable String password(Settings settings) {
        String password = settings.optionalText(Setting.REDIS_PASSWORD);
        String file = settings.optionalText(Setting.REDIS_PASSWORD_FILE);
        if (file == null) {
            return password;
        }
        if (password != null) {
            throw new ConfigException(
                    "REDIS_PASSWORD_FILE: '%s' is given beside REDIS_PASSWORD (expected: one of them)".formatted(file));
        }
        try {
            // Files made by hand end with a line break that is not part of the password.
            String text = Files.readString(Path.of(file)).replaceFirst("\\R\\z", "");
            if (text.isEmpty()) {
                throw new ConfigException("REDIS_PASSWORD_FILE: '%s' is empty (expected: a password)".formatted(file));
            }
            return text;
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException("REDIS_PASSWORD_FILE: '%s' cannot be read (expected: a file)".formatted(file));
        }
    }
}
