package redisproxy.cache;

import java.time.Duration;
import java.util.List;

/**
 * How writes are reported to a cache.
 *
 * @param tracked writes are reported, and values cached, for keys that begin with one of these; empty for all keys
 * @param heartbeat how often the store is asked to confirm its reports, and how long it may take to answer
 * @param grace for how long after the last confirmation values are served that may have been written since
 */
public record TrackingConfig(TrackedPrefixes tracked, Duration heartbeat, Duration grace) {
    public static final Duration MIN_HEARTBEAT = Duration.ofMillis(10);
    public static final Duration MAX_HEARTBEAT = Duration.ofHours(1);

    public TrackingConfig {
        if (heartbeat.compareTo(MIN_HEARTBEAT) < 0 || heartbeat.compareTo(MAX_HEARTBEAT) > 0) {
            throw new IllegalArgumentException(
                    "heartbeat: %s (expected: %s to %s)".formatted(heartbeat, MIN_HEARTBEAT, MAX_HEARTBEAT));
        }
        if (grace.isNegative() || grace.compareTo(CacheConfig.MAX_TTL) > 0) {
            throw new IllegalArgumentException(
                    "grace: %s (expected: PT0S to %s)".formatted(grace, CacheConfig.MAX_TTL));
        }
    }

    /** Makes a configuration whose prefixes nobody else changes. */
    public TrackingConfig(List<String> prefixes, Duration heartbeat, Duration grace) {
        this(new TrackedPrefixes(prefixes), heartbeat, grace);
    }

    /** Returns the same with prefixes of its own. */
    public TrackingConfig withOwnPrefixes() {
        return new TrackingConfig(tracked.get(), heartbeat, grace);
    }

    /** Returns what the prefixes are at present. */
    public List<String> prefixes() {
        return tracked.get();
    }

    /** Returns this configuration with what can change of another one. */
    TrackingConfig changed(TrackingConfig to) {
        return new TrackingConfig(to.tracked, heartbeat, to.grace);
    }

    /** Returns for how long after a confirmation values are served: by then a missing heartbeat would have been noticed. */
    Duration lease() {
        return heartbeat.multipliedBy(3);
    }
}
