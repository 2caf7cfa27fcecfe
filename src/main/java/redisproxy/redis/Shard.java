package redisproxy.redis;

import java.util.List;

/** A master and the replicas that copy it. Immutable. */
record Shard(NodeAddress master, List<NodeAddress> replicas) {
    Shard {
        replicas = List.copyOf(replicas);
    }
}
