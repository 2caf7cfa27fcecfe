package redisproxy.cache;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A read that comes when the store has a new value does not get what an earlier load has read, though the write has not ended. */
@JCStressTest
@Outcome(id = "old, new, none", expect = Expect.ACCEPTABLE, desc = "read before")
@Outcome(id = "new, new, none", expect = Expect.ACCEPTABLE, desc = "read meanwhile")
@Outcome(id = "new, new, new", expect = Expect.ACCEPTABLE, desc = "read after")
@Outcome(
        id = "old, new, new",
        expect = Expect.ACCEPTABLE,
        desc = "loaded again after the first load, when the write had ended")
@State
public class ReadDuringWrite {
    private final OneKeyStore store = new OneKeyStore();
    private final ReadThroughCache cache = Caches.ttl(store);
    private final Reader earlier = new Reader();
    private final Reader later = new Reader();

    @Actor
    public void read() {
        earlier.read(cache);
    }

    @Actor
    public void writeAndRead() {
        PendingWrite write = cache.beginWrite(List.of(Caches.KEY.clone()));
        store.value = "new";
        later.read(cache);
        write.end();
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = earlier.got;
        result.r2 = later.got;
        result.r3 = Caches.look(cache);
    }
}
