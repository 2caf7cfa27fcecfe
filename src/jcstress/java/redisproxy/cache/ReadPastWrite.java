package redisproxy.cache;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Whoever has seen a new value past the cache does not get an old one from it, while others load the key and the write ends. */
@JCStressTest
@Outcome(
        id = {"old, old", "old, new", "new, new"},
        expect = Expect.ACCEPTABLE,
        desc = "in that order")
@State
public class ReadPastWrite {
    private final OneKeyStore store = new OneKeyStore();
    private final ReadThroughCache cache = Caches.ttl(store);

    @Actor
    public void load() {
        new Reader().read(cache);
        new Reader().load(cache, LoadMode.ANEW);
    }

    @Actor
    public void write() {
        PendingWrite write = cache.beginWrite(List.of(Caches.KEY.clone()));
        store.value = "new";
        write.end();
    }

    @Actor
    public void readPastTheCacheAndThenFromIt(LL_Result result) {
        Reader reader = new Reader();
        result.r1 = store.value;
        reader.read(cache);
        result.r2 = reader.got;
    }
}
