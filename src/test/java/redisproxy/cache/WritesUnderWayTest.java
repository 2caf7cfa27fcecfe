package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Writes through the proxy race reads from the cache and reads that pass it by, on the real clock. Whoever begins to read when somebody has
 * seen a value gets no older one: that makes counters that only go up linearizable.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WritesUnderWayTest {
    private static final int KEYS = 3;
    private static final int READERS = 3;
    private static final int WRITERS = 2;
    private static final int WRITES = 10_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountingStore store = new CountingStore(KEYS);

    /** The highest count of each key that somebody has been told. */
    private final AtomicIntegerArray seen = new AtomicIntegerArray(KEYS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @ParameterizedTest(name = "tracking: {0}, absent keys cached: {1}")
    @CsvSource({"false, false", "false, true", "true, true"})
    void nobodyGetsWhatIsOlderThanWhatSomebodyHasSeen(boolean isTracking, boolean cachesAbsent) throws Exception {
        ReadThroughCache cache = cache(isTracking, cachesAbsent);
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicBoolean hasReaders = new AtomicBoolean(true);
        List<Future<Void>> loading = start(2, () -> store.answer(hasReaders));
        List<Future<Void>> reading = start(READERS, () -> {
            while (!isOver.get()) {
                readThrough(cache);
            }
        });
        List<Future<Void>> passing = start(1, () -> {
            while (!isOver.get()) {
                int key = ThreadLocalRandom.current().nextInt(KEYS);
                tell(key, store.counts.get(key));
                CountingStore.dawdle();
            }
        });
        List<Future<Void>> writing = start(WRITERS, () -> {
            for (int i = 0; i < WRITES; i++) {
                write(cache);
            }
        });
        finish(writing);
        isOver.set(true);
        finish(reading);
        finish(passing);
        hasReaders.set(false);
        finish(loading);
        assertThat(cache.stats().pendingWrites()).isZero();
        assertThat(cache.stats().hits()).isPositive();
    }

    private ReadThroughCache cache(boolean isTracking, boolean cachesAbsent) {
        Duration negativeTtl = cachesAbsent ? CacheConfigs.TTL : Duration.ZERO;
        CacheConfig config = isTracking ? CacheConfigs.tracking() : CacheConfigs.negative(negativeTtl);
        ReadThroughCache cache = new ReadThroughCache(config, store, Ticker.system());
        if (isTracking) {
            cache.origin().begin(Coherence.TRACKING);
        }
        return cache;
    }

    private void write(ReadThroughCache cache) throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int key = random.nextInt(KEYS);
        boolean isOfAll = random.nextInt(20) == 0;
        PendingWrite write = isOfAll ? cache.beginWriteOfAll() : cache.beginWrite(List.of(new byte[] {(byte) key}));
        CountingStore.dawdle();
        int count = store.counts.incrementAndGet(key);
        CountingStore.dawdle();
        write.end();
        tell(key, count);
        if (random.nextInt(4) == 0) {
            CountingStore.dawdle();
        }
    }

    private void readThrough(ReadThroughCache cache) throws Exception {
        int key = ThreadLocalRandom.current().nextInt(KEYS);
        int least = seen.get(key);
        byte[] bytes = {(byte) key};
        Answer answer = new Answer();
        Entry entry = cache.getIfPresent(bytes, 0, 1);
        if (entry != null) {
            answer.hit(entry);
        } else {
            cache.load(bytes, answer);
        }
        String value = answer.value.get(15, TimeUnit.SECONDS);
        int count = value == null ? 0 : Integer.parseInt(value);
        if (count < least) {
            throw new AssertionError("key " + key + " was " + least + " for somebody, then " + count);
        }
        tell(key, count);
    }

    private void tell(int key, int count) {
        int unused = seen.accumulateAndGet(key, count, Math::max);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private List<Future<Void>> start(int count, Work work) {
        List<Future<Void>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Callable<Void> task = () -> {
                work.run();
                return null;
            };
            started.add(threads.submit(task));
        }
        return started;
    }

    private static void finish(List<Future<Void>> started) throws Exception {
        for (Future<Void> each : started) {
            each.get(50, TimeUnit.SECONDS);
        }
    }
}
