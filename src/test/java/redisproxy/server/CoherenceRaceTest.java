package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * Many readers and writers of few keys at once. Each key is a counter that only goes up, which reveals an old value.
 *
 * <p>A property sets the number of commands: {@code ./mvnw -Dlint=false test -Dtest=CoherenceRaceTest
 * -Dcoherence.operations=1000000}.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CoherenceRaceTest {
    private static final long OPERATIONS = Long.getLong("coherence.operations", 100_000);
    private static final int KEYS = 8;
    private static final int READERS = 6;
    private static final int WRITERS = 2;

    /** Reads for each write, so that some are served from memory. */
    private static final int READS_PER_WRITE = 9;

    private final AtomicLongArray written = new AtomicLongArray(KEYS);
    private final AtomicLong reads = new AtomicLong();
    private final AtomicBoolean isOver = new AtomicBoolean();

    @Test
    void noReaderGoesBackInTime() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RedisServerProcess redis = RedisServerProcess.started();
                CoherentProxy first = CoherentProxy.tracking(redis);
                CoherentProxy second = CoherentProxy.tracking(redis)) {
            List<Future<Void>> reading = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                CoherentProxy proxy = i % 2 == 0 ? first : second;
                reading.add(threads.submit(() -> read(proxy)));
            }
            List<Callable<Void>> writing = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writing.add(() -> write(redis));
            }
            for (Future<Void> each : threads.invokeAll(writing)) {
                each.get();
            }
            for (int key = 0; key < KEYS && !isOver.get(); key++) {
                Reply last = Reply.bulk(Long.toString(written.get(key)));
                String name = name(key);
                CoherentProxy.await(() -> first.get(name).equals(last));
                CoherentProxy.await(() -> second.get(name).equals(last));
            }
            isOver.set(true);
            for (Future<Void> each : reading) {
                each.get();
            }
            assertThat(first.status().messages()).isPositive();
        } finally {
            isOver.set(true);
            threads.shutdownNow();
        }
    }

    private Void write(RedisServerProcess redis) {
        long writes = OPERATIONS / (READS_PER_WRITE + 1);
        try (RedisControl control = redis.control()) {
            while (!isOver.get()) {
                long sofar = 0;
                for (int key = 0; key < KEYS; key++) {
                    sofar += written.get(key);
                }
                if (sofar >= writes) {
                    break;
                }
                if (reads.get() < sofar * READS_PER_WRITE) {
                    LockSupport.parkNanos(20_000);
                    continue;
                }
                int key = ThreadLocalRandom.current().nextInt(KEYS);
                long value = ((Reply.Whole) control.call("INCR", name(key))).value();
                written.accumulateAndGet(key, value, Math::max);
            }
        }
        return null;
    }

    private Void read(CoherentProxy proxy) {
        long[] seen = new long[KEYS];
        try (RespClient client = proxy.connect()) {
            while (!isOver.get()) {
                int key = ThreadLocalRandom.current().nextInt(KEYS);
                Reply reply = client.call("GET", name(key));
                long value = reply instanceof Reply.Bulk bulk
                        ? Long.parseLong(bulk.bytes().asUtf8())
                        : 0;
                if (!(reply instanceof Reply.Bulk) && !reply.equals(CoherentProxy.NONE)) {
                    throw new AssertionError("not a counter: " + reply);
                }
                if (value < seen[key]) {
                    throw new AssertionError("key %d went from %d back to %d".formatted(key, seen[key], value));
                }
                seen[key] = value;
                reads.incrementAndGet();
            }
        } finally {
            // Stops early after a failure.
            isOver.set(true);
        }
        return null;
    }

    private static String name(int key) {
        return "counter:" + key;
    }
}
