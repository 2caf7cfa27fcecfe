package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The same as EvictionDuringHit, for keys that are looked up together. */
@JCStressTest
@Outcome(id = "old and old, bc", expect = Expect.ACCEPTABLE, desc = "both touched, the first one first, and evicted")
@Outcome(
        id = "old and none, ac",
        expect = Expect.ACCEPTABLE,
        desc = "touched in time, and the other one evicted before")
@Outcome(id = "none and old, bc", expect = Expect.ACCEPTABLE, desc = "evicted before")
@State
public class EvictionDuringHits {
    private final FullCache full = new FullCache();

    @Actor
    public void hit(LL_Result result) {
        Lookups lookups = new Lookups();
        lookups.add(FullCache.A, 0, 1);
        lookups.add(FullCache.B, 0, 1);
        full.cache.getAllPresent(lookups);
        result.r1 = text(lookups, 0) + " and " + text(lookups, 1);
    }

    @Actor
    public void evict() {
        full.load(FullCache.C);
    }

    @Arbiter
    public void end(LL_Result result) {
        result.r2 = full.held();
    }

    private static String text(Lookups lookups, int index) {
        Entry entry = lookups.entry(index);
        return entry == null ? "none" : Caches.text(entry, lookups.key(index));
    }
}
