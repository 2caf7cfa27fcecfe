package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long random sequences, compared with a plain model of an exact LRU: a LinkedHashMap in access order. */
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
            List<String> batch = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                batch.add("k" + skewed(random, keys));
            }
            if (random.nextInt(10) == 0) {
                change(store, batch.get(0), "v" + step, random);
            }
            if (random.nextInt(keys) == 0) {
                // Whole seconds, so that the nanoseconds by which each reading moves the ticker make no difference.
                int seconds = random.nextInt(4);
                ticker.advance(Duration.ofSeconds(seconds));
                model.second += seconds;
            }
            store.asked.clear();
            assertThat(read(cache, batch))
                    .as("step %d, keys %s", step, batch)
                    .isEqualTo(model.read(batch, store.values));
            assertThat(store.askedInOrder()).as("step %d, keys %s", step, batch).isEqualTo(model.asked);
        }
        assertThat(cache.stats().size()).isEqualTo(model.entries.size()).isLessThanOrEqualTo(capacity);
        assertThat(cache.stats().evictions()).isEqualTo(model.evictions);
    }

    /** Reads as a pipeline is read: first the keys that are present, then the others through loads. */
    private static List<String> read(ReadThroughCache cache, List<String> batch) {
        if (batch.size() == 1) {
            return Arrays.asList(Answer.read(cache, batch.get(0)).now());
        }
        Lookups lookups = new Lookups();
        byte[] keys = String.join("", batch).getBytes(StandardCharsets.US_ASCII);
        int offset = 0;
        for (String key : batch) {
            lookups.add(keys, offset, key.length());
            offset += key.length();
        }
        cache.getAllPresent(lookups);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Answer answer = new Answer();
            Entry entry = lookups.entry(i);
            if (entry != null) {
                answer.hit(entry);
            } else {
                cache.load(lookups.key(i), answer);
            }
            answers.add(answer.now());
        }
        return answers;
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
        private final Map<String, Cached> latest = new HashMap<>();
        private final List<String> asked = new ArrayList<>();
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

        List<String> read(List<String> batch, Map<String, String> store) {
            asked.clear();
            List<Cached> present = new ArrayList<>();
            batch.forEach(key -> present.add(fresh(key)));
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                Cached cached = present.get(i);
                answers.add(cached != null ? cached.value() : load(batch.get(i), store));
            }
            return answers;
        }

        private Cached fresh(String key) {
            // A look into the model's map would count as a read, and the read of an expired entry does not count.
            boolean fresh = entries.containsKey(key) && second - latest.get(key).second() < TTL.toSeconds();
            return fresh ? entries.get(key) : null;
        }

        private String load(String key, Map<String, String> store) {
            Cached justLoaded = fresh(key);
            if (justLoaded != null) {
                return justLoaded.value();
            }
            asked.add(key);
            String value = store.get(key);
            if (value == null) {
                entries.remove(key);
            } else {
                latest.put(key, new Cached(value, second));
                entries.put(key, latest.get(key));
            }
            return value;
        }
    }
}
