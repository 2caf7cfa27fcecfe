package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exact LRU while some threads read, and one loads and evicts, on a clock that gives no reading twice. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConcurrentRecencyTest {
    private static final int KEYS = 200_000;
    private static final int KEY_BYTES = Integer.BYTES;

    /** All keys, one after the other. */
    private final byte[] keys = numbers(KEYS);

    private final NotingTicker ticker = new NotingTicker();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /* --------------- One reader, which reads the victim --------------- */

    private int contested;
    private volatile int contest;

    private boolean wasHit;
    private volatile int contestRead;

    /** The older of two entries is read while a load evicts it. If that read is a hit, the other entry must leave. */
    @Test
    void keepsAnEntryWhoseReadWasAHit() {
        ReadThroughCache cache = cache(2);
        threads.execute(() -> readTheContested(cache));
        load(cache, 0);
        load(cache, 1);
        int older = 0;
        int newer = 1;
        for (int key = 2; key < KEYS; key++) {
            contested = older;
            contest = key;
            load(cache, key);
            while (contestRead != key) {
                letOthersRun();
            }
            int stays = wasHit ? older : newer;
            int goes = wasHit ? newer : older;
            assertThat(isPresent(cache, goes)).isFalse();
            // Which of the two is the older one in the next contest follows from the order of these reads.
            assertThat(isPresent(cache, stays)).isTrue();
            assertThat(isPresent(cache, key)).isTrue();
            older = stays;
            newer = key;
        }
    }

    private void readTheContested(ReadThroughCache cache) {
        Random random = new Random(1);
        while (!Thread.currentThread().isInterrupted()) {
            int current = contest;
            if (current == contestRead) {
                letOthersRun();
                continue;
            }
            // Up to about the time that the load takes until it evicts.
            for (int i = random.nextInt(50); i > 0; i--) {
                Thread.onSpinWait();
            }
            boolean alone = current % 2 == 0;
            wasHit = alone
                    ? isPresent(cache, contested)
                    : together(cache, contested).entry(0) != null;
            contestRead = current;
        }
    }

    /* --------------- Many readers --------------- */

    private static final int CAPACITY = 64;
    private static final int ROUNDS = 500;
    private static final int LOADS = CAPACITY / 2;
    private static final int READERS = 3;
    private static final int READS = 400;
    private static final int BATCH = 4;

    private final AtomicLongArray lastUse = new AtomicLongArray(KEYS);
    private final AtomicInteger reads = new AtomicInteger();
    private volatile int loaded;

    /** After each round, the keys that were read or loaded last are held. */
    @Test
    void holdsExactlyWhatWasUsedLast() throws Exception {
        ReadThroughCache cache = cache(CAPACITY);
        List<Integer> held = List.of();
        for (int i = 0; i < ROUNDS; i++) {
            List<Integer> candidates = new ArrayList<>(held);
            IntStream.range(loaded, loaded + LOADS).forEach(candidates::add);
            runRound(cache, i);
            candidates.sort(Comparator.comparing(lastUse::get));
            // From the least recently used on, so that their order stays the same.
            held = candidates.stream().filter(key -> read(cache, key)).toList();
            int evicted = Math.max(0, candidates.size() - CAPACITY);
            assertThat(held).as("round %d", i).isEqualTo(candidates.subList(evicted, candidates.size()));
        }
    }

    private void runRound(ReadThroughCache cache, int number) throws Exception {
        List<Callable<Object>> tasks = new ArrayList<>();
        tasks.add(Executors.callable(() -> loadSome(cache)));
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(number * READERS + i);
            int batch = i == 0 ? BATCH : 1;
            tasks.add(Executors.callable(() -> readSome(cache, batch, random)));
        }
        for (Future<Object> done : threads.invokeAll(tasks)) {
            done.get();
        }
    }

    /** Loads as fast as the readers read. */
    private void loadSome(ReadThroughCache cache) {
        int first = loaded;
        for (int key = first; key < first + LOADS; key++) {
            while (reads.get() < key * (READERS * READS / LOADS)) {
                letOthersRun();
            }
            load(cache, key);
            used(key, ticker.noted());
            loaded = key + 1;
        }
    }

    /**
     * Reads the even ones of the keys that were loaded last, some of which are about to be evicted. As many keys are left
     * alone, so that none has to go that was read after the load that it would go for.
     */
    private void readSome(ReadThroughCache cache, int batch, Random random) {
        for (int i = 0; i < READS; i++) {
            int newest = loaded;
            int[] some = random.ints(batch, newest - CAPACITY, newest)
                    .map(key -> Math.max(0, key & ~1))
                    .toArray();
            if (batch == 1) {
                read(cache, some[0]);
            } else {
                readTogether(cache, some);
            }
            reads.incrementAndGet();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // for speed alone: there may be fewer processors than threads
    private static void letOthersRun() {
        Thread.yield();
    }

    /* --------------- Accesses --------------- */

    private static byte[] numbers(int count) {
        ByteBuffer numbers = ByteBuffer.allocate(count * KEY_BYTES);
        IntStream.range(0, count).forEach(numbers::putInt);
        return numbers.array();
    }

    private ReadThroughCache cache(int capacity) {
        return new ReadThroughCache(new CacheConfig(capacity, Duration.ofHours(1)), new EmptyValues(), ticker);
    }

    private void load(ReadThroughCache cache, int key) {
        cache.load(Arrays.copyOfRange(keys, key * KEY_BYTES, (key + 1) * KEY_BYTES), new Answer());
    }

    private boolean isPresent(ReadThroughCache cache, int key) {
        return cache.getIfPresent(keys, key * KEY_BYTES, KEY_BYTES) != null;
    }

    private Lookups together(ReadThroughCache cache, int... some) {
        Lookups lookups = new Lookups();
        for (int key : some) {
            lookups.add(keys, key * KEY_BYTES, KEY_BYTES);
        }
        cache.getAllPresent(lookups);
        return lookups;
    }

    /** Returns whether it was a hit; notes a hit. */
    private boolean read(ReadThroughCache cache, int key) {
        boolean present = isPresent(cache, key);
        if (present) {
            used(key, ticker.noted());
        }
        return present;
    }

    private void readTogether(ReadThroughCache cache, int[] some) {
        Lookups lookups = together(cache, some);
        for (int i = 0; i < some.length; i++) {
            if (lookups.entry(i) != null) {
                used(some[i], ticker.noted() + i);
            }
        }
    }

    private void used(int key, long reading) {
        lastUse.accumulateAndGet(key, reading, Math::max);
    }

    /** Answers at once, so that the cache takes most of the time. */
    private static final class EmptyValues implements BackingStore {
        @Override
        public void load(List<? extends Load> loads) {
            for (Load load : loads) {
                load.sending();
                load.complete(new byte[0]);
            }
        }

        @Override
        public void close() {}
    }

    /** Notes the last reading of each thread, by which its last access is ordered. */
    private static final class NotingTicker implements Ticker {
        private final ManualTicker ticker = new ManualTicker();
        private final long origin = ticker.nanos();
        private final ThreadLocal<Long> noted = new ThreadLocal<>();

        @Override
        public long nanos() {
            long reading = ticker.nanos();
            noted.set(reading - origin);
            return reading;
        }

        long noted() {
            return noted.get();
        }
    }
}
