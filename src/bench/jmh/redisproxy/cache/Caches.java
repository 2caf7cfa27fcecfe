package redisproxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Full caches: the keys numbered from zero, small values, nothing that expires while it is measured. */
public final class Caches {
    private static final Duration TTL = Duration.ofHours(1);
    private static final byte[] VALUE = new byte[32];

    static {
        Arrays.fill(VALUE, (byte) 'v');
    }

    private Caches() {}

    public static ReadThroughCache ours(int entries) {
        ReadThroughCache cache =
                new ReadThroughCache(new CacheConfig(entries, TTL), new InstantStore(), Ticker.system());
        for (int i = 0; i < entries; i++) {
            cache.load(Requests.key(i), Nobody.WAITS);
        }
        return cache;
    }

    static Cache<Key, byte[]> caffeine(int entries) {
        Cache<Key, byte[]> cache =
                Caffeine.newBuilder().maximumSize(entries).expireAfterWrite(TTL).build();
        put(entries, cache.asMap());
        cache.cleanUp();
        return cache;
    }

    /** In the order of access and bounded, but without expiry. Not thread-safe. */
    static Map<Key, byte[]> linkedHashMap(int entries) {
        Map<Key, byte[]> map = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, byte[]> eldest) {
                return size() > entries;
            }
        };
        put(entries, map);
        return map;
    }

    static void put(int entries, Map<Key, byte[]> map) {
        for (int i = 0; i < entries; i++) {
            map.put(new Key(Requests.key(i)), newValue());
        }
    }

    /** Returns what a load brings. */
    static byte[] newValue() {
        return VALUE.clone();
    }

    /** Answers at once, so that a load is all the work that the cache itself has with it. */
    private static final class InstantStore implements BackingStore {
        @Override
        public void load(List<Flight> flights) {
            for (Flight flight : flights) {
                flight.sent();
                flight.complete(newValue());
                flight.flush();
            }
        }

        @Override
        public void close() {}
    }

    /** Takes no interest in results. */
    enum Nobody implements LoadListener {
        WAITS;

        @Override
        public void loaded(@Nullable Entry entry) {}

        @Override
        public void failed(BackingStoreException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
