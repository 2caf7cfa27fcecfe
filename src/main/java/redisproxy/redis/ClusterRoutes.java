package redisproxy.redis;

import org.jspecify.annotations.Nullable;

/** Which node a request goes to, by the slot of its key. Immutable. */
final class ClusterRoutes {
    static final ClusterRoutes NONE = new ClusterRoutes(ClusterSlots.NONE, new @Nullable RedisNode[ClusterSlots.COUNT]);

    private final ClusterSlots slots;
    private final @Nullable RedisNode[] bySlot;

    private ClusterRoutes(ClusterSlots slots, @Nullable RedisNode[] bySlot) {
        this.slots = slots;
        this.bySlot = bySlot;
    }

    /** Finds the node of each slot, and makes those that there are not yet. */
    static ClusterRoutes of(ClusterSlots slots, ClusterNodes nodes) {
        @Nullable RedisNode[] bySlot = new @Nullable RedisNode[ClusterSlots.COUNT];
        NodeAddress last = null;
        RedisNode node = null;
        for (int slot = 0; slot < bySlot.length; slot++) {
            NodeAddress master = slots.master(slot);
            if (master != null && !master.equals(last)) {
                node = nodes.at(master);
                last = master;
            }
            bySlot[slot] = master == null ? null : node;
        }
        return new ClusterRoutes(slots, bySlot);
    }

    ClusterSlots slots() {
        return slots;
    }

    /** Returns the node that holds a slot, or null if none does. */
    @Nullable
    RedisNode node(int slot) {
        return bySlot[slot];
    }
}
