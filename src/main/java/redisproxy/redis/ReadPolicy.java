package redisproxy.redis;

import org.jspecify.annotations.Nullable;

/**
 * Which servers values are read from, where several hold the same keys. Redis replicates asynchronously, so a replica may
 * answer with an older value than its master. Immutable.
 *
 * @param from which of the servers are read from
 * @param zone the availability zone of this proxy, or null if it is not told: servers that tell the same one in
 *     {@code INFO} ({@code availability_zone}, Valkey 8 and later) are preferred
 * @param readsDisconnected whether a replica is read from whose link to its master is down, and which falls behind for as long as
 *     it is
 */
public record ReadPolicy(ReadFrom from, @Nullable String zone, boolean readsDisconnected) {
    /** Masters alone are read from. */
    public static final ReadPolicy PRIMARY = new ReadPolicy(ReadFrom.PRIMARY, null, false);

    /** No provider's names come near this bound. */
    public static final int MAX_ZONE_LENGTH = 255;

    public ReadPolicy {
        if (zone != null && (zone.isBlank() || zone.length() > MAX_ZONE_LENGTH)) {
            throw new IllegalArgumentException("zone: %s (expected: 1 to %d characters, not all of them blank)"
                    .formatted(zone.isBlank() ? "blank" : zone.length() + " characters", MAX_ZONE_LENGTH));
        }
        if (from == ReadFrom.PRIMARY && (zone != null || readsDisconnected)) {
            throw new IllegalArgumentException("%s: given with from=%s (expected: another from)"
                    .formatted(zone != null ? "zone" : "readsDisconnected", from));
        }
    }
}
