package redisproxy.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/**
 * Many readers of few keys, all of which a writer sets to the same number, which only goes up. A reader fails that sees an
 * older number than before, or one that was replaced longer ago than it may take, or gets no answer in time.
 */
final class Traffic implements AutoCloseable {
    private static final int KEYS = 8;
    private static final int READERS = 4;
    private static final int MOST_WRITES = 100_000;
    private static final long WRITE_PAUSE_MILLIS = 10;
    private static final long READ_PAUSE_NANOS = 20_000;

    private final ReadThroughCache cache;
    private final long lagNanos;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<Void>> running = new ArrayList<>();

    /** When each number had been written; 0 before. */
    private final AtomicLongArray writtenNanos = new AtomicLongArray(MOST_WRITES);

    private final AtomicLong written = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong longestMillis = new AtomicLong();
    private final Object writing = new Object();
    private Address target;
    private volatile boolean isOver;

    private Traffic(ReadThroughCache cache, Duration lag) {
        this.cache = cache;
        this.lagNanos = lag.toNanos();
    }

    static Traffic start(ReadThroughCache cache, RedisServerProcess master, Duration lag) {
        Traffic traffic = new Traffic(cache, lag);
        traffic.writeTo(master);
        for (int i = 0; i < READERS; i++) {
            traffic.running.add(traffic.threads.submit(traffic::read));
        }
        return traffic;
    }

    /** Writes to that server from now on. */
    void writeTo(RedisServerProcess master) {
        synchronized (writing) {
            target = master.address();
        }
        running.add(threads.submit(() -> write(master)));
    }

    /** Writes no more, and waits until the replicas have everything. */
    void pauseWriting() {
        synchronized (writing) {
            try (RedisControl control = new RedisControl(target)) {
                control.call("WAIT", "2", "5000");
            }
            target = null;
        }
    }

    /** Goes on for a while, unless something went wrong. */
    void run(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - until < 0 && !isOver) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Ends it, and fails if a value or an answer was wrong. */
    void end() throws Exception {
        isOver = true;
        for (Future<Void> each : running) {
            each.get(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    long failures() {
        return failures.get();
    }

    private Void write(RedisServerProcess master) throws InterruptedException {
        try (RedisControl control = master.control()) {
            while (!isOver) {
                synchronized (writing) {
                    if (!master.address().equals(target)) {
                        return null;
                    }
                    long next = written.get() + 1;
                    String[] command = new String[1 + 2 * KEYS];
                    command[0] = "MSET";
                    for (int key = 0; key < KEYS; key++) {
                        command[1 + 2 * key] = "traffic:" + key;
                        command[2 + 2 * key] = Long.toString(next);
                    }
                    control.call(command);
                    writtenNanos.set((int) next, System.nanoTime());
                    written.set(next);
                }
                TimeUnit.MILLISECONDS.sleep(WRITE_PAUSE_MILLIS);
            }
        }
        return null;
    }

    private Void read() {
        try {
            long[] seen = new long[KEYS];
            int floor = 0;
            while (!isOver) {
                int key = ThreadLocalRandom.current().nextInt(KEYS);
                long startedNanos = System.nanoTime();
                while (isReplacedLongAgo(floor + 1, startedNanos)) {
                    floor++;
                }
                String value = value("traffic:" + key);
                if (value != null) {
                    long number = value.isEmpty() ? 0 : Long.parseLong(value);
                    if (number < seen[key] || number < floor) {
                        throw new AssertionError("key %d is %d, after %d was read and %d had been written for long"
                                .formatted(key, number, seen[key], floor));
                    }
                    seen[key] = number;
                }
                reads.incrementAndGet();
                // Readers that take all processors delay the servers more than what happens to these.
                LockSupport.parkNanos(READ_PAUSE_NANOS);
            }
        } finally {
            isOver = true;
        }
        return null;
    }

    private boolean isReplacedLongAgo(int number, long nowNanos) {
        long when = writtenNanos.get(number);
        return when != 0 && nowNanos - when >= lagNanos;
    }

    /** Returns the value, an empty string if there is none, or null after a failure. */
    private String value(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        if (entry != null && !entry.isAbsent()) {
            return new String(entry.array(), entry.valueOffset(), entry.valueLength(), StandardCharsets.UTF_8);
        }
        Outcome outcome = StoreFixture.load(cache, key);
        boolean isAnswered = outcome.isSuccess();
        longestMillis.accumulateAndGet(outcome.millis(), Math::max);
        if (!isAnswered) {
            failures.incrementAndGet();
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        }
        return outcome.value() == null ? "" : outcome.value().asUtf8();
    }

    @Override
    public String toString() {
        return "%d reads, %d failures, %d writes, the longest answer after %d ms"
                .formatted(reads.get(), failures.get(), written.get(), longestMillis.get());
    }

    @Override
    public void close() {
        isOver = true;
        threads.shutdownNow();
    }
}
