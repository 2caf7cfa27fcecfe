package redisproxy.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.util.KeyValue;

/** What Redis answers to {@code CLIENT TRACKINGINFO}. */
final class TrackingInfo {
    private TrackingInfo() {}

    /**
     * Verifies that the connection gets the invalidations that were asked for.
     *
     * @throws TrackingRefusedException if it is not
     */
    static void verify(@Nullable Object reply, List<String> prefixes) {
        Set<String> flags = strings(field(reply, "flags"));
        Set<String> tracked = strings(field(reply, "prefixes"));
        // Without a prefix Redis lists the empty one, or none.
        boolean isPrefixed =
                prefixes.isEmpty() ? Set.of("").containsAll(tracked) : tracked.equals(Set.copyOf(prefixes));
        if (!flags.contains("on") || !flags.contains("bcast") || !isPrefixed) {
            throw new TrackingRefusedException("the server says it tracks %s for %s".formatted(flags, tracked));
        }
    }

    private static @Nullable Object field(@Nullable Object map, String name) {
        if (map instanceof List<?> fields) {
            for (Object field : fields) {
                if (field instanceof KeyValue<?, ?> pair && name.equals(text(pair.getKey()))) {
                    return pair.getValue();
                }
            }
        }
        return null;
    }

    private static Set<String> strings(@Nullable Object list) {
        return list instanceof List<?> elements
                ? elements.stream().map(TrackingInfo::text).collect(Collectors.toSet())
                : Set.of();
    }

    private static String text(@Nullable Object bulk) {
        return bulk instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(bulk);
    }
}
