package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.TrackingConfig;
import redisproxy.measure.EventLog;

/** Makes the store for the Redis that a configuration names. */
public final class RedisStores {
    private RedisStores() {}

    /**
     * Makes a store, which takes requests over at once and sends them once it is {@linkplain RedisStore#start started}. Does
     * not block, and connects to nothing yet.
     *
     * @param tracking how Redis reports writes to the cache, or null if it does not
     * @param log is told what becomes of the servers
     * @throws IllegalArgumentException if the topology is one that there is no store for
     */
    public static RedisStore open(RedisConfig config, @Nullable TrackingConfig tracking, EventLog log) {
        Topology topology = config.topology();
        if (topology instanceof Topology.Auto auto) {
            return pinning(config, new AutoStore(config, auto.address(), tracking, log));
        }
        if (topology instanceof Topology.Standalone standalone) {
            return pinning(config, new StandaloneStore(config.node(standalone.address()), tracking, log));
        }
        if (topology instanceof Topology.Cluster cluster) {
            return pinning(config, new ClusterStore(config, cluster, tracking, Tracker.REFUSED_PAUSE, log));
        }
        if (topology instanceof Topology.Sentinel sentinels) {
            return pinning(config, new SentinelStore(config, sentinels, tracking, Tracker.REFUSED_PAUSE, log));
        }
        throw new IllegalArgumentException("topology: " + topology);
    }

    private static <S extends RedisStore & PinTargets> RedisStore pinning(RedisConfig config, S store) {
        return new PinningStore(store, new PinnedConnections(config.pinnedConnections(), config.limit(), store));
    }
}
