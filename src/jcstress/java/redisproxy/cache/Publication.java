package redisproxy.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** An entry that is found while it is published is whole. */
@JCStressTest
@Outcome(id = "none", expect = Expect.ACCEPTABLE, desc = "read before")
@Outcome(id = "old", expect = Expect.ACCEPTABLE, desc = "read after")
@State
public class Publication {
    private final ReadThroughCache cache = Caches.ttl(new OneKeyStore());
    private final Reader reader = new Reader();

    @Actor
    public void load() {
        reader.read(cache);
    }

    @Actor
    public void look(L_Result result) {
        result.r1 = Caches.look(cache);
    }
}
