package redisproxy.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that the test moves. It also moves a little with each reading, as time passes between accesses. */
public final class ManualTicker implements Ticker {
    private static final int NANOS_PER_READING = 100;

    /** Close to the greatest value, so that readings wrap as those of nanoTime may. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10 * NANOS_PER_READING);

    private final AtomicReference<Runnable> atNextReading = new AtomicReference<>();

    @Override
    public long nanos() {
        Runnable between = atNextReading.getAndSet(null);
        if (between != null) {
            between.run();
        }
        return nanos.getAndAdd(NANOS_PER_READING);
    }

    /** Runs an action within the next reading of the clock. */
    void atNextReading(Runnable event) {
        atNextReading.set(event);
    }

    /** Lets this much time pass. */
    public void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
