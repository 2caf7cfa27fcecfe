package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Once reports of writes are lost, nothing is found, even if a result is being published. */
@JCStressTest
@Outcome(id = "old, none, none", expect = Expect.ACCEPTABLE, desc = "answered, and not kept")
@State
public class LossDuringPublish {
    private final ReadThroughCache cache = Caches.tracking(new OneKeyStore());
    private final Reader reader = new Reader();

    @Actor
    public void read() {
        reader.read(cache);
    }

    @Actor
    public void lose(LLL_Result result) {
        cache.origin().lose(0);
        result.r2 = Caches.look(cache);
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = reader.got;
        result.r3 = cache.stats().size() == 0 ? Caches.look(cache) : "held";
    }
}
