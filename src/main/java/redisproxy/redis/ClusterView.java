package redisproxy.redis;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one node of a Cluster tells of it (Redis documentation, "CLUSTER INFO").
 *
 * @param isOk whether the node finds that the Cluster serves
 * @param epoch the epoch of the Cluster, which grows when slots come to another node
 * @param nodes how many nodes it knows
 * @param slots which nodes hold which slots, or null if it has not been asked
 */
record ClusterView(
        boolean isOk, long epoch, long nodes, @Nullable ClusterSlots slots) {
    /** Reads a reply to {@code CLUSTER INFO}. */
    static ClusterView of(String info) {
        Map<String, String> fields = InfoFields.of(info);
        if (!fields.containsKey("cluster_state")) {
            throw new MalformedReplyException("a reply to CLUSTER INFO without cluster_state");
        }
        return new ClusterView(
                "ok".equals(fields.get("cluster_state")),
                number(fields.get("cluster_current_epoch")),
                number(fields.get("cluster_known_nodes")),
                null);
    }

    private static long number(@Nullable String digits) {
        return digits != null && digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
    }

    ClusterView with(ClusterSlots told) {
        return new ClusterView(isOk, epoch, nodes, told);
    }

    /** Returns whether nothing tells these two apart, so that the slots are likely to be the same. */
    boolean isSameAs(@Nullable ClusterView other) {
        return other != null && isOk == other.isOk && epoch == other.epoch && nodes == other.nodes;
    }
}
