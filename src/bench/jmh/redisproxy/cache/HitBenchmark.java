package redisproxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A hit among 100,000 entries, checked for expiry. Our cache starts from the bytes of a request and counts it; the others
 * start from a key object whose hash is at hand, and count nothing.
 */
@State(Scope.Benchmark)
public abstract class HitBenchmark extends Measured {
    private static final int ENTRIES = 100_000;
    private static final int PIPELINE = 16;

    @Param
    public Distribution distribution;

    private byte[] bytes;
    private Key[] keys;
    private ReadThroughCache ours;
    private Cache<Key, byte[]> caffeine;
    private SynchronizedLru synchronizedLru;

    @Setup
    public void fill() {
        Requests requests = new Requests(distribution, ENTRIES);
        bytes = requests.bytes();
        keys = requests.objects();
        ours = Caches.ours(ENTRIES);
        caffeine = Caches.caffeine(ENTRIES);
        synchronizedLru = Caches.synchronizedLru(ENTRIES);
    }

    @Benchmark
    public @Nullable Entry ours(Requests.Cursor cursor) {
        return ours.getIfPresent(bytes, cursor.next() * Requests.KEY_BYTES, Requests.KEY_BYTES);
    }

    /** As the RESP port looks up the keys of a pipeline. */
    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public void oursPipelined(Requests.Cursor cursor, Pipeline pipeline, Blackhole sink) {
        Lookups lookups = pipeline.lookups;
        for (int i = 0; i < PIPELINE; i++) {
            lookups.add(bytes, cursor.next() * Requests.KEY_BYTES, Requests.KEY_BYTES);
        }
        ours.getAllPresent(lookups);
        for (int i = 0; i < PIPELINE; i++) {
            sink.consume(lookups.entry(i));
        }
        lookups.clear();
    }

    @Benchmark
    public byte @Nullable [] caffeine(Requests.Cursor cursor) {
        return caffeine.getIfPresent(keys[cursor.next()]);
    }

    @Benchmark
    public byte @Nullable [] synchronizedLinkedHashMap(Requests.Cursor cursor) {
        return synchronizedLru.getIfPresent(keys[cursor.next()]);
    }

    @State(Scope.Thread)
    public static class Pipeline {
        private final Lookups lookups = new Lookups();
    }

    @Threads(1)
    public static class OneThread extends HitBenchmark {}

    @Threads(2)
    public static class TwoThreads extends HitBenchmark {}
}
