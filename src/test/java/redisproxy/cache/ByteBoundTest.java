package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bound on bytes evicts as exactly as that on entries. */
final class ByteBoundTest {
    private static final int MAX_ENTRIES = 50;
    private static final int MAX_BYTES = 10_000;
    private static final int MAX_VALUE_BYTES = 3_000;

    private final HeldStore store = new HeldStore();
    private final ManualTicker ticker = new ManualTicker();
    private final ReadThroughCache cache = new ReadThroughCache(
            new CacheConfig(
                    MAX_ENTRIES,
                    MAX_BYTES,
                    MAX_VALUE_BYTES,
                    Duration.ofHours(1),
                    CacheConfig.DEFAULT_MAX_ABSENT,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    null),
            store,
            ticker);

    @Test
    void holdsWhatWasUsedLastAsFarAsItFits() {
        Map<String, Integer> model = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            String key = "k" + random.nextInt(120);
            int length = random.nextInt(10) == 0 ? random.nextInt(MAX_VALUE_BYTES + 500) : random.nextInt(300);
            boolean isHit = Answer.read(cache, key).from == null;
            assertThat(isHit).as("read %d of %s", i, key).isEqualTo(model.containsKey(key));
            if (isHit) {
                model.get(key);
            } else {
                // The key had no value, so the load brought none. From now on it has a value of some length.
                store.values.put(key, "v".repeat(length));
                assertThat(Answer.read(cache, key).now()).hasSize(length);
                store.values.remove(key);
                note(model, key, length);
            }
            assertThat(cache.stats().bytes()).isEqualTo(total(model)).isLessThanOrEqualTo(MAX_BYTES);
            assertThat(cache.stats().size()).isEqualTo(model.size());
        }
        assertThat(cache.stats().evictions()).isPositive();
    }

    @Test
    void aValueThatIsNotHeldKeepsItsArray() {
        byte[] value = new byte[MAX_VALUE_BYTES];
        Key key = new Key(new byte[] {'k'});
        Entry entry = new Entry(key.unnamed(), value, cache.origin().term(), Long.MAX_VALUE, 0);
        assertThat(entry.array()).isSameAs(value);
        assertThat(entry.valueOffset()).isZero();
        // The bound may have risen since it was made.
        Tables tables = new Tables(cache.config());
        assertThat(tables.put(key, entry, () -> true, 0)).isEqualTo(Tables.Stored.REFUSED);
        assertThat(tables.find(key)).isNull();
    }

    private static void note(Map<String, Integer> model, String key, int length) {
        if (length > MAX_VALUE_BYTES) {
            return;
        }
        model.put(key, length);
        while (model.size() > MAX_ENTRIES || total(model) > MAX_BYTES) {
            model.remove(model.keySet().iterator().next());
        }
    }

    private static long total(Map<String, Integer> model) {
        return model.entrySet().stream()
                .mapToLong(each -> LruTable.ENTRY_BYTES
                        + each.getKey().getBytes(StandardCharsets.US_ASCII).length
                        + each.getValue())
                .sum();
    }
}
