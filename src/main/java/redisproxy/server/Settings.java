package redisproxy.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values that were given, from all sources. Not thread-safe. */
final class Settings {
    /** What Kubernetes puts into the environment for a Service: NAME_PORT, with the protocol of its first port. */
    private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://\\S+:[0-9]+");

    private static final Pattern LINE_END = Pattern.compile("\\r?\\n\\z");

    /** Each source returns the value that it has for a setting, or null. */
    private final List<Function<Setting<?>, @Nullable Given>> sources = new ArrayList<>();
    /** In the order in which they were found, each once. */
    private final Set<String> notices = new LinkedHashSet<>();

    /** A value and the name by which it was given. */
    record Given(String name, String value) {}

    /** Adds a source with a lower rank than those added before. */
    Settings orFrom(Function<Setting<?>, @Nullable Given> lookup) {
        sources.add(lookup);
        return this;
    }

    /**
     * Adds a source that has values by the names in the environment, with a lower rank than those added before. An empty value
     * counts as none, because compose passes that for a variable that is not set.
     */
    Settings orFromNames(Function<String, @Nullable String> lookup) {
        return orFromGiven(name -> {
            String value = lookup.apply(name);
            return value == null ? null : new Given(name, value);
        });
    }

    /** Adds the values of a file, as {@link #orFromNames}. */
    Settings orFromFile(Map<String, Given> values) {
        return orFromGiven(values::get);
    }

    /** Adds the environment, as {@link #orFromNames}; what Kubernetes has put there for a Service of that name is passed over. */
    Settings orFromEnvironment(Map<String, String> environment) {
        return orFromNames(name -> {
            String value = environment.get(name);
            if (value == null
                    || !name.endsWith("_PORT")
                    || !SERVICE_LINK.matcher(value.strip()).matches()) {
                return value;
            }
            note(
                    "%s: '%s' is the link of a Kubernetes Service and is passed over (to be without it: enableServiceLinks: false)"
                            .formatted(name, value.strip()));
            return null;
        });
    }

    /** Returns these values under others, which go before them. */
    Settings under(Map<Setting<?>, Given> others) {
        return new Settings()
                .orFrom(others::get)
                .orFrom(setting -> given(setting).orElse(null));
    }

    /** Returns these values for settings that can change at run time, and those of {@code atStart} for all others. */
    Settings onlyChangeableOver(Settings atStart) {
        return new Settings()
                .orFrom(setting -> (setting.changesAtRunTime() ? this : atStart)
                        .given(setting)
                        .orElse(null));
    }

    private Settings orFromGiven(Function<String, @Nullable Given> lookup) {
        return orFrom(setting -> {
            for (String name : setting.names()) {
                Given given = lookup.apply(name);
                if (given != null && !withoutLineEnd(given.value()).isEmpty()) {
                    return given;
                }
            }
            return null;
        });
    }

    /** Returns the text without the line end that editors and secrets put behind it, LF or CR LF. */
    static String withoutLineEnd(String text) {
        return LINE_END.matcher(text).replaceFirst("");
    }

    /** Keeps a sentence for the log, which is not set up yet while settings are read. */
    void note(String sentence) {
        notices.add(sentence);
    }

    /** Returns what is to be logged about the settings that were read so far. */
    List<String> notices() {
        return List.copyOf(notices);
    }

    /** Returns what was given for a setting, unread; the first source that has a value counts. */
    Optional<Given> given(Setting<?> setting) {
        for (Function<Setting<?>, @Nullable Given> source : sources) {
            Given given = source.apply(setting);
            if (given != null) {
                return Optional.of(given);
            }
        }
        return Optional.empty();
    }

    /** Returns the name by which a setting was given, or its name in the environment if it was not given. */
    String nameOf(Setting<?> setting) {
        return given(setting).map(Given::name).orElse(setting.name());
    }

    /**
     * Returns the value of a setting that has a default or was given.
     *
     * @throws ConfigException if the value is not accepted
     */
    <T> T value(Setting<T> setting) {
        String defaultText = setting.defaultText();
        return parse(
                setting,
                given(setting).orElseGet(() -> new Given(setting.name(), defaultText == null ? "" : defaultText)));
    }

    /**
     * Returns the value of an optional setting, or null if none or an empty one was given.
     *
     * @throws ConfigException if the value is not accepted
     */
    <T> @Nullable T optional(Setting<T> setting) {
        Given given = given(setting).orElse(null);
        return given == null || given.value().isEmpty() ? null : parse(setting, given);
    }

    private static <T> T parse(Setting<T> setting, Given given) {
        T value = setting.type().parse(given.value());
        if (value == null) {
            String shown = setting.isSecret() ? "the value" : "'" + given.value() + "'";
            throw new ConfigException("%s: %s is not accepted (expected: %s)"
                    .formatted(given.name(), shown, setting.type().accepted()));
        }
        return value;
    }
}
