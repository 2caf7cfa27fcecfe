package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.TrackingConfig;
import redisproxy.http.HttpConfig;
import redisproxy.resp.RespConfig;

/**
 * All settings, each declared once: here, or in {@link RedisCatalog} those that are about Redis. Flags, the names in the
 * environment and in files, and {@code --help} follow from these declarations; tests hold {@code CONFIG GET}, the table in the
 * manual and the file {@code .config} against them.
 */
final class SettingsCatalog {
    /** Names in a file that compose reads, to map ports; the proxy ignores them. */
    static final List<String> FOREIGN_NAMES = List.of("HOST_PORT", "CONTAINER_PORT");

    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<String> PROXY_HOST = declare(named("PROXY_HOST", new ValueType.Host("HOST", "PROXY_PORT"))
            .alias("PROXY_LISTEN")
            .defaultText("0.0.0.0")
            .help("address of the HTTP port")
            .build());

    static final Setting<Integer> PROXY_PORT =
            declare(named("PROXY_PORT", new ValueType.OptionalPort("PORT", HttpConfig.MAX_PORT, HttpConfig.NO_PORT))
                    .defaultText("5000")
                    .help("HTTP port; 0 takes any free port, none opens no port")
                    .build());

    static final Setting<String> TCP_HOST = declare(named("TCP_HOST", new ValueType.Host("HOST", "TCP_PORT"))
            .whenUnset("the address of the HTTP port")
            .help("address of the RESP port")
            .build());

    static final Setting<Integer> TCP_PORT =
            declare(named("TCP_PORT", new ValueType.OptionalPort("PORT", RespConfig.MAX_PORT, RespConfig.NO_PORT))
                    .defaultText("5010")
                    .help("RESP port; 0 takes any free port, none opens no port")
                    .build());

    static {
        // At this place, since settings are shown in the order of their declaration.
        DECLARED.addAll(RedisCatalog.all());
    }

    static final Setting<Integer> CACHE_SIZE =
            declare(named("CACHE_SIZE", new ValueType.WholeNumber("NUMBER", 1, CacheConfig.MAX_ENTRIES_LIMIT))
                    .alias("CACHE_CAPACITY")
                    .defaultText("100000")
                    .help("entries that the cache holds at most")
                    .changeable()
                    .build());

    static final Setting<Long> CACHE_MAX_BYTES =
            declare(named("CACHE_MAX_BYTES", new ValueType.Bytes(CacheConfig.MIN_BYTES, CacheConfig.MAX_BYTES))
                    .whenUnset("two fifths of the heap")
                    .help("heap that cached values may take")
                    .changeable()
                    .build());

    static final Setting<Long> MAX_VALUE_BYTES =
            declare(named("MAX_VALUE_BYTES", new ValueType.Bytes(0, CacheConfig.MAX_VALUE_BYTES))
                    .whenUnset("an eighth of CACHE_MAX_BYTES")
                    .help("longest value that is cached")
                    .changeable()
                    .build());

    static final Setting<Duration> TTL =
            declare(named("TTL", new ValueType.Time(CacheConfig.MIN_TTL, CacheConfig.MAX_TTL))
                    .alias("CACHE_EXPIRY")
                    .defaultText("60")
                    .help("seconds that a value is served from memory")
                    .changeable()
                    .build());

    static final Setting<CoherenceMode> COHERENCE =
            declare(named("COHERENCE", new ValueType.Choice<>("MODE", List.of(CoherenceMode.values())))
                    .defaultText("ttl")
                    .help("how the cache follows writes: not at all (ttl), or Redis reports each one (tracking)")
                    .build());

    static final Setting<List<String>> TRACKING_PREFIX = declare(named("TRACKING_PREFIX", new ValueType.Texts("PREFIX"))
            .whenUnset("all keys")
            .help("with tracking: prefixes of the keys that are cached, separated by commas")
            .changeable()
            .build());

    static final Setting<Duration> TRACKING_HEARTBEAT = declare(
            named("TRACKING_HEARTBEAT", new ValueType.Time(TrackingConfig.MIN_HEARTBEAT, TrackingConfig.MAX_HEARTBEAT))
                    .defaultText("1")
                    .help("with tracking: seconds from one PING to the next, and the longest wait for its answer")
                    .build());

    static final Setting<Integer> TRACKING_TABLE_MAX_KEYS = declare(named(
                    "TRACKING_TABLE_MAX_KEYS",
                    new ValueType.WholeNumber("NUMBER", 1, RespConfig.MAX_TRACKING_TABLE_MAX_KEYS))
            .defaultText("1000000")
            .help("with tracking: keys whose readers are remembered, for clients with caches of their own")
            .build());

    static final Setting<Duration> MAX_STALENESS_DISCONNECTED =
            declare(named("MAX_STALENESS_DISCONNECTED", new ValueType.Time(Duration.ZERO, CacheConfig.MAX_TTL))
                    .defaultText("0")
                    .help("with tracking: seconds that values are served after the last message from Redis")
                    .changeable()
                    .build());

    static final Setting<Duration> NEGATIVE_TTL =
            declare(named("NEGATIVE_TTL", new ValueType.Time(Duration.ZERO, CacheConfig.MAX_TTL))
                    .defaultText("0")
                    .help("seconds that an absent key is answered from memory; with tracking TTL applies")
                    .changeable()
                    .build());

    static final Setting<Integer> NEGATIVE_CACHE_SIZE =
            declare(named("NEGATIVE_CACHE_SIZE", new ValueType.WholeNumber("NUMBER", 1, CacheConfig.MAX_ENTRIES_LIMIT))
                    .defaultText("10000")
                    .help("absent keys that the cache holds at most, beside its entries")
                    .changeable()
                    .build());

    static final Setting<Duration> STALE_IF_ERROR =
            declare(named("STALE_IF_ERROR", new ValueType.Time(Duration.ZERO, CacheConfig.MAX_TTL))
                    .defaultText("0")
                    .help("seconds that an expired value is served when Redis does not answer")
                    .changeable()
                    .build());

    static final Setting<Duration> STALE_WHILE_REVALIDATE =
            declare(named("STALE_WHILE_REVALIDATE", new ValueType.Time(Duration.ZERO, CacheConfig.MAX_TTL))
                    .defaultText("0")
                    .help("seconds that an expired value is served while one load renews it")
                    .changeable()
                    .build());

    static final Setting<Duration> HTTP_MAX_AGE =
            declare(named("HTTP_MAX_AGE", new ValueType.Time(Duration.ZERO, CacheConfig.MAX_TTL))
                    .whenUnset("the rest of the value's time; with tracking no-cache")
                    .help("greatest max-age in Cache-Control")
                    .changeable()
                    .build());

    static final Setting<Integer> MAX_CONN =
            declare(named("MAX_CONN", new ValueType.WholeNumber("NUMBER", 1, HttpConfig.MAX_REQUESTS_LIMIT))
                    .flag("--max-connections")
                    .defaultText("1000")
                    .help("concurrent HTTP requests, and concurrent RESP connections")
                    .changeable()
                    .build());

    static final Setting<Duration> IDLE_TIMEOUT =
            declare(named("IDLE_TIMEOUT", new ValueType.Time(Duration.ZERO, RespConfig.MAX_TIMEOUT))
                    .defaultText("0")
                    .help("seconds that a RESP connection may be idle; 0 sets no limit")
                    .changeable()
                    .build());

    static final Setting<Duration> HTTP_IDLE_TIMEOUT = declare(
            named("HTTP_IDLE_TIMEOUT", new ValueType.Time(HttpConfig.MIN_IDLE_TIMEOUT, HttpConfig.MAX_IDLE_TIMEOUT))
                    .defaultText("75")
                    .help("seconds that an HTTP connection may be idle between requests")
                    .changeable()
                    .build());

    static final Setting<Duration> CLIENT_TIMEOUT =
            declare(named("CLIENT_TIMEOUT", new ValueType.Time(RespConfig.MIN_CLIENT_TIMEOUT, RespConfig.MAX_TIMEOUT))
                    .defaultText("60")
                    .help("seconds that a client may take to send the rest of a request or to read some of a reply")
                    .changeable()
                    .build());

    static final Setting<Long> MAX_BODY_BYTES =
            declare(named("MAX_BODY_BYTES", new ValueType.Bytes(0, HttpConfig.MAX_BODY_BYTES_LIMIT))
                    .defaultText("1mb")
                    .help("longest body of an HTTP request that writes")
                    .changeable()
                    .build());

    static final Setting<Level> LOG_LEVEL =
            declare(named("LOG_LEVEL", new ValueType.Choice<>("LEVEL", List.of(Level.values())))
                    .defaultText("INFO")
                    .help("lowest level that is logged")
                    .changeable()
                    .build());

    static {
        DECLARED.addAll(AdminCatalog.all());
        DECLARED.addAll(SlowlogCatalog.all());
        DECLARED.addAll(LogCatalog.all());
        DECLARED.addAll(UsersCatalog.all());
        DECLARED.addAll(BrowserCatalog.all());
        DECLARED.addAll(TlsCatalog.all());
        DECLARED.addAll(TakeoverCatalog.all());
        DECLARED.addAll(CommandsCatalog.all());
        DECLARED.addAll(FrontCatalog.all());
    }

    private SettingsCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns all settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }

    /** Finds the setting that has this name in the environment and in files. */
    static Optional<Setting<?>> find(String name) {
        return DECLARED.stream()
                .filter(setting -> setting.names().contains(name))
                .findFirst();
    }
}
