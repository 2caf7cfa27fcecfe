package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import redisproxy.fixtures.FakeStore;

final class SamplingTest {
    private static final int KEYS = 16;
    private static final LoadListener NOBODY = new Nobody();

    private final Drawn drawn = new Drawn();
    private final FakeStore store = new FakeStore();
    private final ReadThroughCache cache =
            new ReadThroughCache(new CacheConfig(100, Duration.ofHours(1)), store, Ticker.system(), null, drawn);
    private final Lookups lookups = new Lookups();

    @Test
    void drawsEveryAccessWhileTheIntervalIsOne() {
        load("a", "value");
        drawn.calls.clear();
        lookUp("xax", 1, 1);
        lookUp("b", 0, 1);
        assertThat(cache.getIfPresent(bytes("a"), 0, 1)).isNotNull();
        assertThat(cache.getIfPresent(bytes("a"), Long.MAX_VALUE, 0, 0)).isNotNull();
        assertThat(cache.getIfPresent(bytes("b"), 0, 1)).isNull();
        cache.load(bytes("b"), NOBODY);
        assertThat(drawn.calls)
                .containsExactly("a hit 5 of 1", "b miss 0 of 1", "a hit 5 of 1", "a hit 5 of 1", "b miss 0 of 1");
    }

    /** A pipeline of always the same keys, each in its place. */
    @Test
    void drawsPeriodicAccessesAlike() {
        for (int i = 0; i < KEYS; i++) {
            load(Character.toString('a' + i), "v");
        }
        drawn.interval = 64;
        drawn.counts.clear();
        int rounds = 64 * 500;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < KEYS; i++) {
                lookups.add(new byte[] {(byte) ('a' + i)}, 0, 1);
            }
            cache.getAllPresent(lookups);
            lookups.clear();
        }
        // Of 500 expected, seven standard deviations of independent draws, which are 22 each.
        assertThat(drawn.counts)
                .hasSize(KEYS)
                .allSatisfy((key, count) -> assertThat(count).isBetween(500 - 155, 500 + 155));
    }

    @Test
    void drawsSingleReadsWithTheSameChance() {
        load("a", "v");
        drawn.interval = 64;
        drawn.counts.clear();
        byte[] key = bytes("a");
        for (int i = 0; i < 64 * 500; i++) {
            assertThat(cache.getIfPresent(key, 0, 1)).isNotNull();
        }
        assertThat(drawn.counts.get("a")).isBetween(500 - 155, 500 + 155);
    }

    @Test
    void drawsMoreAtOnceWhenTheIntervalShrinks() {
        load("a", "v");
        drawn.interval = 1 << 30;
        lookUp("a", 0, 1);
        drawn.interval = 1;
        drawn.counts.clear();
        lookUp("a", 0, 1);
        lookUp("a", 0, 1);
        assertThat(drawn.counts).containsEntry("a", 2);
    }

    @Test
    void whatIsNotDrawnAllocatesNothing() {
        load("a", "v");
        drawn.interval = 1 << 30;
        byte[] key = bytes("a");
        long before = 0;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            lookups.add(key, 0, 1);
            cache.getAllPresent(lookups);
            lookups.clear();
            cache.getIfPresent(key, 0, 1);
        }
        // The first call may load a class.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    private void load(String key, String value) {
        store.put(key, value);
        cache.load(bytes(key), NOBODY);
    }

    private void lookUp(String source, int offset, int length) {
        lookups.add(bytes(source), offset, length);
        cache.getAllPresent(lookups);
        lookups.clear();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Drawn implements AccessSampler {
        private final List<String> calls = new ArrayList<>();
        private final Map<String, Integer> counts = new TreeMap<>();
        private int interval = 1;

        @Override
        public int interval() {
            return interval;
        }

        @Override
        public void sampled(byte[] source, int offset, int length, int of, boolean isHit, int valueBytes) {
            String key = new String(source, offset, length, StandardCharsets.US_ASCII);
            counts.merge(key, 1, Integer::sum);
            if (of == 1) {
                calls.add("%s %s %d of %d".formatted(key, isHit ? "hit" : "miss", valueBytes, of));
            }
        }
    }

    private static final class Nobody implements LoadListener {
        @Override
        public void loaded(Entry entry, Provenance provenance) {}

        @Override
        public void failed(BackingStoreException cause) {}
    }
}
