package redisproxy.resp;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import redisproxy.cache.Caches;
import redisproxy.cache.Distribution;
import redisproxy.cache.Entry;
import redisproxy.cache.Measured;
import redisproxy.cache.Requests;
import redisproxy.net.SpareBuffer;

/** From an entry to its reply in the output buffer; 16 a write. */
@State(Scope.Thread)
public class OutputBufferBenchmark extends Measured {
    private static final int PIPELINE = 16;

    private final OutputBuffer output = new OutputBuffer(new SpareBuffer(new ArrayByteBufferPool()));
    private Entry entry;

    @Setup
    public void load() {
        byte[] key = new Requests(Distribution.UNIFORM, 1).bytes();
        entry = Caches.ours(1).getIfPresent(key, 0, Requests.KEY_BYTES);
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public ByteBuffer pipelined() {
        output.clear();
        for (int i = 0; i < PIPELINE; i++) {
            output.putBulk(entry);
        }
        return output.buffer();
    }
}
