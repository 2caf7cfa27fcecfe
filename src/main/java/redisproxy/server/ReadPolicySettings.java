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
            return new ReadPolicy(from, zone, readsDisconnected);
        }
        if (readsDisconnected) {
            throw withoutReplicas(settings);
        }
        if (zone != null) {
            // The environment may have a variable of this name for others.
            settings.note("%s: applies with %s=%s, %s or %s alone, so masters are read from wherever they are"
                    .formatted(
                            settings.nameOf(RedisCatalog.ZONE),
                            RedisCatalog.READ_FROM,
                            ReadFrom.REPLICA,
                            ReadFrom.PREFER_REPLICA,
                            ReadFrom.NEAREST));
        }
        return ReadPolicy.PRIMARY;
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

    private static ConfigException withoutReplicas(Settings settings) {
        return new ConfigException(
                "%s: 'true' is given, but masters alone are read from (expected: %s=%s, %s or %s too, or no %s)"
                        .formatted(
                                settings.nameOf(RedisCatalog.READ_DISCONNECTED_REPLICAS),
                                RedisCatalog.READ_FROM,
                                ReadFrom.REPLICA,
                                ReadFrom.PREFER_REPLICA,
                                ReadFrom.NEAREST,
                                RedisCatalog.READ_DISCONNECTED_REPLICAS));
    }
}
