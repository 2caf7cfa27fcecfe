package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long random sequences against the plainest exact LRU there is, an access-ordered LinkedHashMap. */
final class LruModelTest {
    private static final int STEPS = 60_000;
    private static final Duration TTL = Duration.ofSeconds(8);

    @ParameterizedTest
    @CsvSource({"1,3,1", "2,5,2", "3,10,3", "16,40,4", "17,17,5", "100,130,6", "100,1000,7", "1000,1500,8", "64,64,9"})
    void evictsAndExpiresAsTheModel(int capacity, int keys, long seed) {
        Random random = new Random(seed);
        ManualTicker ticker = new ManualTicker();
        HeldStore store = new HeldStore();
        ReadThroughCache cache = new ReadThroughCache(new CacheConfig(capacity, TTL), store, ticker);
        Model model = new Model(capacity);

        for (int step = 0; step < STEPS; step++) {
            String key = "k" + skewed(random, keys);
            if (random.nextInt(10) == 0) {
                change(store, key, "v" + step, random);
            }
            if (random.nextInt(keys) == 0) {
                // Whole seconds, so that the nanoseconds by which the ticker also moves do not count.
                int seconds = random.nextInt(4);
                ticker.advance(Duration.ofSeconds(seconds));
                model.second += seconds;
            }
            int asked = store.asked.size();
            String answer = Answer.read(cache, key).now();
            boolean loaded = store.asked.size() > asked;
            assertThat(loaded).as("step %d, key %s", step, key).isEqualTo(model.read(key, store.values));
            assertThat(answer).as("step %d, key %s", step, key).isEqualTo(model.answer);
            store.asked.clear();
        }
        assertThat(cache.stats().size()).isEqualTo(model.entries.size()).isLessThanOrEqualTo(capacity);
        assertThat(cache.stats().evictions()).isEqualTo(model.evictions);
    }

    private static int skewed(Random random, int keys) {
        return (int) (keys * Math.pow(random.nextDouble(), 2));
    }

    private static void change(HeldStore store, String key, String value, Random random) {
        if (random.nextInt(4) == 0) {
            store.values.remove(key);
        } else {
            store.values.put(key, value);
        }
    }

    private static final class Model {
        private record Cached(String value, long second) {}

        private final LinkedHashMap<String, Cached> entries;
        private String answer;
        private long evictions;
        private long second;

        Model(int capacity) {
            entries = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Cached> eldest) {
                    boolean full = size() > capacity;
                    evictions += full ? 1 : 0;
                    return full;
                }
            };
        }

        /** Returns whether the store had to be asked. */
        boolean read(String key, Map<String, String> store) {
            Cached cached = entries.get(key);
            if (cached != null && second - cached.second() < TTL.toSeconds()) {
                answer = cached.value();
                return false;
            }
            answer = store.get(key);
            if (answer == null) {
                entries.remove(key);
            } else {
                entries.put(key, new Cached(answer, second));
            }
            return true;
        }
    }
}
