package redisproxy.redis;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origins;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/**
 * The nodes of a Cluster and the routes to them, which follow the slots, and which of the replicas may be read from. Thread-safe; no
 * method blocks but {@link #close}.
 */
final class ClusterRouting implements ReplicaWatch.Follower, AutoCloseable {
    private static final String SUBJECT = "cluster";

    private final RedisNodes nodes;
    private final ServerRole replicaRole;
    private final EventLog log;

    /** Null if all is read from masters. */
    private final @Nullable ReplicaWatch replicas;

    /** Held while routes are found and nodes removed: those that routes lead to must not be. */
    private final Object lock = new Object();

    private volatile ClusterRoutes routes = ClusterRoutes.NONE;

    ClusterRouting(RedisConfig config, RedisNodes nodes, EventLog log) {
        this.nodes = nodes;
        this.log = log;
        this.replicaRole = config.replicaRole();
        this.replicas = config.reads().from() == ReadFrom.PRIMARY
                ? null
                : new ReplicaWatch(config.reads(), config.limit(), nodes::all, this, log);
    }

    void start(Origins origins) {
        nodes.start(origins);
        if (replicas != null) {
            replicas.start();
        }
    }

    ClusterRoutes routes() {
        return routes;
    }

    boolean readsReplicas() {
        return replicas != null;
    }

    /** Returns a node that others refer to, though its slots may be told to be elsewhere; null if there are too many nodes. */
    @Nullable
    RedisNode at(NodeAddress address) {
        return nodes.at(address, ServerRole.ANY);
    }

    /** From now on requests go by these slots. Returns the slots that have come to another node. */
    BitSet follow(ClusterSlots next) {
        BitSet moved = new BitSet();
        synchronized (lock) {
            ClusterSlots before = routes.slots();
            if (next == before) {
                return moved;
            }
            moved = next.movedSince(before);
            routes = find(next);
            if (before == ClusterSlots.NONE) {
                log.tell(EventKind.SLOTS_FOUND, SUBJECT, "The Cluster has " + next);
                return new BitSet();
            }
        }
        if (!moved.isEmpty()) {
            log.tell(
                    EventKind.SLOTS_MOVED,
                    SUBJECT,
                    "Slots of the Cluster that have moved: %d; it has %s".formatted(moved.cardinality(), next));
        }
        return moved;
    }

    private ClusterRoutes find(ClusterSlots slots) {
        return replicas == null
                ? ClusterRoutes.of(slots, nodes)
                : ClusterRoutes.of(slots, nodes, replicaRole, replicas::readers);
    }

    /** Removes the nodes that no route leads to any more. */
    void removeOthers() {
        synchronized (lock) {
            ClusterSlots slots = routes.slots();
            nodes.removeAllBut(replicas == null ? slots.masters() : Set.copyOf(slots.nodes()));
        }
    }

    /** Does what {@link ReplicaWatch#suspect} does, if there is one. */
    boolean suspect(NodeAddress address, String why, boolean asksAtOnce) {
        return replicas != null && replicas.suspect(address, why, asksAtOnce);
    }

    /** Does what {@link ReplicaWatch#lost} does, if there is one. */
    boolean lost(NodeAddress address, String why) {
        return replicas != null && replicas.lost(address, why);
    }

    @Override
    public List<Shard> shards() {
        return routes.slots().shards();
    }

    @Override
    public void readersChanged(Set<NodeAddress> left) {
        synchronized (lock) {
            left.forEach(nodes::renew);
            routes = find(routes.slots());
        }
        removeOthers();
    }

    List<NodeStats> stats() {
        ClusterRoutes present = routes;
        Map<NodeAddress, NodeAddress> masters = new HashMap<>();
        present.slots().shards().forEach(shard -> shard.replicas().forEach(one -> masters.put(one, shard.master())));
        List<NodeStats> all = new ArrayList<>();
        nodes.all().forEach((address, node) -> {
            NodeAddress master = masters.get(address);
            all.add(node.stats(
                    master == null ? NodeStats.Role.MASTER : NodeStats.Role.REPLICA,
                    present.slots().count(master == null ? address : master),
                    present.isRead(address)));
        });
        return all;
    }

    @Nullable
    String lostThread() {
        return nodes.lostThread();
    }

    @Override
    public void close() {
        if (replicas != null) {
            replicas.close();
        }
        nodes.close();
    }
}
