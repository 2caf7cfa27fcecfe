package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values that were given, from all sources. Not thread-safe. */
final class Settings {
    /** Each source returns the value that it has for a setting, or null. */
    private final List<Function<Setting<?>, @Nullable Given>> sources = new ArrayList<>();

    /** A value and the name by which it was given. */
    record Given(String name, String value) {}

    /** Adds a source with a lower rank than those added before. */
    Settings orFrom(Function<Setting<?>, @Nullable Given> lookup) {
        sources.add(lookup);
        return this;
    }

    /** Adds a source that has values by the names in the environment, with a lower rank than those added before. */
    Settings orFromNames(Function<String, @Nullable String> lookup) {
        return orFrom(setting -> {
            for (String name : setting.names()) {
                String value = lookup.apply(name);
                if (value != null) {
                    return new Given(name, value);
                }
            }
            return null;
        });
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
     * @throws ConfigException if the value is not accepted; an empty one is read like any other
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
