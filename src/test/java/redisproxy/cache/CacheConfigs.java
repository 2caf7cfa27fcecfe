package redisproxy.cache;

import java.time.Duration;
import java.util.List;

/** Configurations that tests have in common. */
final class CacheConfigs {
    static final Duration TTL = Duration.ofSeconds(60);
    static final Duration HEARTBEAT = Duration.ofSeconds(1);
    static final Duration LEASE = Duration.ofSeconds(3);

    private CacheConfigs() {}

    static CacheConfig tracking(String... prefixes) {
        return tracking(Duration.ZERO, prefixes);
    }

    static CacheConfig tracking(Duration grace, String... prefixes) {
        return tracking(grace, Duration.ZERO, Duration.ZERO, prefixes);
    }

    static CacheConfig tracking(
            Duration grace, Duration staleIfError, Duration staleWhileRevalidate, String... prefixes) {
        TrackingConfig tracking = new TrackingConfig(List.of(prefixes), HEARTBEAT, grace);
        return new CacheConfig(100, TTL, 10, Duration.ZERO, staleIfError, staleWhileRevalidate, tracking);
    }

    static CacheConfig negative(Duration negativeTtl) {
        return new CacheConfig(100, TTL, 10, negativeTtl, Duration.ZERO, Duration.ZERO, null);
    }

    static CacheConfig stale(Duration ifError, Duration whileRevalidate) {
        return new CacheConfig(100, TTL, 10, Duration.ZERO, ifError, whileRevalidate, null);
    }
}
