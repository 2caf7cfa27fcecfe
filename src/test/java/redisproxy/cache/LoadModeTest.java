package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that take no answer from before they came, or do not have it cached. */
final class LoadModeTest {
    private static final int PATIENCE_SECONDS = 15;

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private final ReadThroughCache cache = new ReadThroughCache(new CacheConfig(100, CacheConfigs.TTL), store, ticker);

    /* --------------- Anew --------------- */

    @Test
    void anewPassesOverWhatIsCached() {
        store.values.put("k", "old");
        Answer.read(cache, "k").now();
        store.values.put("k", "new");
        assertThat(Answer.load(cache, "k", LoadMode.ANEW).now()).isEqualTo("new");
        assertServes("new");
    }

    @ParameterizedTest
    @EnumSource(names = {"ANEW", "ANEW_UNSTORED"})
    void anewJoinsWhatIsNotSentYet(LoadMode mode) {
        store.queueing = true;
        Answer first = Answer.read(cache, "k");
        Answer anew = Answer.load(cache, "k", mode);
        assertThat(anew.joined).isTrue();
        store.send();
        store.releaseOldest("v");
        assertThat(first.now()).isEqualTo("v");
        assertThat(anew.now()).isEqualTo("v");
        assertThat(store.askedInOrder()).containsExactly("k");
        assertServes("v");
    }

    @Test
    void anewWaitsForTheLoadAfterOneThatIsSent() {
        store.holding = true;
        Answer first = Answer.read(cache, "k");
        Answer anew = Answer.load(cache, "k", LoadMode.ANEW);
        assertThat(store.askedInOrder()).containsExactly("k");
        store.releaseOldest("old");
        assertThat(first.now()).isEqualTo("old");
        assertThat(anew.value).isNotDone();
        assertThat(store.askedInOrder()).containsExactly("k", "k");
        store.releaseOldest("new");
        assertThat(anew.now()).isEqualTo("new");
        assertServes("new");
    }

    @Test
    void oneLoadAtATimeForAllAnew() {
        store.holding = true;
        Answer first = Answer.load(cache, "k", LoadMode.ANEW);
        Answer second = Answer.load(cache, "k", LoadMode.ANEW);
        Answer third = Answer.load(cache, "k", LoadMode.ANEW_UNSTORED);
        assertThat(store.held).hasSize(1);
        store.releaseOldest("1");
        assertThat(store.held).hasSize(1);
        Answer fourth = Answer.load(cache, "k", LoadMode.ANEW);
        assertThat(store.held).hasSize(1);
        store.releaseOldest("2");
        store.releaseOldest("3");
        assertThat(first.now()).isEqualTo("1");
        assertThat(second.now()).isEqualTo("2");
        assertThat(third.now()).isEqualTo("2");
        assertThat(third.joined).isTrue();
        assertThat(fourth.now()).isEqualTo("3");
        assertThat(store.askedInOrder()).hasSize(3);
    }

    @Test
    void sharedReadersJoinALoadForAnew() {
        store.holding = true;
        Answer anew = Answer.load(cache, "k", LoadMode.ANEW);
        Answer shared = Answer.read(cache, "k");
        store.releaseOldest("v");
        assertThat(anew.now()).isEqualTo("v");
        assertThat(shared.now()).isEqualTo("v");
        assertThat(store.askedInOrder()).containsExactly("k");
    }

    @Test
    void failureOfTheLoadBeforeIsNotTheirs() {
        store.holding = true;
        Answer first = Answer.read(cache, "k");
        Answer anew = Answer.load(cache, "k", LoadMode.ANEW);
        store.failOldest(BackingStoreException.unavailable("gone", null));
        assertThatThrownBy(first::now).hasRootCauseMessage("gone");
        assertThat(anew.value).isNotDone();
        store.releaseOldest("v");
        assertThat(anew.now()).isEqualTo("v");
    }

    @Test
    void failureOfTheirLoadReachesAll() {
        store.holding = true;
        Answer.read(cache, "k");
        Answer second = Answer.load(cache, "k", LoadMode.ANEW);
        Answer third = Answer.load(cache, "k", LoadMode.ANEW);
        store.releaseOldest("v");
        store.fail(BackingStoreException.unavailable("gone", null));
        assertThatThrownBy(second::now).hasRootCauseMessage("gone");
        assertThatThrownBy(third::now).hasRootCauseMessage("gone");
        assertThat(third.flushes).hasValue(1);
    }

    @Test
    void followersGoOnAfterAnInvalidation() {
        store.holding = true;
        Answer.read(cache, "k");
        Answer anew = Answer.load(cache, "k", LoadMode.ANEW);
        cache.invalidate("k".getBytes(UTF_8));
        Answer later = Answer.read(cache, "k");
        store.releaseOldest("old");
        store.releaseOldest("new");
        assertThat(later.now()).isEqualTo("new");
        assertThat(anew.now()).isEqualTo("new");
        assertThat(store.askedInOrder()).containsExactly("k", "k");
    }

    /** A load that has not been sent ends with what an earlier one has just brought. */
    @Test
    void anewDoesNotShareWhatAnotherFound() {
        store.values.put("k", "old");
        Answer.read(cache, "k").now();
        store.values.put("k", "new");
        Answer[] anew = new Answer[1];
        // The first reading is at the start of the load, the second after the entry has been found.
        ticker.atNextReading(() -> ticker.atNextReading(() -> anew[0] = Answer.load(cache, "k", LoadMode.ANEW)));
        Answer shared = Answer.load(cache, "k", LoadMode.SHARED);
        assertThat(anew[0].now()).isEqualTo("new");
        assertThat(shared.now()).isEqualTo("new");
    }

    @Test
    void followersDoNotShareWhatAnotherFound() throws Exception {
        store.holding = true;
        CountDownLatch found = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Answer> shared = new CompletableFuture<>();
        Answer first = new Answer() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {
                super.loaded(entry, provenance);
                // The load has left the map, and the listeners that wait for the next one have not been served yet.
                ticker.atNextReading(() -> ticker.atNextReading(() -> {
                    found.countDown();
                    await(goOn);
                }));
                shared.completeAsync(() -> Answer.load(cache, "k", LoadMode.SHARED));
                await(found);
            }
        };
        cache.load("k".getBytes(UTF_8), first);
        Answer follower = Answer.load(cache, "k", LoadMode.ANEW);
        store.releaseOldest("old");
        goOn.countDown();
        Answer another = shared.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(follower.value).isNotDone();
        store.releaseOldest("new");
        assertThat(follower.now()).isEqualTo("new");
        assertThat(another.now()).isEqualTo("new");
        assertThat(store.askedInOrder()).containsExactly("k", "k");
    }

    /* --------------- Unstored --------------- */

    @ParameterizedTest
    @EnumSource(names = {"UNSTORED", "ANEW_UNSTORED"})
    void unstoredIsNotCached(LoadMode mode) {
        store.values.put("k", "v");
        Answer answer = Answer.load(cache, "k", mode);
        assertThat(answer.now()).isEqualTo("v");
        assertThat(answer.from).isEqualTo(Provenance.PASSED);
        assertThat(cache.stats().size()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNSTORED", "ANEW_UNSTORED"})
    void unstoredIsCachedIfARequestThatCachesJoins(LoadMode mode) {
        store.holding = true;
        Answer unstored = Answer.load(cache, "k", mode);
        Answer storing = Answer.read(cache, "k");
        store.releaseOldest("v");
        assertThat(unstored.now()).isEqualTo("v");
        assertThat(storing.from).isEqualTo(Provenance.STORED);
        assertServes("v");
    }

    @Test
    void unstoredLeavesWhatOthersHaveCached() {
        store.holding = true;
        Answer.read(cache, "k");
        Answer unstored = Answer.load(cache, "k", LoadMode.UNSTORED);
        store.releaseOldest("v");
        assertThat(unstored.now()).isEqualTo("v");
        assertServes("v");
    }

    @Test
    void anewUnstoredDropsWhatItContradicts() {
        store.values.put("k", "old");
        Answer.read(cache, "k").now();
        store.values.put("k", "new");
        assertThat(Answer.load(cache, "k", LoadMode.ANEW_UNSTORED).now()).isEqualTo("new");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }

    private void assertServes(String value) {
        store.asked.clear();
        assertThat(Answer.read(cache, "k").now()).isEqualTo(value);
        assertThat(store.asked).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("it did not come to that");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
