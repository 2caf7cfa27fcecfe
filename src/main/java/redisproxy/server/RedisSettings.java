package redisproxy.server;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.redis.LoadTimeout;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.TlsConfig;
import redisproxy.redis.TlsContext;
import redisproxy.redis.TlsRefusedException;
import redisproxy.redis.Topology;

/** Reads which Redis is meant: the parts of a URL, and the settings that override each of them. Not thread-safe. */
final class RedisSettings {
    private final Settings settings;
    private final @Nullable RedisUrl url;

    private RedisSettings(Settings settings) {
        this.settings = settings;
        this.url = url(settings);
    }

    /**
     * Makes the configuration. Blocks to read the files that it names.
     *
     * @throws ConfigException if a value is not accepted, or a file does not hold what it has to
     */
    static RedisConfig read(Settings settings) {
        RedisSettings redis = new RedisSettings(settings);
        Topology topology = TopologySettings.read(settings, redis.url);
        return new RedisConfig(
                topology,
                CredentialsSettings.read(
                        settings,
                        RedisCatalog.REDIS_USER,
                        RedisCatalog.REDIS_PASSWORD,
                        RedisCatalog.REDIS_PASSWORD_FILE,
                        redis.url),
                redis.tls(),
                redis.database(topology),
                settings.value(RedisCatalog.REDIS_POOL_SIZE),
                new LoadTimeout(settings.value(RedisCatalog.REDIS_TIMEOUT)),
                ReadPolicySettings.read(settings, topology),
                settings.value(RedisCatalog.PINNED_CONNECTIONS));
    }

    private static @Nullable RedisUrl url(Settings settings) {
        String text = settings.optional(RedisCatalog.REDIS_URL);
        if (text == null) {
            return null;
        }
        try {
            return RedisUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("%s: %s".formatted(settings.nameOf(RedisCatalog.REDIS_URL), e.getMessage()));
        }
    }

    private int database(Topology topology) {
        Integer given = settings.optional(RedisCatalog.REDIS_DATABASE);
        Integer inUrl = url == null ? null : url.database();
        int database = given != null ? given : inUrl != null ? inUrl : 0;
        if (database != 0 && topology instanceof Topology.Cluster) {
            throw new ConfigException("%s: database %d is not accepted with a Cluster (expected: 0, which it has alone)"
                    .formatted(
                            settings.nameOf(given == null ? RedisCatalog.REDIS_URL : RedisCatalog.REDIS_DATABASE),
                            database));
        }
        return database;
    }

    private @Nullable TlsContext tls() {
        Boolean given = settings.optional(RedisCatalog.REDIS_TLS);
        boolean isTls = given != null ? given : url != null && url.scheme().isTls();
        if (!isTls) {
            refuseWithoutTls();
            return null;
        }
        Path cert = file(RedisCatalog.REDIS_TLS_CERT_FILE);
        Path key = file(RedisCatalog.REDIS_TLS_KEY_FILE);
        if ((cert == null) != (key == null)) {
            Setting<?> one = cert == null ? RedisCatalog.REDIS_TLS_KEY_FILE : RedisCatalog.REDIS_TLS_CERT_FILE;
            Setting<?> other = cert == null ? RedisCatalog.REDIS_TLS_CERT_FILE : RedisCatalog.REDIS_TLS_KEY_FILE;
            throw new ConfigException(
                    "%s is given without %s (expected: both or none)".formatted(settings.nameOf(one), other));
        }
        TlsConfig tls = new TlsConfig(
                file(RedisCatalog.REDIS_TLS_CA_CERT_FILE),
                cert,
                key,
                settings.value(RedisCatalog.REDIS_TLS_VERIFY),
                settings.optional(RedisCatalog.REDIS_TLS_SERVER_NAME),
                new TlsConfig.Names(
                        settings.nameOf(RedisCatalog.REDIS_TLS_CA_CERT_FILE),
                        settings.nameOf(RedisCatalog.REDIS_TLS_CERT_FILE),
                        settings.nameOf(RedisCatalog.REDIS_TLS_KEY_FILE),
                        settings.nameOf(RedisCatalog.REDIS_TLS_SERVER_NAME)));
        try {
            tls.check();
        } catch (TlsRefusedException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        return new TlsContext(tls);
    }

    /** Whoever has named an authority means that connections are encrypted. */
    private void refuseWithoutTls() {
        for (Setting<?> each : List.of(
                RedisCatalog.REDIS_TLS_CA_CERT_FILE,
                RedisCatalog.REDIS_TLS_CERT_FILE,
                RedisCatalog.REDIS_TLS_KEY_FILE,
                RedisCatalog.REDIS_TLS_SERVER_NAME)) {
            if (settings.given(each).isPresent()) {
                throw new ConfigException("%s is given, but connections to Redis are plain (expected: %s=true too)"
                        .formatted(settings.nameOf(each), RedisCatalog.REDIS_TLS));
            }
        }
    }

    private @Nullable Path file(Setting<String> setting) {
        String name = settings.optional(setting);
        try {
            return name == null ? null : Path.of(name);
        } catch (InvalidPathException e) {
            throw new ConfigException(
                    "%s: '%s' cannot be read (expected: a file)".formatted(settings.nameOf(setting), name));
        }
    }
}
