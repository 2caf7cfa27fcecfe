package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadObserverTest {
    private static final Duration TTL = Duration.ofSeconds(10);

    /** The clock of the test moves a little with each reading. */
    private static final long READINGS = 10_000;

    private final ManualTicker ticker = new ManualTicker();
    private final HeldStore store = new HeldStore();
    private final List<LoadReport> reports = new ArrayList<>();
    private final ReadThroughCache cache = new ReadThroughCache(new CacheConfig(3, TTL), store, ticker, reports::add);

    @Test
    void tellsOfAValue() {
        Instant before = Instant.now();
        store.values.put("k", "value");
        store.queueing = true;
        Answer reader = Answer.read(cache, "k");
        ticker.advance(Duration.ofMillis(2));
        store.held.element().sending(cache.origin().term(), "10.0.0.1:6379", cache.now());
        ticker.advance(Duration.ofMillis(3));
        store.release();
        assertThat(reader.now()).isEqualTo("value");
        LoadReport report = only();
        assertThat(report.key()).asString(StandardCharsets.UTF_8).isEqualTo("k");
        assertThat(report.outcome()).isEqualTo(LoadReport.Outcome.VALUE);
        assertThat(report.valueBytes()).isEqualTo(5);
        assertThat(report.tookNanos()).isCloseTo(Duration.ofMillis(5).toNanos(), within(READINGS));
        assertThat(report.askedNanos()).isCloseTo(Duration.ofMillis(3).toNanos(), within(READINGS));
        assertThat(report.started()).isBetween(before.minusMillis(5), Instant.now());
        assertThat(report.server()).isEqualTo("10.0.0.1:6379");
        assertThat(report.cause()).isNull();
        assertThat(report.asker()).isNull();
        assertThat(report.traceContext()).isNull();
    }

    @Test
    void tellsOfAnAbsentKey() {
        Answer.read(cache, "k");
        LoadReport report = only();
        assertThat(report.outcome()).isEqualTo(LoadReport.Outcome.ABSENT);
        assertThat(report.valueBytes()).isZero();
        assertThat(report.server()).isNull();
    }

    @Test
    void tellsOfAFailure() {
        store.queueing = true;
        Answer reader = Answer.read(cache, "k");
        BackingStoreException cause = BackingStoreException.unavailable("no answer", null);
        store.held.remove().fail(cause);
        assertThatThrownBy(reader::now).hasCause(cause);
        LoadReport report = only();
        assertThat(report.outcome()).isEqualTo(LoadReport.Outcome.FAILED);
        assertThat(report.cause()).isSameAs(cause);
        assertThat(report.askedNanos()).isEqualTo(-1);
        assertThat(report.server()).isNull();
    }

    @Test
    void tellsOfAFailureThatAnExpiredValueHides() {
        CacheConfig serving = CacheConfigs.stale(TTL, Duration.ZERO);
        ReadThroughCache lenient = new ReadThroughCache(serving, store, ticker, reports::add);
        store.values.put("k", "value");
        Answer.read(lenient, "k");
        ticker.advance(CacheConfigs.TTL);
        store.holding = true;
        Answer reader = Answer.read(lenient, "k");
        store.held.remove().fail(BackingStoreException.unavailable("no answer", null));
        assertThat(reader.now()).isEqualTo("value");
        assertThat(reports)
                .extracting(LoadReport::outcome)
                .containsExactly(LoadReport.Outcome.VALUE, LoadReport.Outcome.UNSEEN);
    }

    @Test
    void tellsOfAFailureThatNobodyWaitsFor() {
        CacheConfig serving = CacheConfigs.stale(TTL, TTL);
        ReadThroughCache lenient = new ReadThroughCache(serving, store, ticker, reports::add);
        store.values.put("k", "value");
        Answer.read(lenient, "k");
        ticker.advance(CacheConfigs.TTL);
        store.queueing = true;
        assertThat(Answer.read(lenient, "k").now()).isEqualTo("value");
        store.held.remove().fail(BackingStoreException.unavailable("no answer", null));
        assertThat(reports)
                .extracting(LoadReport::outcome)
                .containsExactly(LoadReport.Outcome.VALUE, LoadReport.Outcome.UNSEEN);
    }

    @Test
    void tellsOfAKeyThatHoldsNoString() {
        store.queueing = true;
        Answer reader = Answer.read(cache, "k");
        store.held.remove().fail(BackingStoreException.notAString("WRONGTYPE no string"));
        assertThatThrownBy(reader::now).hasMessageContaining("WRONGTYPE");
        assertThat(only().outcome()).isEqualTo(LoadReport.Outcome.WRONG_TYPE);
    }

    @Test
    void tellsOfEachLoadOnceHoweverManyWait() {
        store.holding = true;
        store.values.put("k", "value");
        Answer first = Answer.read(cache, "k");
        Answer second = Answer.read(cache, "k");
        store.release();
        assertThat(first.now()).isEqualTo(second.now());
        assertThat(Answer.read(cache, "k").now()).isEqualTo("value");
        assertThat(reports).hasSize(1);
    }

    @Test
    void tellsWhoAskedFirst() {
        store.holding = true;
        cache.load(key("k"), new Client("10.1.1.1:5000", "one", "trace-of-one"));
        cache.load(key("k"), new Client("10.1.1.2:5000", "two", "trace-of-two"));
        store.release();
        LoadReport report = only();
        assertThat(report.asker()).isEqualTo(new Asker("10.1.1.1:5000", "one"));
        assertThat(report.traceContext()).isEqualTo("trace-of-one");
    }

    @Test
    void reportsOnlyWhatOneOfThemWants() {
        List<Long> ended = new ArrayList<>();
        LoadObserver counting = new LoadObserver() {
            @Override
            public boolean ended(LoadReport.Outcome outcome, long tookNanos) {
                ended.add(tookNanos);
                return false;
            }

            @Override
            public void finished(LoadReport report) {
                reports.add(report);
            }
        };
        ReadThroughCache counted = new ReadThroughCache(new CacheConfig(3, TTL), store, ticker, counting);
        Answer.read(counted, "k");
        assertThat(ended).hasSize(1);
        assertThat(reports).isEmpty();
        ReadThroughCache reported = new ReadThroughCache(
                new CacheConfig(3, TTL), store, ticker, LoadObserver.all(List.of(counting, report -> {})));
        Answer.read(reported, "k");
        assertThat(ended).hasSize(2);
        assertThat(reports).hasSize(1);
    }

    @Test
    void listenersHaveTheirResultBefore() {
        Answer reader = new Answer();
        List<Boolean> answered = new ArrayList<>();
        ReadThroughCache observed = new ReadThroughCache(
                new CacheConfig(3, TTL), store, ticker, report -> answered.add(reader.value.isDone()));
        observed.load(key("k"), reader);
        assertThat(answered).containsExactly(true);
    }

    @Test
    void anObserverThatThrowsCostsNobodyTheAnswer() {
        List<LoadReport> told = new ArrayList<>();
        LoadObserver broken = report -> {
            told.add(report);
            throw new IllegalStateException("an observer that breaks its word");
        };
        ReadThroughCache observed = new ReadThroughCache(new CacheConfig(3, TTL), store, ticker, broken);
        store.values.put("k", "value");
        assertThat(Answer.read(observed, "k").now()).isEqualTo("value");
        assertThat(told).hasSize(1);
    }

    @Test
    void allTellsEachInTheirOrder() {
        List<String> told = new ArrayList<>();
        LoadObserver both = LoadObserver.all(List.of(report -> told.add("one"), report -> told.add("two")));
        ReadThroughCache observed = new ReadThroughCache(new CacheConfig(3, TTL), store, ticker, both);
        Answer.read(observed, "k");
        assertThat(told).containsExactly("one", "two");
    }

    private LoadReport only() {
        assertThat(reports).hasSize(1);
        return reports.get(0);
    }

    private static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static final class Client extends Answer {
        private final Asker asker;
        private final String trace;

        Client(String address, String name, String trace) {
            this.asker = new Asker(address, name);
            this.trace = trace;
        }

        @Override
        public Asker asker() {
            return asker;
        }

        @Override
        public String traceContext() {
            return trace;
        }
    }
}
