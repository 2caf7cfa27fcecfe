package redisproxy.soak;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisException;
import redisproxy.testkit.RedisCluster;

/** Increments the counters in turn, directly in a Cluster, and goes on after every fault. */
final class ClusterWriter implements Runnable {
    private static final long PACE_MILLIS = 3;
    private static final long RETRY_MILLIS = 50;

    private final Set<HostAndPort> nodes;
    private final Contents contents;
    private final CountDownLatch stop;
    private final ReentrantLock writing = new ReentrantLock();

    /** How often it has gone on: connections from before may lead to a node that does not answer. */
    private final AtomicInteger starts = new AtomicInteger();

    ClusterWriter(RedisCluster cluster, Contents contents, CountDownLatch stop) {
        this.nodes = cluster.addresses().stream()
                .map(node -> new HostAndPort(node.host(), node.port()))
                .collect(Collectors.toSet());
        this.contents = contents;
        this.stop = stop;
    }

    @Override
    public void run() {
        try {
            while (!stop.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                writeUntilRefused();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilRefused() throws InterruptedException {
        int begun = starts.get();
        try (RedisClusterClient cluster =
                RedisClusterClient.builder().nodes(nodes).build()) {
            while (true) {
                for (Counter counter : contents.counters()) {
                    writing.lock();
                    try {
                        if (starts.get() != begun) {
                            return;
                        }
                        counter.increment(cluster::set);
                    } finally {
                        writing.unlock();
                    }
                    if (stop.await(PACE_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (JedisException e) {
            // A node is down, or a slot has no node.
        }
    }

    /** Writes nothing until it goes on: a Cluster may lose what its replicas have not had. Call both on one thread. */
    void pause() {
        writing.lock();
    }

    void goOn() {
        starts.incrementAndGet();
        writing.unlock();
    }
}
