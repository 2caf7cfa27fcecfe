package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values of several servers in one cache, each of which reports writes by itself. */
final class OriginsTest {
    private final ManualTicker ticker = new ManualTicker();
    private final Sent store = new Sent();
    private ReadThroughCache cache = new ReadThroughCache(CacheConfigs.tracking(), store, ticker);
    private Origin left;
    private Origin right;

    @BeforeEach
    void addOrigins() {
        left = cache.addOrigin("10.0.0.1:6379");
        right = cache.addOrigin("10.0.0.2:6379");
        left.begin(Coherence.TRACKING);
        right.begin(Coherence.TRACKING);
    }

    @Test
    void losingOneDropsWhatWasReadFromIt() {
        load("a", left);
        load("b", right);
        left.lose(0);
        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
        assertThat(cache.stats().size()).isEqualTo(1);
        assertThat(cache.coherence()).isEqualTo(Coherence.LOST);

        load("a", left);
        assertThat(isCached("a")).as("while nothing reports writes to it").isFalse();
        left.begin(Coherence.TRACKING);
        load("a", left);
        assertThat(isCached("a")).isTrue();
        assertThat(isCached("b")).isTrue();
        assertThat(cache.coherence()).isEqualTo(Coherence.TRACKING);
    }

    @Test
    void tellsTheServerOfAnEntry() {
        load("a", left);
        load("b", right);
        assertThat(cache.inspect("a".getBytes(UTF_8)).server()).isEqualTo("10.0.0.1:6379");
        assertThat(cache.inspect("b".getBytes(UTF_8)).server()).isEqualTo("10.0.0.2:6379");
        load("c", cache.origin());
        assertThat(cache.inspect("c".getBytes(UTF_8))).isNull();
    }

    @Test
    void theLeaseOfOneIsNotThatOfAnother() {
        load("a", left);
        load("b", right);
        ticker.advance(CacheConfigs.LEASE.minusMillis(1));
        right.heard(0);
        ticker.advance(Duration.ofMillis(1));
        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
    }

    @Test
    void theGraceOfOneIsNotThatOfAnother() {
        Duration grace = Duration.ofSeconds(10);
        cache = new ReadThroughCache(CacheConfigs.tracking(grace), store, ticker);
        addOrigins();
        load("a", left);
        load("b", right);
        left.lose(0);
        load("c", left);
        ticker.advance(grace.minusMillis(1));
        right.heard(0);
        assertThat(isCached("a")).isTrue();
        assertThat(isCached("c")).as("read after the loss").isFalse();
        ticker.advance(Duration.ofMillis(1));
        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
    }

    @Test
    void aLoadThatWasSentInATermThatEndedIsNotKept() {
        Answer first = Answer.read(cache, "a");
        Load sent = store.send(left);
        left.invalidateAll();
        Answer second = Answer.read(cache, "a");
        Load sentLater = store.send(left);
        complete(sent, "old");
        assertThat(first.now()).isEqualTo("old");
        assertThat(second.value).isNotDone();
        complete(sentLater, "new");
        assertThat(second.now()).isEqualTo("new");
        assertThat(value("a")).isEqualTo("new");
    }

    @Test
    void aLoadThatLearnsItsTermTooLateIsNotKept() {
        Term term = left.term();
        Answer first = Answer.read(cache, "a");
        left.lose(0);
        left.begin(Coherence.TRACKING);
        Load load = store.waiting.remove();
        load.sending(term);
        load.sent();
        Answer second = Answer.read(cache, "a");
        complete(load, "old");
        assertThat(first.now()).isEqualTo("old");
        assertThat(second.value).isNotDone();
        assertThat(isCached("a")).isFalse();
    }

    @Test
    void aLoadBelongsToTheServerThatItWasSentToLast() {
        Answer.read(cache, "a");
        Load load = store.waiting.remove();
        load.sending(left.term());
        load.sending(right.term());
        load.sent();
        complete(load, "v");
        left.lose(0);
        assertThat(isCached("a")).isTrue();
        right.lose(0);
        assertThat(isCached("a")).isFalse();
    }

    @Test
    void keysThatMoveToOtherServersAreDropped() {
        load("a", left);
        load("b", left);
        Answer stale = Answer.read(cache, "c");
        Load sent = store.send(left);
        cache.invalidateIf(key -> key[0] != 'b');
        complete(sent, "old");
        assertThat(stale.now()).isEqualTo("old");
        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
        assertThat(isCached("c")).isFalse();
    }

    @Test
    void closingDropsWhatWasReadFromIt() {
        load("a", left);
        load("b", right);
        left.close();
        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
        load("a", left);
        assertThat(isCached("a")).isFalse();
        assertThat(cache.coherence()).isEqualTo(Coherence.TRACKING);
    }

    @Test
    void nothingIsKeptOfAnOriginThatIsClosedWhateverItTells() {
        left.close();
        left.begin(Coherence.TRACKING);
        load("a", left);
        assertThat(isCached("a")).isFalse();
        left.invalidateAll();
        left.lose(0);
        left.close();
        load("b", right);
        assertThat(isCached("b")).isTrue();
        assertThat(cache.coherence()).isEqualTo(Coherence.TRACKING);
    }

    @Test
    void flushingDropsTheValuesOfAll() {
        load("a", left);
        load("b", right);
        long flushes = cache.stats().flushes();
        cache.invalidateAll();
        assertThat(cache.stats().size()).isZero();
        assertThat(cache.stats().flushes()).isEqualTo(flushes + 1);
        load("a", left);
        load("b", right);
        assertThat(cache.stats().size()).isEqualTo(2);
    }

    @Test
    void termsAreSoManyAsOriginsAndNoMore() {
        for (int i = 0; i < 3000; i++) {
            left.begin(Coherence.TRACKING);
            cache.invalidateAll();
            Origin added = cache.addOrigin("10.0.0.3:6379");
            added.begin(Coherence.TRACKING);
            added.close();
        }
        load("a", left);
        assertThat(isCached("a")).isTrue();
    }

    @Test
    void keepsNothingOfOriginsBeyondTheMost() {
        Origin last = left;
        for (int i = 0; i < 1100; i++) {
            last = cache.addOrigin("10.0.0.4:6379");
            last.begin(Coherence.TRACKING);
        }
        load("a", last);
        assertThat(isCached("a")).isFalse();
        load("b", left);
        assertThat(isCached("b")).isTrue();
    }

    @Test
    void withoutTrackingAllServersAreOneOrigin() {
        cache = new ReadThroughCache(new CacheConfig(10, CacheConfigs.TTL), store, ticker);
        Origin added = cache.addOrigin("10.0.0.5:6379");
        assertThat(added).isSameAs(cache.origin());
        load("a", added);
        added.close();
        assertThat(isCached("a")).as("values live for their time").isTrue();
    }

    @Test
    void passesValuesOfKeysThatAreTooLong() {
        String longest = "k".repeat((1 << 20) - 1);
        load(longest, left);
        assertThat(isCached(longest)).isTrue();
        String longer = longest + "k";
        load(longer, left);
        assertThat(isCached(longer)).isFalse();
        assertThat(cache.stats().size()).isEqualTo(1);
    }

    private void load(String key, Origin from) {
        Answer answer = Answer.read(cache, key);
        complete(store.send(from), "v of " + key.length());
        assertThat(answer.now()).isEqualTo("v of " + key.length());
    }

    private static void complete(Load load, String value) {
        load.complete(value.getBytes(UTF_8));
        load.flush();
    }

    private boolean isCached(String key) {
        return value(key) != null;
    }

    private String value(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        return entry == null ? null : Answer.text(entry);
    }

    /** Holds loads until the test sends them to a server. */
    private static final class Sent implements BackingStore {
        final Queue<Load> waiting = new ArrayDeque<>();

        @Override
        public void load(List<? extends Load> loads) {
            waiting.addAll(loads);
        }

        Load send(Origin to) {
            Load load = waiting.remove();
            load.sending(to.term());
            load.sent();
            return load;
        }

        @Override
        public void close() {}
    }
}
