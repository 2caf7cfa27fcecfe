package redisproxy.cache;

/** The clock of one cache: nanoseconds since the cache was made. Thread-safe. */
final class CacheClock {
    private final Ticker ticker;
    private final long origin;

    CacheClock(Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanos();
    }

    long now() {
        return ticker.nanos() - origin;
    }
}
