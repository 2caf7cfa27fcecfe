package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What must hold when reads, loads, writes and reports of writes race, on the real clock. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CoherentReadsTest {
    private static final int KEYS = 4;
    private static final int READERS = 3;
    private static final int WRITES = 20_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountingStore store = new CountingStore(KEYS);
    private final ReadThroughCache cache = new ReadThroughCache(CacheConfigs.tracking(), store, Ticker.system());

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Each key counts up; 0 is shown as absence. A write is reported before its writer goes on, or at any time after that. */
    @Test
    void noReaderSeesACounterGoBack() throws Exception {
        cache.origin().begin(Coherence.TRACKING);
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicBoolean hasReaders = new AtomicBoolean(true);
        BlockingQueue<Integer> written = new LinkedBlockingQueue<>();
        List<Future<Void>> loading = start(2, thread -> store.answer(hasReaders));
        List<Future<Void>> reading = start(READERS, thread -> {
            int[] last = new int[KEYS];
            while (!isOver.get()) {
                int key = ThreadLocalRandom.current().nextInt(KEYS);
                int seen = read(key, thread == 0 ? LoadMode.ANEW : LoadMode.SHARED);
                if (seen < last[key]) {
                    throw new AssertionError("key " + key + " went from " + last[key] + " back to " + seen);
                }
                last[key] = seen;
            }
        });
        List<Future<Void>> telling = start(1, thread -> {
            for (int i = 1; i <= WRITES; i++) {
                tell(written.take());
                cache.origin().heard(0);
            }
        });
        List<Future<Void>> writing = start(1, thread -> {
            for (int i = 1; i <= WRITES; i++) {
                int key = ThreadLocalRandom.current().nextInt(KEYS);
                store.counts.incrementAndGet(key);
                written.add(key);
                while (written.size() > 20) {
                    Thread.onSpinWait();
                }
            }
        });
        finish(writing);
        finish(telling);
        for (int key = 0; key < KEYS; key++) {
            assertThat(read(key, LoadMode.SHARED)).isEqualTo(store.counts.get(key));
        }
        isOver.set(true);
        finish(reading);
        hasReaders.set(false);
        finish(loading);
        assertThat(cache.stats().hits()).isPositive();
        assertThat(cache.stats().invalidations()).isPositive();
    }

    private void tell(int key) {
        if (ThreadLocalRandom.current().nextInt(500) == 0) {
            cache.invalidateAll();
        } else {
            cache.invalidate(new byte[] {(byte) key});
        }
    }

    private int read(int key, LoadMode mode) throws Exception {
        byte[] bytes = {(byte) key};
        boolean isAnew = mode == LoadMode.ANEW && ThreadLocalRandom.current().nextInt(4) == 0;
        Entry entry = isAnew ? null : cache.getIfPresent(bytes, 0, 1);
        Answer answer = new Answer();
        if (entry != null) {
            answer.hit(entry);
        } else {
            cache.load(bytes, answer, isAnew ? LoadMode.ANEW : LoadMode.SHARED);
        }
        String value = answer.value.get(15, TimeUnit.SECONDS);
        return value == null ? 0 : Integer.parseInt(value);
    }

    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }

    private List<Future<Void>> start(int count, Work work) {
        List<Future<Void>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int thread = i;
            Callable<Void> task = () -> {
                work.run(thread);
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
