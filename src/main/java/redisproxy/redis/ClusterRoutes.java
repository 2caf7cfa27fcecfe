package redisproxy.redis;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which node a request goes to, by the slot of its key. Immutable. */
final class ClusterRoutes {
    static final ClusterRoutes NONE = new ClusterRoutes(
            ClusterSlots.NONE,
            Set.of(),
            new @Nullable RedisNode[ClusterSlots.COUNT],
            new @Nullable RedisNode[ClusterSlots.COUNT]);

    private final ClusterSlots slots;
    private final Set<NodeAddress> read;
    private final @Nullable RedisNode[] mastersBySlot;
    private final @Nullable RedisNode[] readersBySlot;
    private final int[] anchors;

    private ClusterRoutes(
            ClusterSlots slots,
            Set<NodeAddress> read,
            @Nullable RedisNode[] mastersBySlot,
            @Nullable RedisNode[] readersBySlot) {
        this.slots = slots;
        this.read = read;
        this.mastersBySlot = mastersBySlot;
        this.readersBySlot = readersBySlot;
        this.anchors = anchors(mastersBySlot);
    }

    /** Finds the node of each slot, and makes those that there are not yet. All is read from masters. */
    static ClusterRoutes of(ClusterSlots slots, RedisNodes nodes) {
        @Nullable RedisNode[] masters = masters(slots, nodes);
        return new ClusterRoutes(slots, slots.masters(), masters, masters);
    }

    /**
     * Finds the nodes of each slot, and makes those that there are not yet, of replicas that are not read from too.
     *
     * @param role what a replica has to be
     * @param readers returns which servers of a shard are read from; a slot is always read from the same one of them
     */
    static ClusterRoutes of(
            ClusterSlots slots, RedisNodes nodes, ServerRole role, Function<Shard, List<NodeAddress>> readers) {
        Map<NodeAddress, List<NodeAddress>> readersOf = new HashMap<>();
        Map<NodeAddress, RedisNode> replicas = new HashMap<>();
        for (Shard shard : slots.shards()) {
            for (NodeAddress replica : shard.replicas()) {
                RedisNode node = nodes.as(role, replica);
                if (node != null) {
                    replicas.put(replica, node);
                }
            }
            readersOf.put(shard.master(), readers.apply(shard));
        }
        @Nullable RedisNode[] masters = masters(slots, nodes);
        @Nullable RedisNode[] bySlot = new @Nullable RedisNode[ClusterSlots.COUNT];
        for (int slot = 0; slot < bySlot.length; slot++) {
            NodeAddress master = slots.master(slot);
            List<NodeAddress> from = master == null ? List.of() : readersOf.getOrDefault(master, List.of());
            if (!from.isEmpty()) {
                NodeAddress reader = from.get(slot % from.size());
                bySlot[slot] = reader.equals(master) ? masters[slot] : replicas.get(reader);
            }
        }
        Set<NodeAddress> read = new HashSet<>();
        readersOf.values().forEach(read::addAll);
        return new ClusterRoutes(slots, read, masters, bySlot);
    }

    private static @Nullable RedisNode[] masters(ClusterSlots slots, RedisNodes nodes) {
        @Nullable RedisNode[] bySlot = new @Nullable RedisNode[ClusterSlots.COUNT];
        NodeAddress last = null;
        RedisNode node = null;
        for (int slot = 0; slot < bySlot.length; slot++) {
            NodeAddress master = slots.master(slot);
            if (master != null && !master.equals(last)) {
                node = nodes.as(ServerRole.ANY, master);
                last = master;
            }
            bySlot[slot] = master == null ? null : node;
        }
        return bySlot;
    }

    ClusterSlots slots() {
        return slots;
    }

    /** Returns the node that holds a slot, or null if none does. */
    @Nullable
    RedisNode master(int slot) {
        return mastersBySlot[slot];
    }

    /** Returns one slot of each master, the first that it holds, in ascending order. Never write to the array. */
    int[] anchors() {
        return anchors;
    }

    private static int[] anchors(@Nullable RedisNode[] masters) {
        Set<RedisNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return IntStream.range(0, masters.length)
                .filter(slot -> masters[slot] != null && seen.add(masters[slot]))
                .toArray();
    }

    /** Returns any node that holds slots, by a number that spreads requests over them; null if there is none. */
    @Nullable
    RedisNode anyMaster(int number) {
        return anchors.length == 0 ? null : mastersBySlot[anchors[Math.floorMod(number, anchors.length)]];
    }

    /** Returns the node that the keys of a slot are read from, or null if there is none. */
    @Nullable
    RedisNode reader(int slot) {
        return readersBySlot[slot];
    }

    /** Returns whether a server is read from. */
    boolean isRead(NodeAddress address) {
        return read.contains(address);
    }
}
