package redisproxy.resp;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import redisproxy.upstream.RawReply;

/** What INFO of Redis tells, and how it goes together with what the proxy tells of itself. Immutable. */
final class RedisInfo {
    /*
     * The proxy tells of its own process, clients and figures; Redis of what it holds, and of where that is kept and copied. Fields that only one of
     * them has are shown wherever they are. Calls and errors are counted by each for itself, so those of Redis would not fit.
     */
    static final RedisInfo NONE = new RedisInfo(Map.of());

    private static final Set<String> OF_REDIS = Set.of("Persistence", "Replication", "Modules", "Keyspace");
    private static final Set<String> OF_PROXY =
            Set.of("Commandstats", "Errorstats", "Latencystats", "CPU", "Cluster", "Cache", "Backing", "Coherence");
    private static final Set<String> FIELDS_OF_REDIS = Set.of("pubsub_channels", "pubsub_patterns");

    private final Map<String, Map<String, Object>> byTitle;

    private RedisInfo(Map<String, Map<String, Object>> byTitle) {
        this.byTitle = byTitle;
    }

    /** Reads a reply of Redis to INFO; what it does not understand is left out. */
    static RedisInfo of(RawReply reply) {
        if (reply.type() != '$' && reply.type() != '=') {
            return NONE;
        }
        Map<String, Map<String, Object>> byTitle = new LinkedHashMap<>();
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String line : reply.text().lines().skip(1).toList()) {
            int title = line.indexOf("# ");
            int colon = line.indexOf(':');
            // A verbatim string begins with its format.
            if (title == 0 || (title > 0 && line.startsWith("txt:"))) {
                fields = byTitle.computeIfAbsent(line.substring(title + 2), each -> new LinkedHashMap<>());
            } else if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return new RedisInfo(byTitle);
    }

    /** Returns the fields of a section of the proxy, with those that Redis tells. */
    Map<String, ?> with(InfoSection section) {
        Map<String, Object> ofRedis = byTitle.get(section.title());
        if (ofRedis == null || OF_PROXY.contains(section.title())) {
            return section.fields().get();
        }
        if (OF_REDIS.contains(section.title())) {
            return ofRedis;
        }
        Map<String, Object> all = new LinkedHashMap<>(section.fields().get());
        ofRedis.forEach((name, value) -> {
            if (FIELDS_OF_REDIS.contains(name)) {
                all.put(name, value);
            } else {
                all.putIfAbsent(name, value);
            }
        });
        return all;
    }

    /** Adds the sections that only Redis has. */
    void others(Collection<String> titles, StringBuilder to) {
        byTitle.forEach((title, fields) -> {
            if (!titles.contains(title)) {
                to.append(to.isEmpty() ? "# " : "\r\n# ").append(title).append("\r\n");
                fields.forEach((name, value) ->
                        to.append(name).append(':').append(value).append("\r\n"));
            }
        });
    }
}
