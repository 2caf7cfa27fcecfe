package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.ReadFrom;
import redisproxy.redis.ReadPolicy;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.TlsConfig;

/** The settings that say which Redis is behind the cache and how it is asked. {@link SettingsCatalog} lists them among all. */
final class RedisCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<String> REDIS_URL = declare(named("REDIS_URL", new ValueType.Verbatim("URL"))
            .whenUnset("the settings below")
            .help("which Redis: redis://, redis-cluster:// or redis-sentinel:// with user:password@host:port/database, "
                    + "or rediss for TLS; the settings below override it")
            .secret()
            .build());

    static final Setting<RedisMode> REDIS_MODE =
            declare(named("REDIS_MODE", new ValueType.Choice<>("MODE", List.of(RedisMode.values())))
                    .defaultText("auto")
                    .help("how the servers are found: the one that is given tells what it is (auto), holds all keys "
                            + "(standalone), is a node of a Cluster, or a Sentinel")
                    .build());

    static final Setting<String> REDIS_HOST = declare(named("REDIS_HOST", new ValueType.Host("HOST", "REDIS_PORT"))
            .whenUnset("the host in REDIS_URL, or localhost")
            .help("host of the backing Redis")
            .build());

    static final Setting<Integer> REDIS_PORT =
            declare(named("REDIS_PORT", new ValueType.WholeNumber("PORT", 1, NodeAddress.MAX_PORT))
                    .whenUnset("the port in REDIS_URL, or 6379, of a Sentinel 26379")
                    .help("port of the backing Redis")
                    .build());

    static final Setting<String> REDIS_USER = declare(named("REDIS_USER", new ValueType.Verbatim("NAME"))
            .whenUnset("the user in REDIS_URL, or Redis's default user")
            .help("user to authenticate as")
            .build());

    static final Setting<String> REDIS_PASSWORD = declare(named("REDIS_PASSWORD", new ValueType.Verbatim("TEXT"))
            .whenUnset("the password in REDIS_URL, or no authentication")
            .help("password of that user")
            .secret()
            .build());

    static final Setting<String> REDIS_PASSWORD_FILE =
            declare(named("REDIS_PASSWORD_FILE", new ValueType.Verbatim("FILE"))
                    .whenUnset("the value of REDIS_PASSWORD")
                    .help("file that holds the password, instead of REDIS_PASSWORD; read for each new connection")
                    .build());

    static final Setting<Integer> REDIS_DATABASE =
            declare(named("REDIS_DATABASE", new ValueType.WholeNumber("NUMBER", 0, RedisConfig.MAX_DATABASE))
                    .whenUnset("the database in REDIS_URL, or 0")
                    .help("number of the database in Redis")
                    .build());

    static final Setting<String> SENTINEL_MASTER = declare(named("SENTINEL_MASTER", new ValueType.Verbatim("NAME"))
            .whenUnset("the name behind # in REDIS_URL")
            .help("with Sentinels: name under which they know the master")
            .build());

    static final Setting<String> SENTINEL_USER = declare(named("SENTINEL_USER", new ValueType.Verbatim("NAME"))
            .whenUnset("their default user")
            .help("with Sentinels: user to authenticate as to them")
            .build());

    static final Setting<String> SENTINEL_PASSWORD = declare(named("SENTINEL_PASSWORD", new ValueType.Verbatim("TEXT"))
            .whenUnset("no authentication")
            .help("with Sentinels: password of that user")
            .secret()
            .build());

    static final Setting<String> SENTINEL_PASSWORD_FILE =
            declare(named("SENTINEL_PASSWORD_FILE", new ValueType.Verbatim("FILE"))
                    .whenUnset("the value of SENTINEL_PASSWORD")
                    .help("file that holds that password; read for each new connection to a Sentinel")
                    .build());

    static final Setting<Boolean> REDIS_TLS = declare(named("REDIS_TLS", new ValueType.TrueOrFalse())
            .whenUnset("what REDIS_URL begins with, or false")
            .help("whether connections to Redis are encrypted")
            .build());

    static final Setting<String> REDIS_TLS_CA_CERT_FILE =
            declare(named("REDIS_TLS_CA_CERT_FILE", new ValueType.Verbatim("FILE"))
                    .whenUnset("the authorities that Java trusts")
                    .help("with TLS: PEM file with the certificates of the authorities that are trusted")
                    .build());

    static final Setting<String> REDIS_TLS_CERT_FILE =
            declare(named("REDIS_TLS_CERT_FILE", new ValueType.Verbatim("FILE"))
                    .whenUnset("none")
                    .help("with TLS: PEM file with the certificate that the proxy shows to Redis")
                    .build());

    static final Setting<String> REDIS_TLS_KEY_FILE =
            declare(named("REDIS_TLS_KEY_FILE", new ValueType.Verbatim("FILE"))
                    .whenUnset("none")
                    .help("with TLS: PEM file with the key of that certificate")
                    .build());

    static final Setting<TlsConfig.Verify> REDIS_TLS_VERIFY = declare(named(
                    "REDIS_TLS_VERIFY", new ValueType.Choice<>("WHAT", List.of(TlsConfig.Verify.values())))
            .defaultText("full")
            .help("with TLS: what is verified of the server: authority and host, the authority (ca), or nothing")
            .build());

    static final Setting<String> REDIS_TLS_SERVER_NAME =
            declare(named("REDIS_TLS_SERVER_NAME", new ValueType.Host("NAME", "REDIS_PORT"))
                    .whenUnset("the host that is connected to")
                    .help("with TLS: name that the server is asked for and that its certificate has to hold")
                    .build());

    static final Setting<Integer> REDIS_POOL_SIZE =
            declare(named("REDIS_POOL_SIZE", new ValueType.WholeNumber("NUMBER", 1, RedisConfig.MAX_POOL_SIZE))
                    .defaultText("8")
                    .help("connections to Redis")
                    .build());

    static final Setting<Integer> PINNED_CONNECTIONS = declare(named(
                    "PINNED_CONNECTIONS", new ValueType.WholeNumber("NUMBER", 0, RedisConfig.MAX_PINNED_CONNECTIONS))
            .defaultText("100")
            .help("clients that may have a connection to Redis to themselves at one time: they are in a transaction, "
                    + "watch keys, wait for elements, have subscriptions, monitor, or have selected another database; "
                    + "with 0 none may")
            .build());

    static final Setting<Duration> REDIS_TIMEOUT =
            declare(named("REDIS_TIMEOUT", new ValueType.Time(RedisConfig.MIN_TIMEOUT, RedisConfig.MAX_TIMEOUT))
                    .defaultText("5")
                    .help("seconds that a load may take before the request is refused")
                    .changeable()
                    .build());

    static final Setting<ReadFrom> READ_FROM = declare(named(
                    "READ_FROM", new ValueType.Choice<>("WHICH", List.of(ReadFrom.values())))
            .defaultText("primary")
            .help("with a Cluster or Sentinels: which servers are read from: masters (primary), replicas, replicas "
                    + "and without a usable one the master (prefer-replica), or the nearest")
            .build());

    static final Setting<String> ZONE = declare(named("ZONE", new ValueType.Name("NAME", ReadPolicy.MAX_ZONE_LENGTH))
            .whenUnset("all servers are alike")
            .help("with READ_FROM: availability zone of the proxy; servers that tell the same one are preferred")
            .build());

    static final Setting<Boolean> READ_DISCONNECTED_REPLICAS =
            declare(named("READ_DISCONNECTED_REPLICAS", new ValueType.TrueOrFalse())
                    .defaultText("false")
                    .help("with READ_FROM: whether replicas are read from whose link to their master is down")
                    .build());

    private RedisCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }
}
