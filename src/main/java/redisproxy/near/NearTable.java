package redisproxy.near;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which clients have read which keys since they were last told of them. Bounded by the number of keys and by their memory: beyond that
 * the oldest keys are given up. Thread-safe; each part has a lock of its own, which is held briefly.
 */
final class NearTable {
    private static final int PARTS = 64;

    /** With fewer keys than this for each part, the bound of each would be far from that of the whole. */
    private static final int MIN_KEYS_OF_PART = 1024;

    /** What a key takes beside its bytes, and a client of it, estimated. */
    private static final int KEY_OVERHEAD = 112;

    private static final int ITEM_OVERHEAD = 48;

    /** From so many clients of one key on, those are looked for that have left, each time the number has doubled. */
    private static final int MANY_CLIENTS = 16;

    private final Part[] parts;

    /** Makes a table of at most so many keys, which take about {@code maxBytes} with their clients. */
    NearTable(int maxKeys, long maxBytes) {
        int count = maxKeys < PARTS * MIN_KEYS_OF_PART ? 1 : PARTS;
        parts = new Part[count];
        for (int i = 0; i < count; i++) {
            parts[i] = new Part(maxKeys / count, maxBytes / count);
        }
    }

    /** Notes that a client is about to read a key. {@code evicted} takes what is given up for it, outside any lock. */
    void add(NearKey key, NearCache client, BiConsumer<NearKey, Collection<NearCache>> evicted) {
        Map<NearKey, Collection<NearCache>> over = part(key).add(key, client);
        if (over != null) {
            over.forEach(evicted);
        }
    }

    /** Forgets a key; returns the clients that have read it. */
    Collection<NearCache> remove(NearKey key) {
        return part(key).remove(key);
    }

    /** Forgets all keys that match; {@code removed} takes each, outside any lock. */
    void removeIf(Predicate<byte[]> matches, BiConsumer<NearKey, Collection<NearCache>> removed) {
        for (Part part : parts) {
            part.removeIf(matches).forEach(removed);
        }
    }

    void clear() {
        for (Part part : parts) {
            part.clear();
        }
    }

    long keys() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.keys();
        }
        return sum;
    }

    long items() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.items();
        }
        return sum;
    }

    private Part part(NearKey key) {
        int mixed = key.hashCode() * 0x9E3779B9;
        return parts[(mixed >>> 16) % parts.length];
    }

    private static final class Part {
        private final int maxKeys;
        private final long maxBytes;

        /** The clients of each key, a collection that is never empty; the oldest key first. */
        @GuardedBy("this")
        private final Map<NearKey, Collection<NearCache>> clients = new LinkedHashMap<>();

        @GuardedBy("this")
        private long bytes;

        @GuardedBy("this")
        private long items;

        Part(int maxKeys, long maxBytes) {
            this.maxKeys = maxKeys;
            this.maxBytes = maxBytes;
        }

        /** Returns what had to be given up, or null for nothing. */
        @Nullable
        synchronized Map<NearKey, Collection<NearCache>> add(NearKey key, NearCache client) {
            Collection<NearCache> of = clients.get(key);
            if (of == null) {
                clients.put(key, List.of(client));
                bytes += KEY_OVERHEAD + key.bytes.length;
                count(1);
            } else if (of.contains(client)) {
                return null;
            } else {
                clients.put(key, with(of, client));
            }
            return fit();
        }

        @GuardedBy("this")
        private Collection<NearCache> with(Collection<NearCache> of, NearCache client) {
            Collection<NearCache> more = of instanceof Set ? of : new HashSet<>(of);
            if (more.size() >= MANY_CLIENTS && Integer.bitCount(more.size()) == 1) {
                int before = more.size();
                more.removeIf(NearCache::isGone);
                count(more.size() - before);
            }
            more.add(client);
            count(1);
            return more;
        }

        @GuardedBy("this")
        private void count(int added) {
            items += added;
            bytes += (long) added * ITEM_OVERHEAD;
        }

        @GuardedBy("this")
        private @Nullable Map<NearKey, Collection<NearCache>> fit() {
            Map<NearKey, Collection<NearCache>> over = null;
            Iterator<Map.Entry<NearKey, Collection<NearCache>>> oldest =
                    clients.entrySet().iterator();
            while ((clients.size() > maxKeys || bytes > maxBytes) && oldest.hasNext()) {
                Map.Entry<NearKey, Collection<NearCache>> entry = oldest.next();
                over = over == null ? new LinkedHashMap<>() : over;
                over.put(entry.getKey(), entry.getValue());
                oldest.remove();
                forget(entry.getKey(), entry.getValue());
            }
            return over;
        }

        @GuardedBy("this")
        private void forget(NearKey key, Collection<NearCache> of) {
            bytes -= KEY_OVERHEAD + key.bytes.length;
            count(-of.size());
        }

        synchronized Collection<NearCache> remove(NearKey key) {
            Collection<NearCache> of = clients.remove(key);
            if (of == null) {
                return List.of();
            }
            forget(key, of);
            return of;
        }

        synchronized Map<NearKey, Collection<NearCache>> removeIf(Predicate<byte[]> matches) {
            Map<NearKey, Collection<NearCache>> removed = new LinkedHashMap<>();
            clients.forEach((key, of) -> {
                if (matches.test(key.bytes)) {
                    removed.put(key, of);
                }
            });
            new ArrayList<>(removed.keySet()).forEach(this::remove);
            return removed;
        }

        synchronized void clear() {
            clients.clear();
            bytes = 0;
            items = 0;
        }

        synchronized long keys() {
            return clients.size();
        }

        synchronized long items() {
            return items;
        }
    }
}
