package redisproxy.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when told to, and a little with each reading, as time passes between accesses. */
final class ManualTicker implements Ticker {
    private static final int NANOS_PER_READING = 100;

    /** Wraps soon, as nanoTime may. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10 * NANOS_PER_READING);

    @Override
    public long nanos() {
        return nanos.getAndAdd(NANOS_PER_READING);
    }

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
