package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LookupsTest {
    private final HeldStore store = new HeldStore();
    private final ReadThroughCache cache =
            new ReadThroughCache(new CacheConfig(3, Duration.ofSeconds(1)), store, new ManualTicker());
    private final Lookups lookups = new Lookups();

    @Test
    void findsEachKeyOfOneArray() {
        cached("a", "bb", "");
        byte[] request = bytes("a-bb-c");
        lookups.add(request, 0, 1);
        lookups.add(request, 2, 2);
        lookups.add(request, 5, 1);
        lookups.add(request, 5, 0);
        cache.getAllPresent(lookups);
        assertThat(Answer.text(lookups.entry(0))).isEqualTo("a");
        assertThat(Answer.text(lookups.entry(1))).isEqualTo("bb");
        assertThat(lookups.entry(2)).isNull();
        assertThat(Answer.text(lookups.entry(3))).isEmpty();
        assertThat(lookups.key(2)).isEqualTo(bytes("c"));
        assertThat(cache.stats().hits()).isEqualTo(3);
    }

    @Test
    void findsKeysOfSeveralArrays() {
        cached("a", "b");
        lookups.add(bytes("xb"), 1, 1);
        lookups.add(bytes("a"), 0, 1);
        lookups.add(bytes("xc"), 1, 1);
        cache.getAllPresent(lookups);
        assertThat(Answer.text(lookups.entry(0))).isEqualTo("b");
        assertThat(Answer.text(lookups.entry(1))).isEqualTo("a");
        assertThat(lookups.entry(2)).isNull();
        assertThat(lookups.key(2)).isEqualTo(bytes("c"));
    }

    @Test
    void takesKeysUntilFull() {
        int added = 0;
        while (!lookups.isFull()) {
            lookups.add(bytes("k"), 0, 1);
            added++;
        }
        assertThat(lookups.size()).isEqualTo(added).isGreaterThan(1);
        lookups.clear();
        assertThat(lookups.isFull()).isFalse();
        assertThat(lookups.entry(0)).isNull();
    }

    @Test
    void keepsTheOrderOfReads() {
        cached("a", "b", "c");
        byte[] request = bytes("cab");
        for (int i = 0; i < 3; i++) {
            lookups.add(request, i, 1);
        }
        cache.getAllPresent(lookups);
        cached("d"); // evicts c
        store.asked.clear();
        cached("a", "b", "d", "c");
        assertThat(store.askedInOrder()).containsExactly("c");
    }

    private void cached(String... keys) {
        for (String key : keys) {
            store.values.put(key, key);
            Answer.read(cache, key).now();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
