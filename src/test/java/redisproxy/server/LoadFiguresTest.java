package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.ManualTicker;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.fixtures.FakeStore;
import redisproxy.measure.LoadStats;
import redisproxy.testkit.Bytes;

final class LoadFiguresTest {
    private final LoadFigures figures = new LoadFigures();
    private final ManualTicker ticker = new ManualTicker();
    private final FakeStore store = new FakeStore();
    private final ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, ticker, figures);

    @Test
    void countsByOutcome() {
        store.put("k", "value")
                .refuse("bad", BackingStoreException.unavailable("no answer", null))
                .refuse("list", BackingStoreException.notAString("WRONGTYPE no string"));
        load("k");
        load("none");
        load("none");
        load("bad");
        load("list");
        LoadStats stats = figures.stats();
        assertThat(stats.values()).isEqualTo(1);
        assertThat(stats.absent()).isEqualTo(2);
        assertThat(stats.wrongTypes()).isEqualTo(1);
        assertThat(stats.unseen()).isZero();
        assertThat(stats.failed()).isEqualTo(1);
        assertThat(stats.answered().count()).isEqualTo(4);
        assertThat(stats.durations().count()).isEqualTo(5);
    }

    @Test
    void timesFromTheFirstWait() {
        store.hold();
        load("k");
        ticker.advance(Duration.ofMillis(30));
        load("k");
        ticker.advance(Duration.ofMillis(10));
        store.release();
        assertThat(figures.stats().durations().count()).isEqualTo(1);
        assertThat(figures.stats().durations().sumNanos())
                .isBetween(
                        Duration.ofMillis(39).toNanos(), Duration.ofMillis(41).toNanos());
    }

    private void load(String key) {
        cache.load(Bytes.utf8(key).toArray(), new LoadListener() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {}

            @Override
            public void failed(BackingStoreException cause) {}
        });
    }
}
