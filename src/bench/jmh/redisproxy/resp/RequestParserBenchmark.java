package redisproxy.resp;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import redisproxy.cache.Distribution;
import redisproxy.cache.Measured;
import redisproxy.cache.Requests;

/** From bytes that have been read to the arguments of a GET; in a pipeline of 16. */
@State(Scope.Thread)
public class RequestParserBenchmark extends Measured {
    private static final int PIPELINE = 16;

    private final RequestParser parser = new RequestParser();
    private byte[] encoded;
    private int position;

    @Setup
    public void encode() {
        encoded = GetRequests.encode(new Requests(Distribution.UNIFORM, 100_000));
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINE)
    public void pipelined(Blackhole sink) throws RespProtocolException {
        int end = position + PIPELINE * GetRequests.BYTES;
        while (parser.parse(encoded, position, end)) {
            sink.consume(parser.offset(1));
            sink.consume(parser.length(1));
            position += parser.requestLength();
            parser.next();
        }
        position = position == encoded.length ? 0 : position;
    }
}
