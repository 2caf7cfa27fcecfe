package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A read after the invalidation of all keys does not get what an earlier load has read. */
@JCStressTest
@Outcome(id = "old, new, new", expect = Expect.ACCEPTABLE, desc = "read before")
@Outcome(id = "new, new, new", expect = Expect.ACCEPTABLE, desc = "read after")
@Outcome(
        id = {"old, new, none", "new, new, none"},
        expect = Expect.ACCEPTABLE,
        desc = "ended while the key was asked for, which drops the other answer too")
@State
public class ReadAfterFlush {
    private final OneKeyStore store = new OneKeyStore();
    private final ReadThroughCache cache = Caches.tracking(store);
    private final Reader earlier = new Reader();
    private final Reader later = new Reader();

    @Actor
    public void read() {
        earlier.read(cache);
    }

    @Actor
    public void writeAndRead() {
        store.value = "new";
        cache.invalidateAll();
        later.read(cache);
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = earlier.got;
        result.r2 = later.got;
        result.r3 = Caches.look(cache);
    }
}
