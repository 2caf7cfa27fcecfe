package redisproxy.cache;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A read after the end of one of two writes gets its value, and what is cached when both have ended is the last value. */
@JCStressTest
@Outcome(id = "new, new, new", expect = Expect.ACCEPTABLE, desc = "cached after both")
@Outcome(id = "new, new, none", expect = Expect.ACCEPTABLE, desc = "not cached while one was under way")
@State
public class ReadAfterWrite {
    private final OneKeyStore store = new OneKeyStore();
    private final ReadThroughCache cache = Caches.ttl(store);
    private final Reader one = new Reader();
    private final Reader other = new Reader();

    @Actor
    public void writeOne() {
        PendingWrite write = cache.beginWrite(List.of(Caches.KEY.clone()));
        store.value = "new";
        write.end();
        one.read(cache);
    }

    @Actor
    public void writeAll() {
        PendingWrite write = cache.beginWriteOfAll();
        store.value = "new";
        write.end();
        other.read(cache);
    }

    @Arbiter
    public void end(LLL_Result result) {
        result.r1 = one.got;
        result.r2 = other.got;
        result.r3 = Caches.look(cache);
    }
}
