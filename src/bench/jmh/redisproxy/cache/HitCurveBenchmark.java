package redisproxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How the time of a hit grows with the number of entries. A plain HashMap, which only looks up, shows what of that the
 * processor's caches account for.
 */
@State(Scope.Benchmark)
public class HitCurveBenchmark extends Measured {
    @Param({"1000", "10000", "100000", "1000000"})
    public int entries;

    private byte[] bytes;
    private Key[] keys;
    private ReadThroughCache ours;
    private Cache<Key, byte[]> caffeine;
    private Map<Key, byte[]> hashMap;

    @Setup
    public void fill() {
        Requests requests = new Requests(Distribution.UNIFORM, entries);
        bytes = requests.bytes();
        keys = requests.objects();
        ours = Caches.ours(entries);
        caffeine = Caches.caffeine(entries);
        hashMap = Caches.hashMap(entries);
    }

    @Benchmark
    public @Nullable Entry ours(Requests.Cursor cursor) {
        return ours.getIfPresent(bytes, cursor.next() * Requests.KEY_BYTES, Requests.KEY_BYTES);
    }

    @Benchmark
    public byte @Nullable [] caffeine(Requests.Cursor cursor) {
        return caffeine.getIfPresent(keys[cursor.next()]);
    }

    @Benchmark
    public byte @Nullable [] hashMap(Requests.Cursor cursor) {
        return hashMap.get(keys[cursor.next()]);
    }
}
