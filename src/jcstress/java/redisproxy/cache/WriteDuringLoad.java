package redisproxy.cache;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** What a load has read before a write is never found once that write has begun, nor stored when it has ended. */
@JCStressTest
@Outcome(id = "old, none, none", expect = Expect.ACCEPTABLE, desc = "read before")
@Outcome(id = "new, none, none", expect = Expect.ACCEPTABLE, desc = "read meanwhile")
@Outcome(id = "new, none, new", expect = Expect.ACCEPTABLE, desc = "read after")
@State
public class WriteDuringLoad {
    private final OneKeyStore store = new OneKeyStore();
    private final ReadThroughCache cache = Caches.ttl(store);
    private final Reader reader = new Reader();

    @Actor
    public void read() {
        reader.read(cache);
    }

    @Actor
    public void write(LLL_Result result) {
        PendingWrite write = cache.beginWrite(List.of(Caches.KEY.clone()));
        result.r2 = Caches.look(cache);
        store.value = "new";
        write.end();
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = reader.got;
        result.r3 = Caches.look(cache);
    }
}
