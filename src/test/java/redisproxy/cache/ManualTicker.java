package redisproxy.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when told to, and by one nanosecond with each reading, so that no two accesses tie. */
final class ManualTicker implements Ticker {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // wraps soon, as nanoTime may

    @Override
    public long nanos() {
        return nanos.getAndIncrement();
    }

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
