package redisproxy.server;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that can be set: its names, what it means, and what applies when nobody sets it. */
enum Setting {
    PROXY_HOST("HOST", "0.0.0.0", "address of the HTTP port", "PROXY_LISTEN"),
    PROXY_PORT("PORT", "5000", "HTTP port, 0 for any free one"),
    TCP_HOST("HOST", null, "address of the RESP port; as the HTTP port if not given, all addresses if empty"),
    TCP_PORT("PORT", "5010", "RESP port, 0 for any free one"),
    REDIS_HOST("HOST", "localhost", "host of the backing Redis"),
    REDIS_PORT("PORT", "6379", "port of the backing Redis"),
    REDIS_USER("NAME", null, "user to authenticate as, if not the default user"),
    REDIS_PASSWORD("TEXT", null, "password of that user"),
    REDIS_PASSWORD_FILE("FILE", null, "file that holds the password, instead of the password itself"),
    REDIS_DATABASE("NUMBER", "0", "database of the backing Redis"),
    REDIS_POOL_SIZE("NUMBER", "8", "connections to the backing Redis"),
    REDIS_TIMEOUT("SECONDS", "5", "how long a load may take before the request is refused"),
    CACHE_SIZE("NUMBER", "100000", "entries the cache holds", "CACHE_CAPACITY"),
    CACHE_MAX_BYTES(
            "BYTES",
            null,
            "heap that the cached values may take, with kb, mb or gb if you like; two fifths of it if not given"),
    MAX_VALUE_BYTES("BYTES", null, "the longest value that is cached; an eighth of --cache-max-bytes if not given"),
    TTL("SECONDS", "60", "how long a value is served from memory, fractions allowed", "CACHE_EXPIRY"),
    COHERENCE("MODE", "ttl", "ttl: a value is served for its time; tracking: Redis tells of every write"),
    TRACKING_PREFIX(
            "PREFIX",
            null,
            "with tracking: what the keys begin with that are cached, all keys if not given; repeat it or separate several"
                    + " by commas"),
    TRACKING_HEARTBEAT(
            "SECONDS",
            "1",
            "with tracking: how often Redis is asked whether it is there, and how long it may take to answer"),
    MAX_STALENESS_DISCONNECTED(
            "SECONDS",
            "0",
            "with tracking: for how long values are served after the last sign of Redis, though they may have changed"),
    NEGATIVE_TTL(
            "SECONDS", "0", "how long it is served from memory that a key does not exist; with tracking it is --ttl"),
    NEGATIVE_CACHE_SIZE("NUMBER", "10000", "keys that do not exist held at once, beside the values"),
    STALE_IF_ERROR("SECONDS", "0", "for how long an expired value is served when Redis does not answer"),
    STALE_WHILE_REVALIDATE("SECONDS", "0", "for how long an expired value is served while it is loaded anew"),
    HTTP_MAX_AGE(
            "SECONDS",
            null,
            "the greatest max-age in Cache-Control; if not given, what is left of the value's time, and with tracking no-cache"),
    MAX_CONN("NUMBER", "1000", "HTTP requests in process, and RESP connections, at once (each)"),
    IDLE_TIMEOUT("SECONDS", "0", "how long a RESP connection may ask for nothing, 0 for as long as it likes"),
    CLIENT_TIMEOUT(
            "SECONDS", "60", "how long a client may take to send the rest of a request, or to read some of a reply"),
    LOG_LEVEL("LEVEL", "INFO", "least level that is logged: ERROR, WARN, INFO, DEBUG or TRACE");

    /** Names in a file that are somebody else's: compose maps ports by them. */
    static final List<String> FOREIGN_NAMES = List.of("HOST_PORT", "CONTAINER_PORT");

    private final String placeholder;
    private final @Nullable String defaultValue;
    private final String meaning;
    private final @Nullable String alias;

    Setting(String placeholder, @Nullable String defaultValue, String meaning) {
        this(placeholder, defaultValue, meaning, null);
    }

    Setting(String placeholder, @Nullable String defaultValue, String meaning, @Nullable String alias) {
        this.placeholder = placeholder;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
        this.alias = alias;
    }

    /** The name on the command line. */
    String flag() {
        return this == MAX_CONN
                ? "--max-connections"
                : "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The names in the environment and in files, the one that counts first. */
    List<String> names() {
        return alias == null ? List.of(name()) : List.of(name(), alias);
    }

    /** Whether several values may be given. */
    boolean isList() {
        return this == TRACKING_PREFIX;
    }

    String placeholder() {
        return placeholder;
    }

    @Nullable
    String defaultValue() {
        return defaultValue;
    }

    String meaning() {
        return meaning;
    }

    /** Finds the setting that a name in a file means. */
    static Optional<Setting> named(String name) {
        return Stream.of(values())
                .filter(setting -> setting.names().contains(name))
                .findFirst();
    }
}
