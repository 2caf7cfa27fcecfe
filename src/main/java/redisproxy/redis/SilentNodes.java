package redisproxy.redis;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes that have been asked and have not answered. For a while they are asked after all others: to wait for them while
 * slots move delays what the others could tell. Not thread-safe.
 */
final class SilentNodes {
    private static final Duration REMEMBERED = Duration.ofSeconds(2);

    private final Map<NodeAddress, Long> askedNanos = new HashMap<>();

    void add(NodeAddress node) {
        askedNanos.put(node, System.nanoTime());
    }

    void remove(NodeAddress node) {
        askedNanos.remove(node);
    }

    boolean contains(NodeAddress node) {
        return askedNanos.containsKey(node);
    }

    /** Puts those that are silent at the end, and leaves the others in their order. */
    void sort(List<NodeAddress> nodes) {
        long now = System.nanoTime();
        askedNanos.values().removeIf(asked -> now - asked >= REMEMBERED.toNanos());
        nodes.sort(Comparator.comparing(this::contains));
    }
}
