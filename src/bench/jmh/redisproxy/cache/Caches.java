package redisproxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
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
        return ours(entries, null);
    }

    public static ReadThroughCache ours(int entries, @Nullable AccessSampler sampler) {
        ReadThroughCache cache =
                new ReadThroughCache(new CacheConfig(entries, TTL), new InstantStore(), Ticker.system(), null, sampler);
        for (int i = 0; i < entries; i++) {
            cache.load(Requests.key(i), Nobody.WAITS);
        }
        return cache;
    }

    static Cache<Key, byte[]> caffeine(int entries) {
        Cache<Key, byte[]> cache =
                Caffeine.newBuilder().maximumSize(entries).expireAfterWrite(TTL).build();
        for (int i = 0; i < entries; i++) {
            cache.put(new Key(Requests.key(i)), newValue());
        }
        cache.cleanUp();
        return cache;
    }

    static SynchronizedLru synchronizedLru(int entries) {
        SynchronizedLru cache = new SynchronizedLru(entries, TTL.toNanos());
        for (int i = 0; i < entries; i++) {
            cache.put(new Key(Requests.key(i)), newValue());
        }
        return cache;
    }

    /** No cache: nothing is evicted. */
    static Map<Key, byte[]> hashMap(int entries) {
        Map<Key, byte[]> map = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            map.put(new Key(Requests.key(i)), newValue());
        }
        return map;
    }

    /** Returns what a load brings. */
    static byte[] newValue() {
        return VALUE.clone();
    }

    /** Answers at once, so that a load is all the work that the cache itself has with it. */
    private static final class InstantStore implements BackingStore {
        @Override
        public void load(List<? extends Load> loads) {
            for (Load load : loads) {
                load.sending();
                load.complete(newValue());
                load.flush();
            }
        }

        @Override
        public void close() {}
    }

    /** Takes no interest in results. */
    enum Nobody implements LoadListener {
        WAITS;

        @Override
        public void loaded(Entry entry, Provenance provenance) {}

        @Override
        public void failed(BackingStoreException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
