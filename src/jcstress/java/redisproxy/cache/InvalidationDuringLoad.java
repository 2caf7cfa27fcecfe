package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Once a key has been invalidated, no reader finds what a load has read before. */
@JCStressTest
@Outcome(id = "old, none, none", expect = Expect.ACCEPTABLE, desc = "read before")
@Outcome(id = "new, none, none", expect = Expect.ACCEPTABLE, desc = "dropped though it was new")
@Outcome(id = "new, none, new", expect = Expect.ACCEPTABLE, desc = "read after")
@Outcome(id = "new, new, new", expect = Expect.ACCEPTABLE, desc = "read after")
@State
public class InvalidationDuringLoad {
    private final OneKeyStore store = new OneKeyStore();
    private final ReadThroughCache cache = Caches.tracking(store);
    private final Reader reader = new Reader();

    @Actor
    public void read() {
        reader.read(cache);
    }

    @Actor
    public void write(LLL_Result result) {
        store.value = "new";
        cache.invalidate(Caches.KEY.clone());
        result.r2 = Caches.look(cache);
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = reader.got;
        result.r3 = Caches.look(cache);
    }
}
