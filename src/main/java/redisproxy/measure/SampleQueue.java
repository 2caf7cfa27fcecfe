package redisproxy.measure;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What was sampled and has not been counted yet, in bounded memory; and of how many accesses one is to be sampled, so that few
 * accesses are all sampled, and many take no more time than few. Adding is lock-free. Thread-safe.
 */
final class SampleQueue {
    /** 2,500 a second are enough for a share of 1 % to be known within a tenth of it, and take no measurable time. */
    private static final int SAMPLES_PER_PERIOD = 250;

    private static final int MAX_INTERVAL = 1 << 14;

    /** From here on the interval doubles after each step, so that a sudden load does not fill the queue. */
    private static final int BURST = 512;

    private static final int STEP = 256;

    /** Samples of long keys take 4 MiB then. */
    static final int MAX_SAMPLES = 8192;

    private final Queue<AccessSample> samples = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger interval = new AtomicInteger(1);

    /** Accesses that the dropped samples stand for. */
    private final LongAdder dropped = new LongAdder();

    private long droppedBefore;
    private long accesses;

    /** Returns of how many accesses one is to be sampled: a power of two. */
    int interval() {
        return interval.get();
    }

    /** Adds a sample, or drops it if the queue is full. */
    void add(AccessSample sample) {
        int number = size.incrementAndGet();
        if (number > MAX_SAMPLES) {
            size.decrementAndGet();
            dropped.add(sample.interval());
            return;
        }
        samples.add(sample);
        if (number >= BURST && number % STEP == 0) {
            int current = interval.get();
            interval.compareAndSet(current, Math.min(MAX_INTERVAL, 2 * current));
        }
    }

    /** Removes the oldest sample; returns null if there is none. One thread at a time. */
    @Nullable
    AccessSample take() {
        AccessSample sample = samples.poll();
        if (sample != null) {
            size.decrementAndGet();
            accesses += sample.interval();
        }
        return sample;
    }

    /** Chooses the interval by the accesses since the last call, which is a period ago. One thread at a time. */
    void adapt() {
        long droppedNow = dropped.sum();
        long seen = accesses + droppedNow - droppedBefore;
        accesses = 0;
        droppedBefore = droppedNow;
        int wanted = 1;
        while (wanted < MAX_INTERVAL && seen > (long) wanted * SAMPLES_PER_PERIOD) {
            wanted *= 2;
        }
        int current = interval.get();
        if (wanted > current) {
            interval.set(wanted);
        } else if (wanted < current / 2 || (wanted == 1 && current == 2)) {
            // One step at a time, and not for a load that is about as high.
            interval.set(current / 2);
        }
    }

    /** Returns how many accesses were not counted because the queue was full. */
    long dropped() {
        return dropped.sum();
    }
}
