package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A counter for each key, which is one byte; 0 is shown as absence. A counter is read when the request is sent: some time after the load
 * was taken over, and before it is answered.
 */
final class CountingStore implements BackingStore {
    final AtomicIntegerArray counts;
    private final BlockingQueue<Load> asked = new LinkedBlockingQueue<>();

    CountingStore(int keys) {
        this.counts = new AtomicIntegerArray(keys);
    }

    @Override
    public void load(List<? extends Load> loads) {
        asked.addAll(loads);
    }

    /** Answers loads until the last reader has had its answer. */
    void answer(AtomicBoolean hasReaders) throws InterruptedException {
        while (hasReaders.get()) {
            Load load = asked.poll(10, TimeUnit.MILLISECONDS);
            if (load != null) {
                load.sending();
                dawdle();
                int count = ask(load);
                dawdle();
                load.complete(count == 0 ? null : Integer.toString(count).getBytes(UTF_8));
                load.flush();
            }
        }
    }

    /** Answers loads one after the other, as a server does. */
    private synchronized int ask(Load load) {
        int count = counts.get(load.key()[0]);
        load.sent();
        return count;
    }

    static void dawdle() throws InterruptedException {
        if (ThreadLocalRandom.current().nextInt(16) == 0) {
            Thread.sleep(0, 100_000);
        }
    }

    @Override
    public void close() {}
}
