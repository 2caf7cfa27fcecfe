package redisproxy.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plainest cache that evicts by exact LRU and after a time: a LinkedHashMap in the order of access, and a lock. */
final class SynchronizedLru {
    private record Timed(byte[] value, long deadline) {}

    private final Map<Key, Timed> entries;
    private final long ttlNanos;

    SynchronizedLru(int maxEntries, long ttlNanos) {
        this.ttlNanos = ttlNanos;
        this.entries = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Timed> eldest) {
                return size() > maxEntries;
            }
        };
    }

    byte @Nullable [] getIfPresent(Key key) {
        long now = System.nanoTime();
        synchronized (entries) {
            Timed found = entries.get(key);
            return found == null || found.deadline - now <= 0 ? null : found.value;
        }
    }

    void put(Key key, byte[] value) {
        long deadline = System.nanoTime() + ttlNanos;
        synchronized (entries) {
            entries.put(key, new Timed(value, deadline));
        }
    }
}
