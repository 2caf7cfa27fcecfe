package redisproxy.testkit;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;

/** Measures for how long the machine did not run a thread that was ready to run. Thread-safe. */
public final class Stalls implements Runnable {
    private static final long STEP_MILLIS = 5;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS);

    /** Shorter ones are not told apart. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int MOST_KEPT = 1_000;

    private final CountDownLatch stop;
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
    private final Queue<Stall> stalls = new ConcurrentLinkedQueue<>();

    private volatile boolean isRunning;
    private volatile long ranNanos;

    private record Stall(long endedNanos, long nanos) {}

    public Stalls(CountDownLatch stop) {
        this.stop = stop;
    }

    public Duration longest() {
        return Duration.ofNanos(Math.max(longestNanos.get(), presentNanos()));
    }

    /** Returns the longest one that had not ended at a moment, of {@link System#nanoTime}. */
    public Duration longestSince(long nanos) {
        long longest = presentNanos();
        for (Stall each : stalls) {
            if (each.endedNanos - nanos > 0) {
                longest = Math.max(longest, each.nanos);
            }
        }
        return Duration.ofNanos(longest);
    }

    /** Others may run before the thread that measures does. */
    private long presentNanos() {
        return isRunning ? Math.max(0, System.nanoTime() - ranNanos - STEP_NANOS) : 0;
    }

    @Override
    public void run() {
        try {
            ranNanos = System.nanoTime();
            isRunning = true;
            while (!stop.await(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                note(System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            isRunning = false;
        }
    }

    private void note(long now) {
        long stalled = now - ranNanos - STEP_NANOS;
        longestNanos.accumulate(stalled);
        if (stalled >= LEAST_NANOS) {
            stalls.add(new Stall(now, stalled));
            if (stalls.size() > MOST_KEPT) {
                stalls.remove();
            }
        }
        ranNanos = now;
    }
}
