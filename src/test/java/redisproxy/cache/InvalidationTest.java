package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a write to the store does to one key. */
final class InvalidationTest {
    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private final ReadThroughCache cache = new ReadThroughCache(CacheConfigs.tracking(), store, ticker);

    @BeforeEach
    void track() {
        cache.origin().begin(Coherence.TRACKING);
        store.values.put("k", "old");
    }

    @Test
    void dropsWhatWasOverwritten() {
        Answer.read(cache, "k").now();
        overwrite("new");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
        assertThat(cache.stats().invalidations()).isOne();
        assertThat(cache.stats().size()).isOne();
    }

    @Test
    void leavesOtherKeysAlone() {
        Answer.read(cache, "k").now();
        invalidate("other");
        store.asked.clear();
        assertThat(Answer.read(cache, "k").now()).isEqualTo("old");
        assertThat(store.asked).isEmpty();
        assertThat(cache.stats().invalidations()).isZero();
    }

    /* --------------- While a load is under way --------------- */

    @Test
    void waitersGetWhatIsNotCached() {
        store.holding = true;
        Answer first = Answer.read(cache, "k");
        Answer second = Answer.read(cache, "k");
        overwrite("new");
        store.releaseOldest("old");
        assertThat(first.now()).isEqualTo("old");
        assertThat(second.now()).isEqualTo("old");
        assertThat(first.from).isEqualTo(Provenance.PASSED);
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void laterReaderStartsAnotherLoad() {
        store.holding = true;
        Answer early = Answer.read(cache, "k");
        overwrite("new");
        Answer late = Answer.read(cache, "k");
        assertThat(store.askedInOrder()).containsExactly("k", "k");
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(late.value).isNotDone();
        store.releaseOldest("new");
        assertThat(late.now()).isEqualTo("new");
        assertCached("new");
    }

    @Test
    void olderResultThatComesLastIsNotCached() {
        store.holding = true;
        Answer early = Answer.read(cache, "k");
        overwrite("new");
        Answer late = Answer.read(cache, "k");
        store.releaseNewest("new");
        assertThat(late.now()).isEqualTo("new");
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertCached("new");
    }

    @Test
    void secondInvalidationReachesTheSecondLoad() {
        store.holding = true;
        Answer.read(cache, "k");
        overwrite("newer");
        Answer.read(cache, "k");
        overwrite("newest");
        store.releaseNewest("newer");
        store.releaseOldest("old");
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void failureOfAnOldLoadLeavesTheNextAlone() {
        store.holding = true;
        Answer.read(cache, "k");
        overwrite("new");
        Load old = store.held.remove();
        Answer late = Answer.read(cache, "k");
        old.fail(BackingStoreException.notAString("WRONGTYPE it was"));
        Answer joining = Answer.read(cache, "k");
        store.releaseOldest("new");
        assertThat(late.now()).isEqualTo("new");
        assertThat(joining.now()).isEqualTo("new");
        assertCached("new");
    }

    /* --------------- Before the question has left --------------- */

    @Test
    void lateAnswerIsNotFollowedByAnOlderOne() {
        store.queueing = true;
        Answer late = Answer.read(cache, "k");
        overwrite("4");
        Answer early = Answer.read(cache, "k");
        store.sendNewest();
        store.send();
        store.queueing = false;
        store.holding = true;
        store.releaseOldest("5");
        assertThat(late.now()).isEqualTo("5");
        Answer next = Answer.read(cache, "k");
        store.releaseOldest("4");
        assertThat(early.now()).isEqualTo("4");
        assertThat(next.value).isNotDone();
        assertThat(cache.stats().size()).isZero();
        store.releaseOldest("5");
        assertThat(next.now()).isEqualTo("5");
        assertCached("5");
    }

    @Test
    void lateAnswerDropsAnOlderOne() {
        store.queueing = true;
        Answer late = Answer.read(cache, "k");
        overwrite("4");
        Answer early = Answer.read(cache, "k");
        store.sendNewest();
        store.releaseNewest("4");
        assertThat(early.now()).isEqualTo("4");
        assertThat(cache.stats().size()).isOne();
        store.send();
        store.releaseOldest("5");
        assertThat(late.now()).isEqualTo("5");
        assertThat(cache.stats().size()).isZero();
    }

    /* --------------- While a result is published --------------- */

    @Test
    void comesBetweenReplyAndPublishing() {
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        ticker.atNextReading(() -> overwrite("new"));
        store.releaseOldest("old");
        assertThat(reader.now()).isEqualTo("old");
        assertThat(reader.from).isEqualTo(Provenance.PASSED);
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void comesBetweenPublishingAndTelling() {
        store.holding = true;
        Answer reader = new Answer() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {
                overwrite("new");
                super.loaded(entry, provenance);
            }
        };
        cache.load("k".getBytes(UTF_8), reader);
        store.releaseOldest("old");
        assertThat(reader.from).isEqualTo(Provenance.STORED);
        assertThat(cache.stats().size()).isZero();
        assertThat(cache.stats().invalidations()).isOne();
    }

    @Test
    void dropsTheValueThatReplacedAnother() {
        store.holding = true;
        Answer.read(cache, "k");
        store.releaseOldest("old");
        Answer.load(cache, "k", LoadMode.ANEW);
        store.releaseOldest("new");
        invalidate("k");
        assertThat(cache.stats().size()).isZero();
    }

    private void overwrite(String value) {
        store.values.put("k", value);
        invalidate("k");
    }

    private void invalidate(String key) {
        cache.invalidate(key.getBytes(UTF_8));
    }

    private void assertCached(String value) {
        store.asked.clear();
        assertThat(Answer.read(cache, "k").now()).isEqualTo(value);
        assertThat(store.asked).isEmpty();
    }
}
