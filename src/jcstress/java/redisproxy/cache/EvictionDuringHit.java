package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Of a hit and an eviction of the same entry exactly one succeeds: an entry that was read does not leave. */
@JCStressTest
@Outcome(id = "old, ac", expect = Expect.ACCEPTABLE, desc = "touched in time")
@Outcome(id = "none, bc", expect = Expect.ACCEPTABLE, desc = "evicted before")
@State
public class EvictionDuringHit {
    private final FullCache full = new FullCache();

    @Actor
    public void hit(LL_Result result) {
        result.r1 = Caches.look(full.cache, FullCache.A);
    }

    @Actor
    public void evict() {
        full.load(FullCache.C);
    }

    @Arbiter
    public void end(LL_Result result) {
        result.r2 = full.held();
    }
}
