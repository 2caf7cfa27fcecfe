package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A request that takes no earlier answer gets a new one, and that answer stays cached. */
@JCStressTest
@Outcome(id = "old, new, new", expect = Expect.ACCEPTABLE, desc = "read before")
@Outcome(id = "new, new, new", expect = Expect.ACCEPTABLE, desc = "read after")
@State
public class LoadAnew {
    private final OneKeyStore store = new OneKeyStore();
    private final ReadThroughCache cache = Caches.ttl(store);
    private final Reader reader = new Reader();
    private final Reader choosy = new Reader();

    @Actor
    public void read() {
        reader.read(cache);
    }

    @Actor
    public void writeAndLoad() {
        store.value = "new";
        choosy.load(cache, LoadMode.ANEW);
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = reader.got;
        result.r2 = choosy.got;
        result.r3 = Caches.look(cache);
    }
}
