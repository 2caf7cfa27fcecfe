package redisproxy.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How writes are reported to a cache.
 *
 * @param prefixes writes are reported, and values cached, for keys that begin with one of these; empty for all keys
 * @param heartbeat how often the store is asked to confirm its reports, and how long it may take to answer
 * @param grace for how long after the last confirmation values are served that may have been written since
 */
public record TrackingConfig(List<String> prefixes, Duration heartbeat, Duration grace) {
    public static final Duration MIN_HEARTBEAT = Duration.ofMillis(10);
    public static final Duration MAX_HEARTBEAT = Duration.ofHours(1);

    public TrackingConfig {
        prefixes = List.copyOf(prefixes);
        String overlap = overlap(prefixes);
        if (overlap != null) {
            throw new IllegalArgumentException("prefixes: " + overlap);
        }
        if (heartbeat.compareTo(MIN_HEARTBEAT) < 0 || heartbeat.compareTo(MAX_HEARTBEAT) > 0) {
            throw new IllegalArgumentException(
                    "heartbeat: %s (expected: %s to %s)".formatted(heartbeat, MIN_HEARTBEAT, MAX_HEARTBEAT));
        }
        if (grace.isNegative() || grace.compareTo(CacheConfig.MAX_TTL) > 0) {
            throw new IllegalArgumentException(
                    "grace: %s (expected: PT0S to %s)".formatted(grace, CacheConfig.MAX_TTL));
        }
    }

    /** Returns which prefixes Redis would refuse together, and what it accepts; null if it accepts them. */
    public static @Nullable String overlap(List<String> prefixes) {
        List<String> sorted = prefixes.stream().sorted().toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).startsWith(sorted.get(i - 1))) {
                return "'%s' begins with '%s' (expected: prefixes none of which begins with another)"
                        .formatted(sorted.get(i), sorted.get(i - 1));
            }
        }
        return null;
    }

    TrackingConfig withGrace(Duration other) {
        return new TrackingConfig(prefixes, heartbeat, other);
    }

    /** Returns for how long after a confirmation values are served: by then a missing heartbeat would have been noticed. */
    Duration lease() {
        return heartbeat.multipliedBy(3);
    }

    /** Returns the prefixes as bytes of UTF-8. */
    List<byte[]> prefixBytes() {
        return prefixes.stream()
                .map(prefix -> prefix.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    static boolean begins(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
