package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Glob;

/** CONFIG: shows the parameters that tools for Redis ask for, and the proxy's own settings, and changes some; resets figures. Thread-safe. */
final class ConfigCommand {
    /** Longer than any name of a parameter, since the time to match grows with it. */
    private static final int MAX_PATTERN_BYTES = 128;

    private static final String PATTERN_CHARACTERS = "*?[";

    /** Longer than any value that is accepted. */
    private static final int MAX_VALUE_BYTES = 16 * 1024;

    private static final String FAILED = "ERR CONFIG SET failed (possibly related to argument '%s') - %s";

    private final Supplier<RespConfig> config;
    private final OwnSettings ownSettings;
    private final IntSupplier port;
    private final Runnable resetStats;
    private final RedisConfigCommand ofRedis;

    /**
     * Makes the command.
     *
     * @param config returns the limits that apply
     * @param ownSettings the proxy's settings
     * @param port returns the RESP port that is bound
     * @param resetStats has INFO count from now on
     * @param passing takes what is about the parameters of Redis
     */
    ConfigCommand(
            Supplier<RespConfig> config,
            OwnSettings ownSettings,
            IntSupplier port,
            Runnable resetStats,
            Passing passing) {
        this.config = config;
        this.ownSettings = ownSettings;
        this.port = port;
        this.resetStats = resetStats;
        this.ofRedis = new RedisConfigCommand(passing.inPlaceOfProxy(), this::ownNames);
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                "config",
                -2,
                List.of("noscript", "loading", "stale"),
                KeyPositions.NONE,
                "2.0.0",
                "server",
                "A container for server configuration commands.");
        return new Container(spec)
                .with("GET", -3, "GET <pattern>", "Return parameters matching the glob.", this::get)
                .admin()
                .detour(invocation -> !isTooLong(invocation.arguments())
                        && ofRedis.get(
                                invocation,
                                () -> words(invocation.arguments()),
                                (words, step) -> found(words, ownParameters(), step)))
                .with("SET", -4, "SET <directive> <value>", "Set the configuration <directive> to <value>.", this::set)
                .admin()
                .detour(ofRedis::set)
                .with("RESETSTAT", 2, "RESETSTAT", "Reset statistics reported by the INFO command.", this::resetStats)
                .admin()
                .detour(invocation -> ofRedis.resetStats(invocation, resetStats))
                .build();
    }

    private void resetStats(Invocation invocation) {
        resetStats.run();
        invocation.ok();
    }

    private void get(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        for (int i = 2; i < arguments.count(); i++) {
            if (arguments.length(i) > MAX_PATTERN_BYTES) {
                invocation.error("ERR pattern %d is too long: %d bytes (at most %d)"
                        .formatted(i - 1, arguments.length(i), MAX_PATTERN_BYTES));
                return;
            }
        }
        Map<String, String> found = found(words(arguments), parameters(), invocation::step);
        ReplyBuilder reply = invocation.encoder().map(found.size());
        found.forEach((name, value) -> reply.bulk(name).bulk(value));
        invocation.reply(reply);
    }

    private static boolean isTooLong(Arguments arguments) {
        for (int i = 2; i < arguments.count(); i++) {
            if (arguments.length(i) > MAX_PATTERN_BYTES) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> words(Arguments arguments) {
        Set<String> words = new LinkedHashSet<>();
        for (int i = 2; i < arguments.count(); i++) {
            words.add(arguments.text(i));
        }
        return words;
    }

    /** Sets all parameters or none. The errors are those of Redis 7. */
    private void set(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() % 2 != 0) {
            invocation.refuse(CommandErrors.syntax());
            return;
        }
        Map<String, String> givenNames = new LinkedHashMap<>();
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 2; i < arguments.count(); i += 2) {
            String given = CommandErrors.quoted(arguments, i);
            String own = ConfigNames.own(given);
            if (arguments.length(i + 1) > MAX_VALUE_BYTES) {
                invocation.error(FAILED.formatted(
                        given,
                        "the value is too long: %d bytes (at most %d)"
                                .formatted(arguments.length(i + 1), MAX_VALUE_BYTES)));
                return;
            }
            String value = new String(arguments.bytes(i + 1), StandardCharsets.UTF_8);
            if (givenNames.put(own, given) != null) {
                invocation.error(FAILED.formatted(given, "duplicate parameter"));
                return;
            }
            values.put(own, ConfigNames.ownValue(given, value));
        }
        String error = set(values, givenNames, invocation.session());
        if (error == null) {
            invocation.ok();
        } else {
            invocation.error(error);
        }
    }

    private @Nullable String set(Map<String, String> values, Map<String, String> givenNames, Session session) {
        for (String own : values.keySet()) {
            if (ConfigNames.isFixed(own)) {
                return FAILED.formatted(givenNames.get(own), "can't set immutable config");
            }
        }
        OwnSettings.Refusal refusal =
                ownSettings.set(values, "CONFIG SET by '%s' (%s)".formatted(session.user(), session.remoteAddress));
        if (refusal == null) {
            return null;
        }
        String given = givenNames.getOrDefault(refusal.name(), refusal.name());
        return refusal.why() == null
                ? "ERR Unknown option or number of arguments for CONFIG SET - '%s'".formatted(given)
                : FAILED.formatted(given, refusal.why());
    }

    /** As in Redis, a word that is no pattern is a name, in upper or lower case, and is repeated as it was given. */
    private static Map<String, String> found(Set<String> words, Map<String, String> all, Runnable step) {
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String word : words) {
            step.run();
            if (word.chars().noneMatch(c -> PATTERN_CHARACTERS.indexOf(c) >= 0)) {
                String value = all.get(word.toLowerCase(Locale.ROOT));
                if (value != null) {
                    found.putIfAbsent(word, value);
                }
                continue;
            }
            Glob pattern = new Glob(word, /* ignoresCase= */ true);
            all.forEach((name, value) -> {
                if (pattern.matches(name)) {
                    found.putIfAbsent(name, value);
                }
            });
        }
        return found;
    }

    private Map<String, String> parameters() {
        RespConfig present = config.get();
        Map<String, String> parameters = ownParameters();
        parameters.put("appendonly", "no");
        // Clients compare the database that they select with it.
        parameters.put("databases", Integer.toString(present.database() + 1));
        parameters.put("maxclients", Integer.toString(present.maxConnections()));
        parameters.put("maxmemory", Long.toString(MemoryInfo.maxBytes()));
        ConfigNames.addTo(parameters);
        parameters.put("maxmemory-policy", MemoryInfo.EVICTION_POLICY);
        parameters.put("proto-max-bulk-len", Integer.toString(RequestParser.MAX_BULK_BYTES));
        parameters.put("save", "");
        parameters.put("timeout", Long.toString(present.idleTimeout().toSeconds()));
        return parameters;
    }

    /** Returns the names that are the proxy's even where all others are those of Redis: a secret must not go there. */
    private Set<String> ownNames() {
        Set<String> names = new HashSet<>(ownParameters().keySet());
        names.addAll(ownSettings.names());
        return names;
    }

    /** Returns those that are the proxy's even where all others are those of Redis. */
    private Map<String, String> ownParameters() {
        Map<String, String> parameters = new TreeMap<>(ownSettings.shown());
        String host = config.get().host();
        parameters.put("bind", host == null ? "*" : host);
        parameters.put("port", Integer.toString(port.getAsInt()));
        return parameters;
    }
}
