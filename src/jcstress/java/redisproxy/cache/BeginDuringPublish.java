package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** What was requested before writes were reported is not kept once they are. */
@JCStressTest
@Outcome(id = "old, BYPASSED, none", expect = Expect.ACCEPTABLE, desc = "asked for before")
@Outcome(id = "old, STORED, none", expect = Expect.ACCEPTABLE, desc = "asked for after, and dropped with all else")
@Outcome(id = "old, STORED, old", expect = Expect.ACCEPTABLE, desc = "asked for after")
@State
public class BeginDuringPublish {
    private final ReadThroughCache cache = Caches.lost(new OneKeyStore());
    private final Reader reader = new Reader();

    @Actor
    public void read() {
        reader.read(cache);
    }

    @Actor
    public void begin() {
        cache.origin().begin(Coherence.TRACKING);
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = reader.got;
        result.r2 = reader.provenance;
        result.r3 = Caches.look(cache);
    }
}
