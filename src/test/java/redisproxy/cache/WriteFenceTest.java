package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a write through the proxy does to loads and to what is cached, from before its request leaves until its reply has come. */
final class WriteFenceTest {
    private static final Duration DOUBT = Duration.ofNanos(WriteFence.DOUBT_NANOS);

    /** How a write says which keys it is to. */
    private enum Scope {
        KEY,
        ALL
    }

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private ReadThroughCache cache = cacheOf(new CacheConfig(100, CacheConfigs.TTL));

    @BeforeEach
    void fill() {
        store.values.put("k", "old");
    }

    /* --------------- The beginning --------------- */

    @ParameterizedTest
    @EnumSource
    void beginningDropsWhatIsCached(Scope scope) {
        read();
        begin(scope);
        assertThat(cached()).isNull();
        assertThat(cache.stats().invalidations()).isEqualTo(scope == Scope.KEY ? 1 : 0);
        assertThat(cache.stats().pendingWrites()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void loadFromBeforeIsNotStored(Scope scope) {
        store.holding = true;
        Answer early = Answer.read(cache, "k");
        begin(scope);
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(early.from).isEqualTo(Provenance.PASSED);
        assertThat(cached()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyJoinsALoadFromBefore(Scope scope) {
        store.holding = true;
        Answer early = Answer.read(cache, "k");
        begin(scope);
        Answer late = Answer.read(cache, "k");
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(late.value).isNotDone();
        store.releaseOldest("new");
        assertThat(late.now()).isEqualTo("new");
    }

    @Test
    void leavesOtherKeysAlone() {
        store.values.put("other", "o");
        Answer.read(cache, "other").now();
        begin(Scope.KEY);
        assertThat(cached("other")).isEqualTo("o");
        Answer.read(cache, "third").now();
        store.values.put("fourth", "4");
        Answer.read(cache, "fourth").now();
        assertThat(cached("fourth")).isEqualTo("4");
    }

    @Test
    void dropsAbsentKeys() {
        cache = cacheOf(CacheConfigs.negative(Duration.ofSeconds(10)));
        Answer.read(cache, "new").now();
        assertThat(cache.stats().absent()).isOne();
        PendingWrite write = cache.beginWrite(List.of("new".getBytes(UTF_8)));
        assertThat(cache.stats().absent()).isZero();
        Answer.read(cache, "new").now();
        assertThat(cache.stats().absent()).isZero();
        write.end();
        Answer.read(cache, "new").now();
        assertThat(cache.stats().absent()).isOne();
    }

    /* --------------- Meanwhile --------------- */

    @ParameterizedTest
    @EnumSource
    void nothingIsStoredMeanwhile(Scope scope) {
        begin(scope);
        Answer reader = Answer.read(cache, "k");
        assertThat(reader.now()).isEqualTo("old");
        assertThat(reader.from).isEqualTo(Provenance.PASSED);
        assertThat(cached()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyJoinsALoadThatWasSentMeanwhile(Scope scope) {
        store.holding = true;
        begin(scope);
        Answer first = Answer.read(cache, "k");
        Answer second = Answer.read(cache, "k");
        Answer third = Answer.read(cache, "k");
        assertThat(store.askedInOrder()).hasSize(1);
        store.releaseOldest("old");
        assertThat(first.now()).isEqualTo("old");
        assertThat(second.value).isNotDone();
        store.releaseOldest("new");
        assertThat(second.now()).isEqualTo("new");
        assertThat(third.now()).isEqualTo("new");
        assertThat(store.askedInOrder()).hasSize(2);
    }

    @Test
    void joinsALoadThatIsNotSentYet() {
        store.queueing = true;
        begin(Scope.KEY);
        Answer first = Answer.read(cache, "k");
        Answer second = Answer.read(cache, "k");
        store.send();
        store.releaseOldest("new");
        assertThat(first.now()).isEqualTo("new");
        assertThat(second.now()).isEqualTo("new");
        assertThat(store.askedInOrder()).hasSize(1);
    }

    @Test
    void batchesOfReadsWaitForLaterLoadsToo() {
        store.holding = true;
        begin(Scope.KEY);
        Answer first = Answer.read(cache, "k");
        Answer second = new Answer();
        Misses misses = new Misses();
        misses.add("k".getBytes(UTF_8), second);
        cache.load(misses);
        store.releaseOldest("old");
        assertThat(first.now()).isEqualTo("old");
        assertThat(second.value).isNotDone();
        store.releaseOldest("new");
        assertThat(second.now()).isEqualTo("new");
        assertThat(cached()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void questionsJoinNoLoadMeanwhile(Scope scope) {
        store.holding = true;
        PendingWrite write = begin(scope);
        Answer reader = Answer.read(cache, "k");
        assertThat(cache.joinIfLoading("k".getBytes(UTF_8), new Answer())).isFalse();
        store.releaseOldest("old");
        assertThat(reader.now()).isEqualTo("old");
        write.end();
        Answer.read(cache, "k");
        assertThat(cache.joinIfLoading("k".getBytes(UTF_8), new Answer())).isTrue();
    }

    @Test
    void aheadLoadsAreNotStoredMeanwhile() {
        begin(Scope.KEY);
        Misses wanted = new Misses();
        wanted.add("k".getBytes(UTF_8), new Answer());
        cache.loadAhead(wanted);
        assertThat(cached()).isNull();
    }

    /* --------------- The end --------------- */

    @ParameterizedTest
    @EnumSource
    void readersFindTheNewValueAfterTheEnd(Scope scope) {
        PendingWrite write = begin(scope);
        store.values.put("k", "new");
        write.end();
        assertThat(cache.stats().pendingWrites()).isZero();
        read();
        assertThat(cached()).isEqualTo("new");
    }

    @ParameterizedTest
    @EnumSource
    void loadFromMeanwhileIsNotStoredAfterTheEnd(Scope scope) {
        store.holding = true;
        PendingWrite write = begin(scope);
        Answer early = Answer.read(cache, "k");
        write.end();
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(cached()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyJoinsALoadFromMeanwhileAfterTheEnd(Scope scope) {
        store.holding = true;
        PendingWrite write = begin(scope);
        Answer early = Answer.read(cache, "k");
        write.end();
        Answer late = Answer.read(cache, "k");
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(late.value).isNotDone();
        store.releaseOldest("new");
        assertThat(late.now()).isEqualTo("new");
        assertThat(cached()).isEqualTo("new");
    }

    @Test
    void loadFromBeforeIsNotStoredAfterTheEnd() {
        store.holding = true;
        Answer early = Answer.read(cache, "k");
        begin(Scope.KEY).end();
        Answer late = Answer.read(cache, "k");
        store.releaseNewest("new");
        assertThat(late.now()).isEqualTo("new");
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(cached()).isEqualTo("new");
    }

    @Test
    void thoseWhoWaitedGetWhatWasReadAfterTheyCame() {
        store.holding = true;
        PendingWrite write = begin(Scope.KEY);
        Answer first = Answer.read(cache, "k");
        Answer second = Answer.read(cache, "k");
        write.end();
        Answer third = Answer.read(cache, "k");
        store.releaseOldest("old");
        assertThat(first.now()).isEqualTo("old");
        assertThat(second.value).isNotDone();
        store.releaseOldest("new");
        assertThat(second.now()).isEqualTo("new");
        assertThat(third.now()).isEqualTo("new");
        assertThat(store.askedInOrder()).hasSize(2);
    }

    /** A result is being published: it has passed the first check, and the clock is read before it takes the table's lock. */
    @Test
    void beginsBetweenReplyAndPublishing() {
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        ticker.atNextReading(() -> begin(Scope.KEY));
        store.releaseOldest("old");
        assertThat(reader.now()).isEqualTo("old");
        assertThat(cached()).isNull();
    }

    @Test
    void endsBetweenReplyAndPublishing() {
        store.holding = true;
        PendingWrite write = begin(Scope.KEY);
        Answer reader = Answer.read(cache, "k");
        ticker.atNextReading(write::end);
        store.releaseOldest("old");
        assertThat(reader.now()).isEqualTo("old");
        assertThat(cached()).isNull();
    }

    @Test
    void beginsBetweenPublishingAndTelling() {
        store.holding = true;
        Answer reader = new Answer() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {
                begin(Scope.KEY);
                super.loaded(entry, provenance);
            }
        };
        cache.load("k".getBytes(UTF_8), reader);
        store.releaseOldest("old");
        assertThat(reader.now()).isEqualTo("old");
        assertThat(cached()).isNull();
    }

    @Test
    void endsOnce() {
        PendingWrite first = begin(Scope.KEY);
        PendingWrite second = begin(Scope.KEY);
        first.end();
        first.end();
        first.endInDoubt();
        assertThat(cache.stats().pendingWrites()).isOne();
        read();
        assertThat(cached()).isNull();
        second.end();
        assertThat(cache.stats().pendingWrites()).isZero();
        read();
        assertThat(cached()).isEqualTo("old");
    }

    @Test
    void allEndsOnce() {
        PendingWrite first = begin(Scope.ALL);
        PendingWrite second = begin(Scope.ALL);
        PendingWrite third = begin(Scope.KEY);
        first.end();
        first.end();
        third.end();
        read();
        assertThat(cached()).isNull();
        second.end();
        read();
        assertThat(cached()).isEqualTo("old");
    }

    @Test
    void keyMayBeNamedTwice() {
        PendingWrite write =
                cache.beginWrite(List.of("k".getBytes(UTF_8), "k".getBytes(UTF_8), "other".getBytes(UTF_8)));
        read();
        assertThat(cached()).isNull();
        write.end();
        read();
        assertThat(cached()).isEqualTo("old");
    }

    @Test
    void noKeysAreNoWrite() {
        PendingWrite write = cache.beginWrite(List.of());
        read();
        assertThat(cached()).isEqualTo("old");
        write.end();
        assertThat(cached()).isEqualTo("old");
    }

    /* --------------- Keys that expire --------------- */

    @ParameterizedTest
    @EnumSource
    void keyThatWasGivenALifeIsNotServedBeyondIt(Scope scope) {
        store.holding = true;
        Answer before = Answer.read(cache, "k");
        assertThat(store.held.remove().needsLife()).isFalse();
        assertThat(before.value).isNotDone();
        begin(scope).end();
        Answer after = Answer.read(cache, "k");
        assertThat(store.held.element().needsLife()).isTrue();
        store.lives.put("k", Duration.ofSeconds(1));
        store.release();
        assertThat(after.now()).isEqualTo("old");
        assertThat(cached()).isEqualTo("old");
        ticker.advance(Duration.ofSeconds(1));
        assertThat(cached()).isNull();
    }

    /* --------------- Stale values --------------- */

    @ParameterizedTest
    @EnumSource
    void noStaleValueIsServedInPlaceOfAnError(Scope scope) {
        cache = cacheOf(CacheConfigs.stale(Duration.ofHours(1), Duration.ZERO));
        read();
        ticker.advance(CacheConfigs.TTL);
        PendingWrite write = begin(scope);
        assertThatThrownBy(this::readFailing).hasRootCauseMessage("gone");
        write.end();
        assertThatThrownBy(this::readFailing).hasRootCauseMessage("gone");
        assertThat(cache.getInsteadOfError("k".getBytes(UTF_8))).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void noStaleValueIsServedWhileItIsLoaded(Scope scope) {
        cache = cacheOf(CacheConfigs.stale(Duration.ZERO, Duration.ofHours(1)));
        read();
        ticker.advance(CacheConfigs.TTL);
        store.holding = true;
        assertThat(cached()).isEqualTo("old");
        PendingWrite write = begin(scope);
        assertThat(cached()).isNull();
        store.releaseOldest("old");
        assertThat(cached()).isNull();
        write.end();
        assertThat(cached()).isNull();
    }

    /* --------------- Doubt --------------- */

    @ParameterizedTest
    @EnumSource
    void nothingIsStoredInDoubt(Scope scope) {
        begin(scope).endInDoubt();
        read();
        assertThat(cached()).isNull();
        ticker.advance(DOUBT.minusMillis(1));
        read();
        assertThat(cached()).isNull();
        assertThat(cache.stats().pendingWrites()).isOne();
        ticker.advance(Duration.ofMillis(1));
        read();
        assertThat(cached()).isEqualTo("old");
        assertThat(cache.stats().pendingWrites()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void loadFromTimesOfDoubtIsNotStoredLater(Scope scope) {
        begin(scope).endInDoubt();
        store.holding = true;
        Answer early = Answer.read(cache, "k");
        ticker.advance(DOUBT);
        Answer late = Answer.read(cache, "k");
        store.releaseNewest("new");
        assertThat(late.now()).isEqualTo("new");
        store.releaseOldest("old");
        assertThat(early.now()).isEqualTo("old");
        assertThat(cached()).isEqualTo("new");
    }

    @ParameterizedTest
    @EnumSource
    void oneDoubtOutlivesAnother(Scope scope) {
        begin(scope).endInDoubt();
        ticker.advance(DOUBT.dividedBy(2));
        begin(scope).endInDoubt();
        ticker.advance(DOUBT.dividedBy(2).plusSeconds(1));
        read();
        assertThat(cached()).isNull();
        ticker.advance(DOUBT.dividedBy(2));
        read();
        assertThat(cached()).isEqualTo("old");
        assertThat(cache.stats().pendingWrites()).isZero();
    }

    @Test
    void tooManyKeysInDoubtAreAllKeys() {
        int length = 64 << 10;
        int enough = (int) (WriteFence.MAX_DOUBTFUL_BYTES / length) + 1;
        IntStream.rangeClosed(1, enough).forEach(i -> {
            byte[] key = new byte[length];
            Arrays.fill(key, (byte) i);
            cache.beginWrite(List.of(key)).endInDoubt();
        });
        assertThat(cache.stats().pendingWrites()).isLessThanOrEqualTo(enough);
        read();
        assertThat(cached()).isNull();
        ticker.advance(DOUBT);
        read();
        assertThat(cached()).isEqualTo("old");
        assertThat(cache.stats().pendingWrites()).isZero();
    }

    /* --------------- With tracking --------------- */

    @ParameterizedTest
    @EnumSource
    void worksWhereWritesAreReported(Scope scope) {
        cache = cacheOf(CacheConfigs.tracking());
        cache.origin().begin(Coherence.TRACKING);
        read();
        PendingWrite write = begin(scope);
        read();
        assertThat(cached()).isNull();
        cache.invalidate("k".getBytes(UTF_8));
        read();
        assertThat(cached()).isNull();
        store.values.put("k", "new");
        write.end();
        read();
        assertThat(cached()).isEqualTo("new");
    }

    @Test
    void allWorksWhileReportsBeginAndEnd() {
        cache = cacheOf(CacheConfigs.tracking());
        PendingWrite write = begin(Scope.ALL);
        cache.origin().begin(Coherence.TRACKING);
        read();
        assertThat(cached()).isNull();
        write.end();
        read();
        assertThat(cached()).isEqualTo("old");
    }

    private ReadThroughCache cacheOf(CacheConfig config) {
        return new ReadThroughCache(config, store, ticker);
    }

    private PendingWrite begin(Scope scope) {
        return scope == Scope.KEY ? cache.beginWrite(List.of("k".getBytes(UTF_8))) : cache.beginWriteOfAll();
    }

    private void read() {
        String unused = Answer.read(cache, "k").now();
    }

    private void readFailing() {
        store.holding = true;
        Answer reader = Answer.read(cache, "k");
        store.fail(BackingStoreException.unavailable("gone", null));
        store.holding = false;
        String unused = reader.now();
    }

    private String cached() {
        return cached("k");
    }

    private String cached(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        return entry == null ? null : Answer.text(entry);
    }
}
