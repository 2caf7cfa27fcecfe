package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long random sequences of reads and invalidations, compared with a plain model of an exact LRU. */
final class RemovalModelTest {
    private static final int STEPS = 60_000;

    @ParameterizedTest
    @CsvSource({"1,3,1", "2,5,2", "7,20,3", "16,40,4", "100,130,5", "100,1000,6", "1000,1500,7"})
    void evictsAsTheModel(int capacity, int keys, long seed) {
        Random random = new Random(seed);
        HeldStore store = new HeldStore();
        TrackingConfig tracking = CacheConfigs.tracking().tracking();
        CacheConfig plain = new CacheConfig(capacity, CacheConfigs.TTL);
        ReadThroughCache cache = new ReadThroughCache(
                new CacheConfig(
                        capacity,
                        plain.ttl(),
                        capacity,
                        plain.negativeTtl(),
                        plain.staleIfError(),
                        plain.staleWhileRevalidate(),
                        tracking),
                store,
                // Long enough that no lease ends during the test.
                new FrozenTicker());
        cache.origin().begin(Coherence.TRACKING);
        Model values = new Model(capacity);
        Model absents = new Model(capacity);
        Map<String, String> truth = store.values;

        for (int step = 0; step < STEPS; step++) {
            String key = "k" + (int) (keys * Math.pow(random.nextDouble(), 2));
            int dice = random.nextInt(100);
            if (dice < 15) {
                write(truth, key, step, random);
                cache.invalidate(key.getBytes(UTF_8));
                values.remove(key);
                absents.remove(key);
            } else if (dice == 15 && random.nextInt(capacity) == 0) {
                cache.invalidateAll();
                values.clear();
                absents.clear();
            } else if (dice == 16 && random.nextInt(capacity) == 0) {
                int residue = random.nextInt(3);
                cache.invalidateIf(
                        each -> residue == Integer.parseInt(new String(each, 1, each.length - 1, UTF_8)) % 3);
                Predicate<String> moved = each -> residue == Integer.parseInt(each.substring(1)) % 3;
                values.keySet().removeIf(moved);
                absents.keySet().removeIf(moved);
            } else {
                boolean isCached = values.read(key) || absents.read(key);
                store.asked.clear();
                boolean isAnew = random.nextInt(20) == 0;
                Answer answer = isAnew ? Answer.load(cache, key, LoadMode.ANEW) : Answer.read(cache, key);
                assertThat(answer.now()).as("step %d", step).isEqualTo(truth.get(key));
                assertThat(store.askedInOrder())
                        .as("step %d", step)
                        .isEqualTo(isCached && !isAnew ? List.of() : List.of(key));
                (truth.containsKey(key) ? values : absents).put(key, "");
            }
        }
        assertThat(cache.stats().size()).isEqualTo(values.size());
        assertThat(cache.stats().absent()).isEqualTo(absents.size());
    }

    private static void write(Map<String, String> truth, String key, int step, Random random) {
        if (random.nextInt(3) == 0) {
            truth.remove(key);
        } else {
            truth.put(key, "v" + step);
        }
    }

    private static final class Model extends LinkedHashMap<String, String> {
        private static final long serialVersionUID = 1;

        private final int capacity;

        Model(int capacity) {
            super(16, 0.75f, /* accessOrder= */ true);
            this.capacity = capacity;
        }

        boolean read(String key) {
            return get(key) != null;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > capacity;
        }
    }

    /** A clock that moves by a nanosecond with each reading. */
    private static final class FrozenTicker implements Ticker {
        private long nanos;

        @Override
        public long nanos() {
            return nanos++;
        }
    }
}
