package redisproxy.resp;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of Redis that the proxy has under other names: those that CONFIG GET shows, and CONFIG SET changes or refuses. */
final class ConfigNames {
    private static final String LOG_LEVEL = "log-level";

    /** The proxy's own names by those of Redis. */
    private static final Map<String, String> OWN = Map.of(
            "loglevel", LOG_LEVEL,
            "maxclients", "max-connections",
            "maxmemory", "cache-max-bytes",
            "timeout", "idle-timeout");

    /** What Redis calls the levels of the proxy. */
    private static final Map<String, String> LEVELS =
            Map.of("debug", "DEBUG", "verbose", "DEBUG", "notice", "INFO", "warning", "WARN", "nothing", "ERROR");

    private static final Map<String, String> LEVELS_OF_REDIS =
            Map.of("TRACE", "debug", "DEBUG", "debug", "INFO", "notice", "WARN", "warning", "ERROR", "nothing");

    /** Parameters that follow from what the proxy is. */
    private static final Set<String> FIXED =
            Set.of("appendonly", "bind", "databases", "maxmemory-policy", "port", "proto-max-bulk-len", "save");

    private ConfigNames() {}

    /** Returns the proxy's own name, in lower case. */
    static String own(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return OWN.getOrDefault(lower, lower);
    }

    /** Returns whether the proxy shows the parameter of Redis and never changes it. */
    static boolean isFixed(String ownName) {
        return FIXED.contains(ownName);
    }

    /** Returns the value as the proxy writes it. */
    static String ownValue(String name, String value) {
        return name.equalsIgnoreCase("loglevel") ? LEVELS.getOrDefault(value.toLowerCase(Locale.ROOT), value) : value;
    }

    /** Adds the parameters of Redis that own settings stand for. */
    static void addTo(Map<String, String> parameters) {
        put(parameters, "maxmemory", parameters.get("cache-max-bytes"));
        String level = parameters.get(LOG_LEVEL);
        put(parameters, "loglevel", level == null ? null : LEVELS_OF_REDIS.get(level));
    }

    private static void put(Map<String, String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }
}
