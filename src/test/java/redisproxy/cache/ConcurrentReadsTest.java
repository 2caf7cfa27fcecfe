package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What must hold when many threads read at once, on the real clock. */
final class ConcurrentReadsTest {
    private static final int THREADS = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HeldStore store = new HeldStore();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /**
     * In each round all threads read the hot keys; when all have finished, they load as many new keys as there are cold
     * ones. Exactly the cold keys must go, so a hot key that had to be loaded again shows a read that did not count.
     */
    @Test
    void losesNoRecency() throws Exception {
        int hot = 64;
        int cold = 64;
        ReadThroughCache cache = cache(hot + cold);
        List<String> hotKeys = keys("hot", hot);
        hotKeys.forEach(key -> Answer.read(cache, key).now());
        keys("first", cold).forEach(key -> Answer.read(cache, key).now());

        for (int round = 0; round < 300; round++) {
            store.asked.clear();
            List<String> newKeys = keys("round-" + round + "-", cold);
            CyclicBarrier allHaveRead = new CyclicBarrier(THREADS);
            everyThread(thread -> {
                for (int i = 0; i < hot; i++) {
                    present(cache, hotKeys.get((i * 7 + thread * 13) % hot));
                }
                allHaveRead.await(10, TimeUnit.SECONDS);
                for (int i = thread; i < cold; i += THREADS) {
                    Answer loaded = Answer.read(cache, newKeys.get(i));
                    assertThat(loaded.value.get(10, TimeUnit.SECONDS)).isEqualTo(newKeys.get(i));
                    present(cache, hotKeys.get(ThreadLocalRandom.current().nextInt(hot)));
                }
            });
            assertThat(store.asked).as("round %d", round).containsExactlyInAnyOrderElementsOf(newKeys);
        }
        assertThat(cache.stats().size()).isEqualTo(hot + cold);
    }

    @Test
    void neverHoldsTooManyNorMixesUp() throws Exception {
        int capacity = 50;
        ReadThroughCache cache = cache(capacity);
        List<String> keys = keys("key", 400);
        everyThread(thread -> {
            for (int i = 0; i < 50_000; i++) {
                int skewed = (int)
                        (keys.size() * Math.pow(ThreadLocalRandom.current().nextDouble(), 3));
                String key = keys.get(skewed);
                String value = Answer.read(cache, key).value.get(10, TimeUnit.SECONDS);
                if (!key.equals(value)) {
                    throw new AssertionError("asked for " + key + ", got " + value);
                }
                if (i % 1_000 == 0) {
                    assertThat(cache.stats().size()).isLessThanOrEqualTo(capacity);
                }
            }
        });
        CacheStats stats = cache.stats();
        assertThat(stats.hits() + stats.misses()).isGreaterThanOrEqualTo(THREADS * 50_000L);
        assertThat(stats.loads()).isEqualTo(stats.evictions() + stats.size());
    }

    @Test
    void loadsAKeyOnceHoweverManyAsk() throws Exception {
        ReadThroughCache cache = cache(10);
        for (int round = 0; round < 200; round++) {
            String key = "key-" + round;
            store.values.put(key, key);
            store.asked.clear();
            store.holding = true;
            CyclicBarrier together = new CyclicBarrier(THREADS);
            List<Answer> answers = new ArrayList<>();
            everyThread(thread -> {
                together.await(10, TimeUnit.SECONDS);
                for (int i = 0; i < 50; i++) {
                    Answer answer = Answer.read(cache, key);
                    synchronized (answers) {
                        answers.add(answer);
                    }
                    if (thread == 0 && i == 25) {
                        store.holding = false;
                        store.release();
                    }
                }
            });
            store.release();
            for (Answer answer : answers) {
                assertThat(answer.value.get(10, TimeUnit.SECONDS)).isEqualTo(key);
            }
            assertThat(store.askedInOrder()).containsExactly(key);
        }
    }

    private ReadThroughCache cache(int capacity) {
        return new ReadThroughCache(new CacheConfig(capacity, Duration.ofHours(1)), store, Ticker.system());
    }

    private List<String> keys(String prefix, int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(prefix + i);
            store.values.put(prefix + i, prefix + i);
        }
        return keys;
    }

    private static void present(ReadThroughCache cache, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        if (entry == null) {
            throw new AssertionError(key + " was evicted");
        }
    }

    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }

    private void everyThread(Work work) throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            tasks.add(() -> {
                work.run(thread);
                return null;
            });
        }
        for (Future<Void> done : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
            done.get();
        }
    }
}
