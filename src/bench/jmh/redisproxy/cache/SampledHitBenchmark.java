package redisproxy.cache;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** What a hit costs more because accesses are sampled for the hot keys: one key, as over HTTP, and 16 together, as over RESP. */
@State(Scope.Thread)
public class SampledHitBenchmark extends Measured {
    private static final int ENTRIES = 100_000;
    private static final int PIPELINE = 16;

    @Param({"false", "true"})
    public boolean sampled;

    private final Lookups lookups = new Lookups();
    private byte[] bytes;
    private ReadThroughCache cache;
    private @Nullable CountedAccesses accesses;

    @Setup
    public void fill() {
        bytes = new Requests(Distribution.ZIPF, ENTRIES).bytes();
        accesses = CountedAccesses.startIf(sampled);
        cache = Caches.ours(ENTRIES, accesses);
    }

    @Benchmark
    public @Nullable Entry single(Requests.Cursor cursor) {
        return cache.getIfPresent(bytes, cursor.next() * Requests.KEY_BYTES, Requests.KEY_BYTES);
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public void pipelined(Requests.Cursor cursor, Blackhole sink) {
        for (int i = 0; i < PIPELINE; i++) {
            lookups.add(bytes, cursor.next() * Requests.KEY_BYTES, Requests.KEY_BYTES);
        }
        cache.getAllPresent(lookups);
        for (int i = 0; i < PIPELINE; i++) {
            sink.consume(lookups.entry(i));
        }
        lookups.clear();
    }

    @TearDown
    public void stop() {
        if (accesses != null) {
            accesses.close();
        }
    }
}
