package redisproxy.bench;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.util.JedisClusterCRC16;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.Reply;

/**
 * A Redis Cluster without replicas.
 *
 * @param masters its nodes, which share the slots evenly
 */
record Cluster(List<Server> masters) {
    private static final int SLOTS = 16_384;

    /** Makes one of nodes that have just started, and waits until each finds that all slots are served. */
    static Cluster of(List<Server> nodes) {
        for (int index = 0; index < nodes.size(); index++) {
            try (RedisControl control = new RedisControl(nodes.get(index).resp())) {
                Stream<String> slots = IntStream.range(
                                firstSlot(index, nodes.size()), firstSlot(index + 1, nodes.size()))
                        .mapToObj(Integer::toString);
                control.call(
                        Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots).toArray(String[]::new));
                control.call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(index + 1));
                Address first = nodes.get(0).resp();
                control.call("CLUSTER", "MEET", first.host(), Integer.toString(first.port()));
            }
        }
        for (Server node : nodes) {
            node.process().awaitAlive("find the Cluster whole", () -> isWhole(node, nodes.size()));
        }
        return new Cluster(nodes);
    }

    private static boolean isWhole(Server node, int nodes) {
        try (RedisControl control = new RedisControl(node.resp())) {
            String info = ((Reply.Bulk) control.call("CLUSTER", "INFO")).bytes().asUtf8();
            return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes);
        }
    }

    /** Sets all keys, each at the node that holds its slot. */
    void fill(Data data) {
        for (int index = 0; index < masters.size(); index++) {
            int here = index;
            data.fill(
                    masters.get(index).resp(),
                    key -> holder(JedisClusterCRC16.getSlot(data.key(key)), masters.size()) == here);
        }
    }

    /** Returns the index of the node that holds a slot, of so many nodes. */
    static int holder(int slot, int nodes) {
        return IntStream.range(0, nodes)
                .filter(index -> slot < firstSlot(index + 1, nodes))
                .findFirst()
                .orElseThrow();
    }

    private static int firstSlot(int index, int nodes) {
        return SLOTS * index / nodes;
    }

    Backing backing() {
        return new Backing(masters, Backing.flags(masters.get(0)));
    }
}
