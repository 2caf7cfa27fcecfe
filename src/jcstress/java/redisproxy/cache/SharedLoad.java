package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two readers at once have one load, and one answer each. */
@JCStressTest
@Outcome(id = "old, old, 1", expect = Expect.ACCEPTABLE, desc = "one load for both")
@State
public class SharedLoad {
    private final ReadThroughCache cache = Caches.ttl(new OneKeyStore());
    private final Reader one = new Reader();
    private final Reader other = new Reader();

    @Actor
    public void read() {
        one.read(cache);
    }

    @Actor
    public void readToo() {
        other.read(cache);
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = one.got;
        result.r2 = other.got;
        result.r3 = cache.stats().loads();
    }
}
