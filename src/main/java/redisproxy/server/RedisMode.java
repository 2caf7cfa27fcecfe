package redisproxy.server;

import java.util.Locale;
import redisproxy.redis.Topology;

/** The values of {@link RedisCatalog#REDIS_MODE}. */
enum RedisMode {
    AUTO,
    STANDALONE,
    CLUSTER,
    SENTINEL;

    /** Returns the mode that leads to this topology. */
    static RedisMode of(Topology topology) {
        if (topology instanceof Topology.Auto) {
            return AUTO;
        }
        if (topology instanceof Topology.Cluster) {
            return CLUSTER;
        }
        return topology instanceof Topology.Sentinel ? SENTINEL : STANDALONE;
    }

    /** Returns the value as it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
