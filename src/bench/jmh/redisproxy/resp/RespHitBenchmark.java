package redisproxy.resp;

import java.io.IOException;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import redisproxy.cache.Caches;
import redisproxy.cache.CountedAccesses;
import redisproxy.cache.Distribution;
import redisproxy.cache.Lookups;
import redisproxy.cache.Measured;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Requests;
import redisproxy.net.ClientMemory;
import redisproxy.net.SpareBuffer;

/**
 * All that the proxy does for a hit once its bytes have been read: it parses, looks up among 100,000 entries, encodes,
 * and writes to an end point in memory.
 */
@State(Scope.Thread)
public class RespHitBenchmark extends Measured {
    private static final int ENTRIES = 100_000;
    private static final int PIPELINE = 16;

    private final RequestParser parser = new RequestParser();
    private final Lookups gets = new Lookups();
    private final MemoryEndPoint endPoint = new MemoryEndPoint();
    private final Session session = new Session(1, "client", /* isLocal= */ true, "proxy", /* database= */ 0);
    private final ReplyWriter replies = new ReplyWriter(
            endPoint,
            new Unasked(session.told, session.own.messages()),
            new SpareBuffer(new ArrayByteBufferPool()),
            ClientMemory.ofHeap(),
            () -> {},
            () -> {},
            () -> {});

    /** Whether accesses are sampled for the hot keys. */
    @Param({"false", "true"})
    public boolean sampled;

    private ReadThroughCache cache;
    private @Nullable CountedAccesses accesses;
    private byte[] encoded;
    private int position;

    @Setup
    public void fill() {
        accesses = CountedAccesses.startIf(sampled);
        cache = Caches.ours(ENTRIES, accesses);
        encoded = GetRequests.encode(new Requests(Distribution.ZIPF, ENTRIES));
    }

    @Benchmark
    public long alone() throws IOException, RespProtocolException {
        return answer(GetRequests.BYTES);
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public long pipelined() throws IOException, RespProtocolException {
        return answer(PIPELINE * GetRequests.BYTES);
    }

    private long answer(int bytes) throws IOException, RespProtocolException {
        int end = position + bytes;
        while (parser.parse(encoded, position, end)) {
            gets.add(encoded, parser.offset(1), parser.length(1));
            position += parser.requestLength();
            parser.next();
        }
        cache.getAllPresent(gets);
        for (int i = 0; i < gets.size(); i++) {
            replies.put(gets.entry(i));
        }
        gets.clear();
        replies.flush();
        replies.release();
        position = position == encoded.length ? 0 : position;
        return endPoint.written();
    }

    @TearDown
    public void checkAllWereHits() {
        if (cache.stats().misses() != ENTRIES) {
            throw new IllegalStateException(cache.stats().toString());
        }
        if (accesses != null) {
            accesses.close();
        }
    }
}
