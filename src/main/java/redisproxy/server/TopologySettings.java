package redisproxy.server;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redisproxy.redis.Credentials;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.Topology;

/** Reads which servers are meant, and how they are found: from a URL and the settings beside it. Not thread-safe. */
final class TopologySettings {
    private final Settings settings;
    private final @Nullable RedisUrl url;

    private TopologySettings(Settings settings, @Nullable RedisUrl url) {
        this.settings = settings;
        this.url = url;
    }

    /**
     * Makes the topology. Blocks to read the password file of the Sentinels.
     *
     * @param url the URL that was given, or null
     * @throws ConfigException if a value is not accepted, or settings contradict each other
     */
    static Topology read(Settings settings, @Nullable RedisUrl url) {
        return new TopologySettings(settings, url).read();
    }

    private Topology read() {
        RedisMode mode = mode();
        if (mode == RedisMode.SENTINEL) {
            return new Topology.Sentinel(addresses(RedisUrl.Scheme.SENTINEL_PORT), masterName(), credentials());
        }
        refuseWithoutSentinels();
        List<NodeAddress> addresses = addresses(RedisConfig.DEFAULT_ADDRESS.port());
        if (mode == RedisMode.CLUSTER) {
            return new Topology.Cluster(addresses);
        }
        NodeAddress one = addresses.get(0);
        return mode == RedisMode.STANDALONE ? new Topology.Standalone(one) : new Topology.Auto(one);
    }

    private RedisMode mode() {
        RedisMode given = settings.value(RedisCatalog.REDIS_MODE);
        RedisMode inUrl = url == null ? RedisMode.AUTO : url.scheme().mode();
        if (given == RedisMode.AUTO || given == inUrl) {
            return inUrl;
        }
        if (url != null && inUrl != RedisMode.AUTO) {
            throw new ConfigException("%s: '%s' contradicts %s, which begins with %s (expected: %s, or another URL)"
                    .formatted(
                            settings.nameOf(RedisCatalog.REDIS_MODE),
                            given,
                            settings.nameOf(RedisCatalog.REDIS_URL),
                            url.scheme(),
                            inUrl));
        }
        return given;
    }

    private List<NodeAddress> addresses(int defaultPort) {
        List<NodeAddress> inUrl = url == null
                ? List.of(new NodeAddress(RedisConfig.DEFAULT_ADDRESS.host(), defaultPort))
                : url.addresses();
        String host = settings.optional(RedisCatalog.REDIS_HOST);
        Integer port = settings.optional(RedisCatalog.REDIS_PORT);
        if (host == null && port == null) {
            return inUrl;
        }
        if (inUrl.size() > 1) {
            throw new ConfigException("%s is given beside %s, which has %d hosts (expected: the URL alone)"
                    .formatted(
                            settings.nameOf(host == null ? RedisCatalog.REDIS_PORT : RedisCatalog.REDIS_HOST),
                            settings.nameOf(RedisCatalog.REDIS_URL),
                            inUrl.size()));
        }
        NodeAddress one = inUrl.get(0);
        return List.of(new NodeAddress(host == null ? one.host() : host, port == null ? one.port() : port));
    }

    private String masterName() {
        String given = settings.optional(RedisCatalog.SENTINEL_MASTER);
        String inUrl = url == null ? null : url.masterName();
        if (given != null && !given.isBlank()) {
            return given.strip();
        }
        if (inUrl != null) {
            return inUrl;
        }
        throw new ConfigException(
                "%s: the name under which the Sentinels know the master is missing (expected: %s, or it in %s=%shost:port,host:port#name)"
                        .formatted(
                                settings.nameOf(url == null ? RedisCatalog.REDIS_MODE : RedisCatalog.REDIS_URL),
                                RedisCatalog.SENTINEL_MASTER,
                                RedisCatalog.REDIS_URL,
                                url != null && url.scheme().isTls()
                                        ? RedisUrl.Scheme.REDISS_SENTINEL
                                        : RedisUrl.Scheme.REDIS_SENTINEL));
    }

    private Credentials credentials() {
        return CredentialsSettings.read(
                settings,
                RedisCatalog.SENTINEL_USER,
                RedisCatalog.SENTINEL_PASSWORD,
                RedisCatalog.SENTINEL_PASSWORD_FILE,
                null);
    }

    /** Whoever has named a master means that it is found by Sentinels. */
    private void refuseWithoutSentinels() {
        Stream.of(
                        RedisCatalog.SENTINEL_MASTER,
                        RedisCatalog.SENTINEL_USER,
                        RedisCatalog.SENTINEL_PASSWORD,
                        RedisCatalog.SENTINEL_PASSWORD_FILE)
                .filter(each -> settings.given(each).isPresent())
                .findFirst()
                .ifPresent(each -> {
                    throw new ConfigException(
                            "%s is given, but no Sentinels are (expected: %s=%s, or a %s that begins with %s)"
                                    .formatted(
                                            settings.nameOf(each),
                                            RedisCatalog.REDIS_MODE,
                                            RedisMode.SENTINEL,
                                            RedisCatalog.REDIS_URL,
                                            RedisUrl.Scheme.REDIS_SENTINEL));
                });
    }
}
