package redisproxy.admin.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CachedEntry;
import redisproxy.cache.NodeStats;
import redisproxy.cache.ReadThroughCache;

/**
 * What is cached of one key, as the API tells it. Immutable. All but the first three are null if nothing is.
 *
 * @param absent whether Redis said that there is no such key
 * @param freshSeconds for how long it stays fresh; negative if it has expired
 * @param idleSeconds how long ago it was read last, or loaded
 * @param coherence what is known of writes to it: {@code ttl}, {@code tracking} or {@code lost}
 * @param origin the server that it was read from. Where writes are not followed that is not kept, and it is the one that the key is read
 *     from now; null if it may be any of several
 * @param accesses how often it was read lately, if it is among the keys that are read most
 */
record EntryView(
        String key,
        String key64,
        boolean cached,
        @Nullable Boolean absent,
        @Nullable Boolean expired,
        @Nullable Integer valueBytes,
        @Nullable Double ageSeconds,
        @Nullable Double freshSeconds,
        @Nullable Double idleSeconds,
        @Nullable String coherence,
        @Nullable String origin,
        @Nullable Long accesses) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** The key may be among these. */
    private static final int LOOKED_THROUGH = 1000;

    /** Looks the key up. That is no read: it counts as no hit, and not for recency. */
    static EntryView of(byte[] key, Sources sources) {
        ReadThroughCache cache = sources.cache();
        CachedEntry entry = cache.inspect(key);
        String shown = KeyText.shown(key);
        String key64 = KeyText.base64(key);
        Long accesses = accesses(key, sources);
        if (entry == null) {
            return new EntryView(shown, key64, false, null, null, null, null, null, null, null, null, accesses);
        }
        return new EntryView(
                shown,
                key64,
                true,
                entry.isAbsent(),
                entry.freshNanos() <= 0,
                entry.valueBytes(),
                entry.ageNanos() / NANOS_PER_SECOND,
                entry.freshNanos() / NANOS_PER_SECOND,
                entry.idleNanos() / NANOS_PER_SECOND,
                entry.coherence().name().toLowerCase(Locale.ROOT),
                server(key, entry, sources),
                accesses);
    }

    private static @Nullable String server(byte[] key, CachedEntry entry, Sources sources) {
        if (entry.server() != null) {
            return entry.server();
        }
        List<NodeStats> nodes = sources.cache().storeStats().nodes();
        return nodes.size() == 1 ? nodes.get(0).address() : sources.servers().apply(key);
    }

    private static @Nullable Long accesses(byte[] key, Sources sources) {
        if (sources.accesses() == null) {
            return null;
        }
        return sources.accesses().apply(LOOKED_THROUGH).keys().stream()
                .filter(each -> each.isWhole() && Arrays.equals(each.key(), key))
                .findFirst()
                .map(Sources.AccessedKey::accesses)
                .orElse(null);
    }
}
