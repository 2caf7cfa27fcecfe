package redisproxy.features;

import redisproxy.testkit.RedisCluster;

/** The Redis Cluster of all scenarios that break nothing. The first of them starts it. */
final class SharedCluster {
    private static RedisCluster cluster;

    private SharedCluster() {}

    static synchronized RedisCluster get() {
        if (cluster == null) {
            cluster = RedisCluster.started(/* masters= */ 3, /* replicas= */ 0);
        }
        return cluster;
    }

    static synchronized void stop() {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }
}
