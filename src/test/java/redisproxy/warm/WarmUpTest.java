package redisproxy.warm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.RecentKeys;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.measure.Event;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

@Timeout(30)
final class WarmUpTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private Path file;
    private final FakeStore store = new FakeStore();
    private final EventLog log = new EventLog(line -> {});
    private ReadThroughCache cache;

    @BeforeEach
    void make() {
        file = directory.resolve("hottest.json");
        cache = cache(1_000);
    }

    @AfterEach
    void close() {
        cache.close();
    }

    private ReadThroughCache cache(int entries) {
        return new ReadThroughCache(new CacheConfig(entries, Duration.ofSeconds(60)), store, Ticker.system());
    }

    @Test
    void loadsTheHottestFirstAndKeepsTheirOrder() throws IOException {
        List<String> keys = keys(200);
        write(keys);
        run(10_000);
        assertThat(store.asked()).containsExactlyElementsOf(utf8(keys));
        assertThat(cached(1_000)).containsExactlyElementsOf(keys);
        assertThat(told()).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(EventKind.WARMED);
            assertThat(event.text()).startsWith("loaded 200 of the 200 hottest keys of " + file + " in ");
        });
    }

    @Test
    void countsNeitherHitsNorMisses() throws IOException {
        write(keys(100));
        run(10_000);
        assertThat(cache.stats().hits()).isZero();
        assertThat(cache.stats().misses()).isZero();
        assertThat(cache.stats().loads()).isEqualTo(100);
    }

    @Test
    void takesNoMoreKeysThanWanted() throws IOException {
        write(keys(200));
        run(70);
        assertThat(cached(1_000)).containsExactlyElementsOf(keys(70));
    }

    @Test
    void evictsNothing() throws IOException {
        cache = cache(150);
        write(keys(200));
        run(10_000);
        assertThat(cached(1_000)).containsExactlyElementsOf(keys(150));
        assertThat(cache.stats().evictions()).isZero();
        assertThat(told())
                .singleElement()
                .satisfies(event -> assertThat(event.text()).endsWith("; there is no room for more"));
    }

    @Test
    void passesOverKeysThatAreGone() throws IOException {
        List<String> keys = new ArrayList<>(keys(10));
        keys.add(5, "gone");
        write(keys);
        run(10_000);
        assertThat(cached(1_000)).containsExactlyElementsOf(keys(10));
    }

    @Test
    void hasOneBatchInFlight() throws IOException {
        write(keys(200));
        store.hold();
        try (WarmUp warmUp = warmUp(10_000, LONG)) {
            warmUp.start("warm-up");
            store.awaitHeld(64);
            assertThat(warmUp.pending()).isEqualTo("0 of 200 keys are loaded");
            store.releaseOldest();
            assertThat(store.heldCount()).isEqualTo(63);
            store.release();
            warmUp.await();
            assertThat(warmUp.pending()).isNull();
            assertThat(cached(1_000)).hasSize(200);
        }
    }

    @Test
    void isOverWhenItsTimeIs() throws IOException {
        write(keys(200));
        store.hold();
        try (WarmUp warmUp = warmUp(10_000, Duration.ofMillis(50))) {
            warmUp.start("warm-up");
            warmUp.await();
            assertThat(warmUp.pending()).isNull();
            Awaitility.await().atMost(Address.PATIENCE).until(() -> !told().isEmpty());
            assertThat(told())
                    .singleElement()
                    .satisfies(event -> assertThat(event.text()).endsWith("; the time was over"));
        }
    }

    @Test
    void beginsColdWithoutAFile() {
        run(10_000);
        assertColdStart("there is no such file yet");
    }

    @Test
    void beginsColdWithABadFile() throws IOException {
        Files.writeString(file, "Batman\n");
        run(10_000);
        assertColdStart("the list is no JSON");
    }

    @Test
    void beginsColdWhenRedisDoesNotAnswer() throws IOException {
        write(keys(100));
        keys(100).forEach(key -> store.refuse(key, BackingStoreException.unavailable("Redis is gone", null)));
        run(10_000);
        assertColdStart("Redis is gone");
        assertThat(store.asked()).hasSize(64);
    }

    @Test
    void beginsColdWithoutThePeer() {
        WarmConfig config =
                new WarmConfig(new WarmConfig.Peer(java.net.URI.create("http://127.0.0.1:1"), null), 10, LONG);
        try (WarmUp warmUp = new WarmUp(config, cache, log)) {
            warmUp.start("warm-up");
            warmUp.await();
        }
        assertColdStart("Connection refused");
    }

    private void assertColdStart(String why) {
        assertThat(told()).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(EventKind.COLD_START);
            assertThat(event.text())
                    .startsWith("begins with an empty cache: no keys from ")
                    .contains(why);
        });
        assertThat(cache.stats().size()).isZero();
    }

    private void run(int most) {
        try (WarmUp warmUp = warmUp(most, LONG)) {
            warmUp.start("warm-up");
            warmUp.await();
        }
    }

    private WarmUp warmUp(int most, Duration timeout) {
        return new WarmUp(new WarmConfig(new WarmConfig.File(file), most, timeout), cache, log);
    }

    private List<Event> told() {
        return log.events().after(0);
    }

    private List<String> cached(int most) {
        return RecentKeys.of(cache, most).stream()
                .map(key -> Bytes.of(key).asUtf8())
                .toList();
    }

    private List<String> keys(int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add("key" + i);
            store.put("key" + i, "value" + i);
        }
        return Collections.unmodifiableList(keys);
    }

    private static List<Bytes> utf8(List<String> keys) {
        return keys.stream().map(Bytes::utf8).toList();
    }

    private void write(List<String> keys) throws IOException {
        Files.write(file, KeyList.write(utf8(keys).stream().map(Bytes::toArray).toList()));
    }
}
