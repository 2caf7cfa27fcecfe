package redisproxy.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says which servers of a shard are read from, by what they have told of themselves. Thread-safe; no method blocks. */
final class ReaderChoice {
    /** A server has to be nearer by so much to be preferred to the one that is read from: times change by chance. */
    private static final double NEARER = 0.7;

    private static final long NEARER_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final ReadPolicy policy;
    private final Map<NodeAddress, ServerHealth> health;

    /** The replicas that values may have been kept of: from before one is read from. */
    private final Set<NodeAddress> readFrom = ConcurrentHashMap.newKeySet();

    /** The nearest server of each shard, by its master. */
    private final Map<NodeAddress, NodeAddress> nearest = new ConcurrentHashMap<>();

    /** Makes the choice by a policy; {@code health} is what is known of the servers at any time, and thread-safe. */
    ReaderChoice(ReadPolicy policy, Map<NodeAddress, ServerHealth> health) {
        this.policy = policy;
        this.health = health;
    }

    /** Returns the servers of a shard that are read from, each for a part of the keys. May be empty. */
    List<NodeAddress> readers(Shard shard) {
        List<NodeAddress> usable = new ArrayList<>(shard.replicas());
        usable.removeIf(replica -> problem(shard, replica) != null);
        readFrom.addAll(usable);
        if (policy.from() == ReadFrom.NEAREST) {
            if (problem(shard, shard.master()) == null || usable.isEmpty()) {
                usable.add(shard.master());
            }
            return List.of(nearest(shard.master(), inZone(usable)));
        }
        if (usable.isEmpty() && policy.from() == ReadFrom.PREFER_REPLICA) {
            return List.of(shard.master());
        }
        return inZone(usable);
    }

    /** Returns why a server of a shard is not read from; null if it may be. */
    ServerHealth.@Nullable Problem problem(Shard shard, NodeAddress address) {
        ServerHealth known = health.get(address);
        if (known == null) {
            return ServerHealth.Problem.UNKNOWN;
        }
        if (address.equals(shard.master())) {
            return known.asMaster();
        }
        ServerHealth master = health.get(shard.master());
        ServerHealth.Problem ofMaster = master == null ? null : master.failure();
        ServerHealth.Problem problem =
                known.asReplica(master == null ? null : master.history(), policy.readsDisconnected());
        return ofMaster != null && ServerHealth.Problem.OF_UNKNOWN.equals(problem)
                ? new ServerHealth.Problem(
                        "its master has not told what it has: " + ofMaster.why(), /* isToLeave= */ false)
                : problem;
    }

    private List<NodeAddress> inZone(List<NodeAddress> usable) {
        String zone = policy.zone();
        if (zone == null) {
            return usable;
        }
        List<NodeAddress> inZone = usable.stream()
                .filter(address -> {
                    ServerHealth known = health.get(address);
                    return known != null && known.isIn(zone);
                })
                .toList();
        return inZone.isEmpty() ? usable : inZone;
    }

    /** Returns the nearest of some servers: the same as the last time, unless another one is nearer by far. */
    private NodeAddress nearest(NodeAddress master, List<NodeAddress> of) {
        NodeAddress best =
                of.stream().min(Comparator.comparingLong(this::roundTripNanos)).orElse(master);
        NodeAddress before = nearest.get(master);
        if (before != null
                && of.contains(before)
                && roundTripNanos(before) * NEARER - NEARER_NANOS < roundTripNanos(best)) {
            return before;
        }
        nearest.put(master, best);
        return best;
    }

    private long roundTripNanos(NodeAddress address) {
        ServerHealth known = health.get(address);
        return known == null ? Long.MAX_VALUE : known.roundTripNanos();
    }

    /** Forgets all servers but these. */
    void retain(Set<NodeAddress> present) {
        readFrom.retainAll(present);
        nearest.keySet().retainAll(present);
    }

    /** Notes that nothing is kept of a replica any more; returns whether something may have been. */
    boolean leave(NodeAddress replica) {
        return readFrom.remove(replica);
    }

    /** Notes that values of these replicas may have been kept. */
    void mayHaveRead(Collection<NodeAddress> replicas) {
        readFrom.addAll(replicas);
    }
}
