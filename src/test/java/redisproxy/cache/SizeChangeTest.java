package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds that change while entries are held and read. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SizeChangeTest {
    private static final Duration TTL = Duration.ofHours(1);
    private static final int KEY_BYTES = Integer.BYTES;
    private static final int MANY = 1_000_000;
    private static final int FEW = 1_000;
    private static final Admission ALWAYS = () -> true;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong clock = new AtomicLong();
    private final Term term = new ReadThroughCache(new CacheConfig(1, TTL), new HeldStore(), new ManualTicker())
            .origin()
            .term();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void evictsAsTheModel(long seed) {
        Random random = new Random(seed);
        HeldStore store = new HeldStore();
        ReadThroughCache cache = new ReadThroughCache(new CacheConfig(16, TTL), store, new ManualTicker());
        LinkedHashMap<String, String> model = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
        int capacity = 16;
        for (int step = 0; step < 30_000; step++) {
            if (random.nextInt(200) == 0) {
                capacity = 1 + random.nextInt(1 << random.nextInt(11));
                cache.change(new CacheConfig(capacity, TTL));
                evict(model, capacity);
            }
            String key = "k" + (int) (1_500 * Math.pow(random.nextDouble(), 2));
            store.values.put(key, "v" + step);
            store.asked.clear();
            String answer = Answer.read(cache, key).now();
            String held = model.get(key);
            assertThat(answer).as("step %d", step).isEqualTo(held == null ? "v" + step : held);
            assertThat(store.asked).as("step %d", step).hasSize(held == null ? 1 : 0);
            if (held == null) {
                model.put(key, "v" + step);
            }
            evict(model, capacity);
            assertThat(cache.stats().size()).as("step %d", step).isEqualTo(model.size());
        }
    }

    private static void evict(Map<String, String> model, int capacity) {
        while (model.size() > capacity) {
            model.remove(model.keySet().iterator().next());
        }
    }

    /** What is used last stays, whatever is read and added while a large table becomes small; nothing holds the lock for long. */
    @Test
    void evictsTheOldestOfAMillionInSlicesWhileOthersRead() throws Exception {
        LruTable table = new LruTable(MANY, CacheConfig.MAX_BYTES);
        AtomicLongArray lastUse = new AtomicLongArray(MANY + MANY);
        for (int key = 0; key < MANY; key++) {
            put(table, key, lastUse);
        }
        table.bound(FEW, CacheConfig.MAX_BYTES, table.slotsFor(FEW));
        AtomicBoolean isDone = new AtomicBoolean();
        Future<Object> reader = threads.submit(() -> read(table, new Random(1), lastUse, isDone));
        AtomicInteger added = new AtomicInteger(MANY);
        AtomicInteger before = new AtomicInteger(table.size());
        AtomicInteger slices = new AtomicInteger();
        AtomicLong evictedBefore = new AtomicLong();
        table.fit(() -> {
            int size = table.size();
            long evicted = table.evictions();
            assertThat(evicted - evictedBefore.getAndSet(evicted)).isLessThanOrEqualTo(LruTable.SLICE + 1);
            assertThat(size).as("no room is made beyond the bound").isLessThanOrEqualTo(before.getAndSet(size));
            slices.incrementAndGet();
            put(table, added.getAndIncrement(), lastUse);
        });
        isDone.set(true);
        reader.get();
        assertThat(slices.get()).isGreaterThanOrEqualTo((MANY - FEW) / LruTable.SLICE);
        assertThat(table.size()).isEqualTo(FEW);
        List<Integer> last = IntStream.range(0, added.get())
                .boxed()
                .sorted((a, b) -> Long.compare(lastUse.get(b), lastUse.get(a)))
                .limit(FEW)
                .toList();
        assertThat(last).allMatch(key -> find(table, key) != null);
        assertThat(table.mostRecent(FEW + 1, entry -> true, () -> {})).hasSize(FEW);
    }

    private Object read(LruTable table, Random random, AtomicLongArray lastUse, AtomicBoolean isDone) {
        while (!isDone.get()) {
            int key = random.nextInt(MANY);
            Entry entry = find(table, key);
            long now = clock.incrementAndGet();
            if (entry != null && entry.touch(now)) {
                lastUse.accumulateAndGet(key, now, Math::max);
            }
        }
        return "done";
    }

    /** Whatever is in the table is found, one by one and together, while it moves to larger and smaller arrays. */
    @Test
    void findsAllThatIsThereWhileItMoves() throws Exception {
        int held = 10_000;
        LruTable table = new LruTable(held, CacheConfig.MAX_BYTES);
        AtomicLongArray lastUse = new AtomicLongArray(held + 1_000_000);
        IntStream.range(0, held).forEach(key -> put(table, key, lastUse));
        AtomicBoolean isDone = new AtomicBoolean();
        List<Callable<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Random random = new Random(i);
            tasks.add(() -> {
                while (!isDone.get()) {
                    int key = random.nextInt(held - 8);
                    assertThat(find(table, key)).isNotNull();
                    Lookups lookups = new Lookups();
                    byte[] keys = new byte[8 * KEY_BYTES];
                    for (int each = 0; each < 8; each++) {
                        ByteBuffer.wrap(keys).putInt(each * KEY_BYTES, key + each);
                        lookups.add(keys, each * KEY_BYTES, KEY_BYTES);
                    }
                    table.findAll(lookups);
                    assertThat(IntStream.range(0, 8).mapToObj(lookups::entry)).doesNotContainNull();
                }
                return "done";
            });
        }
        tasks.add(() -> {
            try {
                int added = held;
                for (int i = 0; i < 200; i++) {
                    int size = i % 2 == 0 ? held * (2 << i % 5) : held + 200;
                    table.bound(size, CacheConfig.MAX_BYTES, table.slotsFor(size));
                    int first = added;
                    int[] next = {added};
                    table.fit(() -> {
                        if (next[0] < first + 100) {
                            put(table, next[0]++, lastUse);
                        }
                    });
                    added = next[0];
                    int end = added;
                    assertThat(table.removeIf(
                                    entry -> ByteBuffer.wrap(entry.keyBytes()).getInt() >= first))
                            .isEqualTo(end - first);
                    assertThat(table.size()).isEqualTo(held);
                }
                return "done";
            } finally {
                isDone.set(true);
            }
        });
        for (Future<Object> task : threads.invokeAll(tasks)) {
            task.get();
        }
    }

    /** A walk that begins, ends or runs while entries move sees each of them. */
    @Test
    void removesAllThatMatchesWhileItMoves() {
        int held = 5_000;
        AtomicLongArray lastUse = new AtomicLongArray(held);
        for (int size : new int[] {held * 10, held, held * 100}) {
            LruTable table = new LruTable(held * 4, CacheConfig.MAX_BYTES);
            IntStream.range(0, held).forEach(key -> put(table, key, lastUse));
            table.bound(size, CacheConfig.MAX_BYTES, table.slotsFor(size));
            AtomicInteger slices = new AtomicInteger();
            AtomicLong removed = new AtomicLong();
            table.fit(() -> {
                if (slices.incrementAndGet() == 3) {
                    removed.set(table.removeIf(
                            entry -> ByteBuffer.wrap(entry.keyBytes()).getInt() % 2 == 0));
                }
            });
            assertThat(removed.get()).isEqualTo(held / 2);
            assertThat(table.size()).isEqualTo(held / 2);
            assertThat(IntStream.range(0, held)).allMatch(key -> (find(table, key) == null) == (key % 2 == 0));
        }
    }

    @Test
    void isEmptyAfterAClearWhileItMoves() {
        LruTable table = new LruTable(FEW, CacheConfig.MAX_BYTES);
        AtomicLongArray lastUse = new AtomicLongArray(FEW + 1);
        IntStream.range(0, FEW).forEach(key -> put(table, key, lastUse));
        table.bound(FEW * 10, CacheConfig.MAX_BYTES, table.slotsFor(FEW * 10));
        AtomicInteger slices = new AtomicInteger();
        table.fit(() -> {
            if (slices.incrementAndGet() == 2) {
                table.clear();
                put(table, FEW, lastUse);
            }
        });
        assertThat(table.size()).isEqualTo(1);
        assertThat(find(table, FEW)).isNotNull();
        assertThat(table.mostRecent(10, entry -> true, () -> {})).hasSize(1);
    }

    @Test
    void evictsByBytesInSlices() {
        LruTable table = new LruTable(MANY, CacheConfig.MAX_BYTES);
        AtomicLongArray lastUse = new AtomicLongArray(10_001);
        IntStream.range(0, 10_000).forEach(key -> put(table, key, lastUse));
        long each = table.bytes() / 10_000;
        table.bound(MANY, each * 10, table.slotsFor(MANY));
        put(table, 10_000, lastUse);
        assertThat(table.size()).as("an entry makes its own room").isEqualTo(10_000);
        table.fit(() -> {});
        assertThat(table.size()).isEqualTo(10);
        assertThat(table.bytes()).isEqualTo(each * 10);
        assertThat(IntStream.rangeClosed(9_991, 10_000)).allMatch(key -> find(table, key) != null);
    }

    private void put(LruTable table, int number, AtomicLongArray lastUse) {
        Key key = new Key(bytes(number));
        long now = clock.incrementAndGet();
        Entry entry = new Entry(key, new byte[1], term, Long.MAX_VALUE, now);
        assertThat(table.put(key, entry, ALWAYS, now)).isEqualTo(LruTable.Displaced.NOTHING);
        lastUse.accumulateAndGet(number, now, Math::max);
    }

    private static Entry find(LruTable table, int number) {
        byte[] key = bytes(number);
        return table.find(KeyHash.hash(key, 0, key.length), key, 0, key.length);
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(KEY_BYTES).putInt(number).array();
    }
}
