package redisproxy.cache;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a {@link BackingStore}. An immutable snapshot; its parts may be some requests apart.
 *
 * @param topology how the servers are found
 * @param isEncrypted whether connections to them are
 * @param nodes the servers that the store reads from
 * @param tracking whether the store reports writes
 * @param watch those that tell the store which server to read from, or null if nobody has to
 */
public record StoreStats(
        Topology topology,
        boolean isEncrypted,
        List<NodeStats> nodes,
        TrackingStatus tracking,
        @Nullable WatchStats watch) {
    /** The figures of a store that has none. */
    public static final StoreStats NONE = new StoreStats(Topology.UNKNOWN, false, List.of(), TrackingStatus.OFF, null);

    /** How the servers are found that hold the keys. */
    public enum Topology {
        /** The server has not told yet what it is, or is one that holds no keys. */
        UNKNOWN,
        /** One server holds all keys. */
        STANDALONE,
        /** The nodes of a Cluster tell which of them holds which keys. */
        CLUSTER,
        /** Sentinels tell which server is the master. */
        SENTINEL
    }

    public StoreStats {
        nodes = List.copyOf(nodes);
    }

    /**
     * Makes the figures of a store from those of its servers: it reports writes if each of them does that may be read from.
     *
     * @param watch those that tell the store which server to read from, or null if nobody has to
     */
    public static StoreStats of(
            Topology topology, boolean isEncrypted, List<NodeStats> nodes, @Nullable WatchStats watch) {
        return new StoreStats(
                topology,
                isEncrypted,
                nodes,
                readable(nodes)
                        .map(NodeStats::tracking)
                        .reduce(TrackingStatus::and)
                        .orElse(TrackingStatus.OFF),
                watch);
    }

    private static Stream<NodeStats> readable(List<NodeStats> nodes) {
        return nodes.stream().filter(node -> node.isRead() || node.role() != NodeStats.Role.REPLICA);
    }

    /** Returns whether some of the servers report no writes at present though they should, and others do what they should. */
    public boolean isPartlyTracked() {
        long lost = readable(nodes)
                .filter(node -> node.tracking().state() == TrackingStatus.State.DISCONNECTED)
                .count();
        return lost > 0 && lost < readable(nodes).count();
    }

    /**
     * Returns in one word how the cache follows writes: {@code ttl}, {@code tracking}, {@code partly} or {@code lost}.
     *
     * @param ofCache what the cache knows of writes to all servers together
     */
    public String coherence(Coherence ofCache) {
        return isPartlyTracked() ? "partly" : ofCache.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the state of the circuit breaker in one word, the worst if there are several: {@code closed} while requests are
     * sent. It is {@code open} if there is no server to send them to.
     */
    public String circuit() {
        return readable(nodes)
                .map(NodeStats::circuit)
                .max(Comparator.naturalOrder())
                .orElse(watch == null ? NodeStats.Circuit.CLOSED : NodeStats.Circuit.OPEN)
                .name()
                .toLowerCase(Locale.ROOT);
    }
}
