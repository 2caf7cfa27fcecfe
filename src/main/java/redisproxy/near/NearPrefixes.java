package redisproxy.near;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Which clients are told of all keys with which prefixes. Thread-safe: changes take a lock, the search for a key does not. */
final class NearPrefixes {
    @GuardedBy("this")
    private final Map<NearKey, Set<NearCache>> clients = new HashMap<>();

    private volatile Snapshot snapshot = new Snapshot(Map.of(), List.of());

    /** The same, unchanging but for the sets, with the different lengths of the prefixes. */
    private record Snapshot(Map<NearKey, Set<NearCache>> clients, List<Integer> lengths) {}

    synchronized void add(NearKey prefix, NearCache client) {
        Set<NearCache> of = clients.get(prefix);
        if (of == null) {
            of = ConcurrentHashMap.newKeySet();
            clients.put(prefix, of);
            // The client is in the set before others see the set.
            of.add(client);
            publish();
        } else {
            of.add(client);
        }
    }

    synchronized void remove(NearKey prefix, NearCache client) {
        Set<NearCache> of = clients.get(prefix);
        if (of != null && of.remove(client) && of.isEmpty()) {
            clients.remove(prefix);
            publish();
        }
    }

    @GuardedBy("this")
    private void publish() {
        List<Integer> lengths = clients.keySet().stream()
                .map(prefix -> prefix.bytes.length)
                .distinct()
                .sorted()
                .toList();
        snapshot = new Snapshot(Map.copyOf(clients), lengths);
    }

    /** Hands over each client with a prefix that the key begins with, once for each such prefix. */
    void forEach(byte[] key, Consumer<NearCache> told) {
        Snapshot present = snapshot;
        for (int length : present.lengths) {
            if (length > key.length) {
                return;
            }
            Set<NearCache> of = present.clients.get(new NearKey(Arrays.copyOf(key, length)));
            if (of != null) {
                of.forEach(told);
            }
        }
    }

    int size() {
        return snapshot.clients.size();
    }
}
