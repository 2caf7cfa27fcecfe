package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class ReadThroughCacheTest {
    private static final Duration TTL = Duration.ofSeconds(10);

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private final ReadThroughCache cache = new ReadThroughCache(new CacheConfig(3, TTL), store, ticker);

    /* --------------- Hits and misses --------------- */

    @Test
    void loadsOnceThenHits() {
        store.values.put("k", "v");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
        store.values.put("k", "other");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
        assertThat(store.askedInOrder()).containsExactly("k");
        assertThat(cache.stats())
                .isEqualTo(new CacheStats(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, LruTable.ENTRY_BYTES + 2, 0));
    }

    @Test
    void keepsEmptyKeysAndValues() {
        store.values.put("", "");
        assertThat(Answer.read(cache, "").now()).isEmpty();
        assertThat(Answer.read(cache, "").now()).isEmpty();
        assertThat(store.askedInOrder()).containsExactly("");
    }

    @Test
    void asksAgainForAnAbsentKey() {
        assertThat(Answer.read(cache, "k").now()).isNull();
        store.values.put("k", "v");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
        assertThat(store.askedInOrder()).containsExactly("k", "k");
    }

    @Test
    void findsAKeyInsideALargerArray() {
        store.values.put("key", "v");
        Answer.read(cache, "key").now();
        byte[] request = "GET key\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(cache.getIfPresent(request, 4, 3)).isNotNull();
        assertThat(cache.getIfPresent(request, 4, 2)).isNull();
        assertThat(cache.getIfPresent(request, 3, 4)).isNull();
    }

    /* --------------- Expiry --------------- */

    @Test
    void servesUntilJustBeforeTheTtl() {
        store.values.put("k", "old");
        Answer.read(cache, "k").now();
        store.values.put("k", "new");
        ticker.advance(TTL.minusNanos(1_000));
        assertThat(Answer.read(cache, "k").now()).isEqualTo("old");
        ticker.advance(Duration.ofNanos(1_000));
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
        assertThat(cache.stats().expirations()).isEqualTo(1);
        assertThat(cache.stats().size()).isEqualTo(1);
    }

    @Test
    void readsDoNotProlongLife() {
        store.values.put("k", "old");
        Answer.read(cache, "k").now();
        store.values.put("k", "new");
        ticker.advance(TTL.dividedBy(2));
        assertThat(Answer.read(cache, "k").now()).isEqualTo("old");
        ticker.advance(TTL.dividedBy(2));
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }

    @Test
    void countsLifeFromWhenTheGetWasSent() {
        store.values.put("k", "old");
        store.holding = true;
        Answer slow = Answer.read(cache, "k");
        ticker.advance(TTL.minusSeconds(1));
        store.release();
        assertThat(slow.now()).isEqualTo("old");
        store.holding = false;
        assertThat(Answer.read(cache, "k").now()).isEqualTo("old");
        store.values.put("k", "new");
        ticker.advance(Duration.ofSeconds(1));
        assertThat(Answer.read(cache, "k").now()).isEqualTo("new");
    }

    @Test
    void doesNotCacheALoadSlowerThanTheTtl() {
        store.values.put("k", "v");
        store.holding = true;
        Answer slow = Answer.read(cache, "k");
        ticker.advance(TTL);
        store.release();
        assertThat(slow.now()).isEqualTo("v");
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void dropsAnExpiredEntryWhoseKeyIsGone() {
        store.values.put("k", "v");
        Answer.read(cache, "k").now();
        ticker.advance(TTL);
        store.values.remove("k");
        assertThat(Answer.read(cache, "k").now()).isNull();
        assertThat(cache.stats().size()).isZero();
        assertThat(cache.stats().expirations()).isEqualTo(1);
    }

    /* --------------- Eviction --------------- */

    @Test
    void evictsTheLeastRecentlyReadKey() {
        for (String key : new String[] {"a", "b", "c"}) {
            store.values.put(key, key);
            Answer.read(cache, key).now();
        }
        Answer.read(cache, "a").now();
        Answer.read(cache, "d").now(); // absent: evicts nothing
        store.values.put("e", "e");
        Answer.read(cache, "e").now(); // evicts b
        store.asked.clear();
        for (String key : new String[] {"a", "c", "e", "b"}) {
            Answer.read(cache, key).now();
        }
        assertThat(store.askedInOrder()).containsExactly("b");
        assertThat(cache.stats().evictions()).isEqualTo(2);
        assertThat(cache.stats().size()).isEqualTo(3);
    }

    @Test
    void leavesAnEvictedEntryReadable() {
        store.values.put("a", "first");
        Answer.read(cache, "a").now();
        Entry entry = cache.getIfPresent(new byte[] {'a'}, 0, 1);
        for (String key : new String[] {"b", "c", "d"}) {
            store.values.put(key, key);
            Answer.read(cache, key).now();
        }
        assertThat(cache.getIfPresent(new byte[] {'a'}, 0, 1)).isNull();
        assertThat(Answer.text(entry)).isEqualTo("first");
    }

    /* --------------- Loading --------------- */

    @Test
    void sharesOneLoadAmongAllWhoAsk() {
        store.values.put("k", "v");
        store.holding = true;
        Answer first = Answer.read(cache, "k");
        Answer second = Answer.read(cache, "k");
        store.release();
        assertThat(first.now()).isEqualTo("v");
        assertThat(second.now()).isEqualTo("v");
        assertThat(first.flushes).hasValue(1);
        assertThat(second.flushes).hasValue(1);
        assertThat(store.askedInOrder()).containsExactly("k");
        assertThat(cache.stats().misses()).isEqualTo(2);
        assertThat(cache.stats().loads()).isEqualTo(1);
    }

    @Test
    void givesAFailureToAllAndForgetsIt() {
        store.holding = true;
        Answer first = Answer.read(cache, "k");
        Answer second = Answer.read(cache, "k");
        store.fail(BackingStoreException.unavailable("gone", null));
        assertThatThrownBy(first::now).isInstanceOf(CompletionException.class).hasRootCauseMessage("gone");
        assertThatThrownBy(second::now).hasRootCauseMessage("gone");
        store.holding = false;
        store.values.put("k", "v");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
        assertThat(cache.stats().loadFailures()).isEqualTo(1);
    }

    @Test
    void ignoresAResultAfterTheFirst() {
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        Load load = store.held.remove();
        load.fail(BackingStoreException.unavailable("overdue", null));
        load.complete(new byte[] {'v'});
        assertThatThrownBy(reader::now).hasRootCauseMessage("overdue");
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void startsAnewAfterAnOverdueLoad() {
        store.holding = true;
        Answer.read(cache, "k");
        Load overdue = store.held.remove();
        overdue.fail(BackingStoreException.unavailable("overdue", null));
        Answer next = Answer.read(cache, "k");
        overdue.complete(new byte[] {'x'});
        store.values.put("k", "v");
        store.release();
        assertThat(next.now()).isEqualTo("v");
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
    }

    @Test
    void keepsFailedReloadFromServingTheExpired() {
        store.values.put("k", "v");
        Answer.read(cache, "k").now();
        ticker.advance(TTL);
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        store.fail(BackingStoreException.unavailable("gone", null));
        assertThatThrownBy(reader::now).hasRootCauseMessage("gone");
    }

    @Test
    void closesItsStore() {
        cache.close();
        assertThat(store.closed).isTrue();
    }
}
