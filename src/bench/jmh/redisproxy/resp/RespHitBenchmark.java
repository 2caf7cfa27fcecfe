package redisproxy.resp;

import java.time.Duration;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Caches;
import redisproxy.cache.Distribution;
import redisproxy.cache.Measured;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Requests;

/**
 * All that a connection does for a hit, from "the socket is readable" to the end of the write, without the socket: it
 * reads, parses, looks up among 100,000 entries, encodes and writes.
 */
@State(Scope.Thread)
public class RespHitBenchmark extends Measured {
    private static final int ENTRIES = 100_000;
    private static final int PIPELINE = 16;

    private ReadThroughCache cache;
    private MemoryEndPoint endPoint;

    @Setup
    public void connect() {
        cache = Caches.ours(ENTRIES);
        endPoint = new MemoryEndPoint(GetRequests.encode(new Requests(Distribution.ZIPF, ENTRIES)));
        ClientRegistry registry = new ClientRegistry(1);
        CacheConfig cacheConfig = new CacheConfig(ENTRIES, Duration.ofHours(1));
        RespConfig config = new RespConfig("127.0.0.1", 1, 1);
        CommandTable commands = new CommandTable(
                new ClientCommands(registry), new ServerCommands(registry, cache, cacheConfig, config, "", () -> 1));
        RespConnection connection =
                new RespConnection(endPoint, Runnable::run, new ArrayByteBufferPool(), cache, commands, registry);
        endPoint.setConnection(connection);
        connection.onOpen();
    }

    @Benchmark
    public long alone() {
        endPoint.receive(GetRequests.BYTES);
        return endPoint.written();
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public long pipelined() {
        endPoint.receive(PIPELINE * GetRequests.BYTES);
        return endPoint.written();
    }

    @TearDown
    public void checkAllWereHits() {
        if (cache.stats().misses() != ENTRIES) {
            throw new IllegalStateException(cache.stats().toString());
        }
    }
}
