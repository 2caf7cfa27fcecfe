package redisproxy.server;

import redisproxy.redis.ReadFrom;
import redisproxy.redis.ReadPolicy;
import redisproxy.redis.Topology;

/** Reads which of the servers are read from that hold the same keys. */
final class ReadPolicySettings {
    private ReadPolicySettings() {}

    /**
     * Makes the policy.
     *
     * @param topology which servers are meant
     * @throws ConfigException if a value is not accepted, or settings contradict each other
     */
    static ReadPolicy read(Settings settings, Topology topology) {
        ReadFrom from = settings.value(RedisCatalog.READ_FROM);
        String zone = settings.optional(RedisCatalog.ZONE);
        boolean readsDisconnected = settings.value(RedisCatalog.READ_DISCONNECTED_REPLICAS);
        if (from != ReadFrom.PRIMARY) {
            refuseOneServer(settings, from, topology);
        } else if (zone != null) {
            throw withoutReplicas(settings, RedisCatalog.ZONE, zone);
        } else if (readsDisconnected) {
            throw withoutReplicas(settings, RedisCatalog.READ_DISCONNECTED_REPLICAS, "true");
        }
        return new ReadPolicy(from, zone, readsDisconnected);
    }

    private static void refuseOneServer(Settings settings, ReadFrom from, Topology topology) {
        if (topology instanceof Topology.Standalone) {
            throw new ConfigException(
                    "%s: '%s' contradicts %s, which is %s: one server has no replicas to choose from (expected: %s, or %s=%s or %s)"
                            .formatted(
                                    settings.nameOf(RedisCatalog.READ_FROM),
                                    from,
                                    settings.nameOf(RedisCatalog.REDIS_MODE),
                                    RedisMode.STANDALONE,
                                    ReadFrom.PRIMARY,
                                    RedisCatalog.REDIS_MODE,
                                    RedisMode.CLUSTER,
                                    RedisMode.SENTINEL));
        }
    }

    /** Whoever has named a zone, or wants replicas that are behind, means that replicas are read from. */
    private static ConfigException withoutReplicas(Settings settings, Setting<?> setting, String value) {
        return new ConfigException(
                "%s: '%s' is given, but masters alone are read from (expected: %s=%s, %s or %s too, or no %s)"
                        .formatted(
                                settings.nameOf(setting),
                                value,
                                RedisCatalog.READ_FROM,
                                ReadFrom.REPLICA,
                                ReadFrom.PREFER_REPLICA,
                                ReadFrom.NEAREST,
                                setting));
    }
}
