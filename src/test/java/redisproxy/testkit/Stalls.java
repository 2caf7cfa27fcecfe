package redisproxy.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;

/** Measures for how long the machine did not run a thread that was ready to run. Thread-safe. */
public final class Stalls implements Runnable {
    private static final long STEP_MILLIS = 5;

    private final CountDownLatch stop;
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

    public Stalls(CountDownLatch stop) {
        this.stop = stop;
    }

    public Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    @Override
    public void run() {
        try {
            long before = System.nanoTime();
            while (!stop.await(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                longestNanos.accumulate(now - before - TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS));
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
