package redisproxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A miss of a full cache of 1,000,000 entries: a new key is asked for and loaded, and another entry goes for it. */
@State(Scope.Benchmark)
public class InsertBenchmark extends Measured {
    private static final int ENTRIES = 1_000_000;

    private ReadThroughCache ours;
    private Cache<Key, byte[]> caffeine;
    private long next = ENTRIES;

    @Setup
    public void fill() {
        ours = Caches.ours(ENTRIES);
        caffeine = Caches.caffeine(ENTRIES);
    }

    @Benchmark
    public @Nullable Entry ours() {
        byte[] key = Requests.key(next++);
        Entry entry = ours.getIfPresent(key, 0, key.length);
        ours.load(key, Caches.Nobody.WAITS);
        return entry;
    }

    @Benchmark
    public byte[] caffeine() {
        return caffeine.get(new Key(Requests.key(next++)), key -> Caches.newValue());
    }
}
