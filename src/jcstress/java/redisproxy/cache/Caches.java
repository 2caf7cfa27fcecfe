package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Small caches, and reads of their contents. */
final class Caches {
    static final byte[] KEY = "the key".getBytes(UTF_8);

    private static final Duration TTL = Duration.ofHours(1);
    private static final int CAPACITY = 2;

    private Caches() {}

    static ReadThroughCache ttl(BackingStore store) {
        return new ReadThroughCache(config(null), store, Ticker.system());
    }

    static ReadThroughCache ttl(BackingStore store, Ticker ticker) {
        return new ReadThroughCache(config(null), store, ticker);
    }

    /** A cache to which writes are not reported yet. */
    static ReadThroughCache lost(BackingStore store) {
        TrackingConfig tracking = new TrackingConfig(List.of(), TrackingConfig.MAX_HEARTBEAT, Duration.ZERO);
        return new ReadThroughCache(config(tracking), store, Ticker.system());
    }

    static ReadThroughCache tracking(BackingStore store) {
        ReadThroughCache cache = lost(store);
        cache.origin().begin(Coherence.TRACKING);
        return cache;
    }

    private static CacheConfig config(TrackingConfig tracking) {
        return new CacheConfig(CAPACITY, TTL, CAPACITY, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
    }

    /** Returns the value that is cached of the key, or "none". */
    static String look(ReadThroughCache cache) {
        return look(cache, KEY);
    }

    static String look(ReadThroughCache cache, byte[] key) {
        Entry entry = cache.getIfPresent(key, 0, key.length);
        return entry == null ? "none" : text(entry, key);
    }

    /** Returns the value of an entry, or "broken" if anything about it is not as it was made. */
    static String text(Entry entry, byte[] key) {
        boolean isWhole = Arrays.equals(entry.keyBytes(), key)
                && entry.hash == KeyHash.hash(key, 0, key.length)
                && entry.deadline != 0
                && !entry.isAbsent();
        return isWhole ? new String(entry.array(), entry.valueOffset(), entry.valueLength(), UTF_8) : "broken";
    }
}
