package redisproxy.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which node of a Cluster holds which slots, as one of them has told (Redis documentation, "CLUSTER SLOTS"). Immutable.
 */
final class ClusterSlots {
    static final int COUNT = 16_384;

    /** Nodes tell replicas in any order; a key is read from the same one as long as they are the same. */
    private static final Comparator<NodeAddress> BY_NAME = Comparator.comparing(NodeAddress::toString);

    /** Nodes tell this of a name that they should have and have not. */
    private static final String UNKNOWN_NAME = "?";

    static final ClusterSlots NONE = new ClusterSlots(new @Nullable NodeAddress[COUNT], Map.of());

    /** By slot; null for a slot that no node holds. */
    private final @Nullable NodeAddress[] masters;

    /** By their master. */
    private final Map<NodeAddress, Set<NodeAddress>> replicas;

    private ClusterSlots(@Nullable NodeAddress[] masters, Map<NodeAddress, Set<NodeAddress>> replicas) {
        this.masters = masters;
        this.replicas = replicas;
    }

    /**
     * Reads a reply to {@code CLUSTER SLOTS}.
     *
     * @param asked the node that has replied, whose host stands for one that is left out
     * @throws MalformedReplyException if the reply is something else
     */
    static ClusterSlots of(@Nullable Object reply, NodeAddress asked) {
        @Nullable NodeAddress[] masters = new @Nullable NodeAddress[COUNT];
        Map<NodeAddress, Set<NodeAddress>> replicas = new LinkedHashMap<>();
        for (Object range : list(reply, 0)) {
            List<?> fields = list(range, 3);
            int first = slot(fields.get(0));
            int last = slot(fields.get(1));
            NodeAddress master = address(fields.get(2), asked);
            for (int slot = first; slot <= last; slot++) {
                masters[slot] = master;
            }
            Set<NodeAddress> copies = replicas.computeIfAbsent(master, each -> new TreeSet<>(BY_NAME));
            for (Object replica : fields.subList(3, fields.size())) {
                copies.add(address(replica, asked));
            }
        }
        return new ClusterSlots(masters, replicas);
    }

    private static List<?> list(@Nullable Object value, int least) {
        if (value instanceof List<?> elements && elements.size() >= least) {
            return elements;
        }
        throw malformed();
    }

    private static int slot(@Nullable Object number) {
        if (number instanceof Long slot && slot >= 0 && slot < COUNT) {
            return slot.intValue();
        }
        throw malformed();
    }

    private static NodeAddress address(@Nullable Object node, NodeAddress asked) {
        List<?> fields = list(node, 2);
        if (!(fields.get(1) instanceof Long port) || port < 1 || port > NodeAddress.MAX_PORT) {
            throw malformed();
        }
        String host = ControlConnection.text(fields.get(0));
        if (host.equals(UNKNOWN_NAME)) {
            host = otherHost(fields);
        }
        return new NodeAddress(host.isBlank() ? asked.host() : host, port.intValue());
    }

    /** Returns the address that a node tells beside its name, since Redis 7; empty if it does not. */
    private static String otherHost(List<?> fields) {
        if (fields.size() > 3 && fields.get(3) instanceof List<?> more) {
            for (int i = 0; i + 1 < more.size(); i += 2) {
                if (ControlConnection.text(more.get(i)).equals("ip")) {
                    return ControlConnection.text(more.get(i + 1));
                }
            }
        }
        return "";
    }

    private static MalformedReplyException malformed() {
        return new MalformedReplyException("a reply to CLUSTER SLOTS that tells no slots");
    }

    /** Returns the node that holds a slot, or null if none does. */
    @Nullable
    NodeAddress master(int slot) {
        return masters[slot];
    }

    /** Returns the node that holds the slot of a key, or any node that holds slots if the key is null; null if there is none. */
    @Nullable
    NodeAddress masterOf(byte @Nullable [] key) {
        if (key != null) {
            return master(KeySlot.of(key));
        }
        List<NodeAddress> all = List.copyOf(masters());
        return all.isEmpty() ? null : all.get(ThreadLocalRandom.current().nextInt(all.size()));
    }

    /** Returns the nodes that hold slots. */
    Set<NodeAddress> masters() {
        Set<NodeAddress> all = new LinkedHashSet<>();
        for (NodeAddress each : masters) {
            if (each != null) {
                all.add(each);
            }
        }
        return all;
    }

    /** Returns all nodes that are named, masters and replicas. */
    List<NodeAddress> nodes() {
        Set<NodeAddress> all = masters();
        replicas.values().forEach(all::addAll);
        return new ArrayList<>(all);
    }

    /** Returns the masters that hold slots, each with its replicas. */
    List<Shard> shards() {
        Set<NodeAddress> all = masters();
        return all.stream()
                .map(master -> new Shard(
                        master,
                        replicas.getOrDefault(master, Set.of()).stream()
                                .filter(replica -> !all.contains(replica))
                                .toList()))
                .toList();
    }

    /** Returns how many slots a node holds. */
    int count(NodeAddress master) {
        int count = 0;
        for (NodeAddress each : masters) {
            if (master.equals(each)) {
                count++;
            }
        }
        return count;
    }

    /** Returns whether there is a node for each slot. */
    boolean isWhole() {
        for (NodeAddress each : masters) {
            if (each == null) {
                return false;
            }
        }
        return true;
    }

    /** Returns in words how many nodes and slots there are. */
    @Override
    public String toString() {
        int unserved = 0;
        for (NodeAddress each : masters) {
            unserved += each == null ? 1 : 0;
        }
        String unheld = unserved == 0
                ? ""
                : "; %d of %d slots %s on no node".formatted(unserved, COUNT, unserved == 1 ? "is" : "are");
        int copies = replicas.values().stream().mapToInt(Set::size).sum();
        return "%s and %s%s".formatted(counted(masters().size(), "master"), counted(copies, "replica"), unheld);
    }

    private static String counted(int count, String one) {
        return count == 1 ? "1 " + one : "%d %ss".formatted(count, one);
    }

    /** Returns whether the same nodes hold the same slots here and there. */
    boolean isSameAs(ClusterSlots other) {
        return Arrays.equals(masters, other.masters) && replicas.equals(other.replicas);
    }

    /** Returns the slots that another node holds here than there; a slot without a node is not another node's. */
    BitSet movedSince(ClusterSlots earlier) {
        BitSet moved = new BitSet(COUNT);
        for (int slot = 0; slot < COUNT; slot++) {
            moved.set(slot, masters[slot] != null && !Objects.equals(masters[slot], earlier.masters[slot]));
        }
        return moved;
    }
}
