package redisproxy.server;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting: its names, the values that it accepts, its default and its meaning. Immutable. {@link SettingsCatalog}
 * declares all of them, each once.
 *
 * @param <T> the type of its value
 */
final class Setting<T> {
    private final String name;
    private final @Nullable String alias;
    private final String flag;
    private final ValueType<T> type;
    private final @Nullable String defaultText;
    private final String whenUnset;
    private final String help;
    private final boolean isSecret;
    private final boolean changesAtRunTime;

    private Setting(Builder<T> builder) {
        this.name = builder.name;
        this.alias = builder.alias;
        this.flag = builder.flag;
        this.type = builder.type;
        this.defaultText = builder.defaultText;
        this.whenUnset = builder.whenUnset;
        this.help = builder.help;
        this.isSecret = builder.isSecret;
        this.changesAtRunTime = builder.changesAtRunTime;
    }

    /** Begins the declaration of a setting that has this name in the environment and in files. */
    static <T> Builder<T> named(String name, ValueType<T> type) {
        return new Builder<>(name, type);
    }

    /** Returns the name in the environment and in files. */
    String name() {
        return name;
    }

    /** Returns the names in the environment and in files, the one that counts first. */
    List<String> names() {
        return alias == null ? List.of(name) : List.of(name, alias);
    }

    /** Returns the name on the command line. */
    String flag() {
        return flag;
    }

    /** Returns the name in {@code CONFIG GET}. */
    String parameter() {
        return flag.substring(Builder.DASHES.length());
    }

    ValueType<T> type() {
        return type;
    }

    /** Returns the default as it would be given, or null if the setting is optional. */
    @Nullable
    String defaultText() {
        return defaultText;
    }

    /** Returns what applies when an optional setting is not given, in words; empty if nothing does. */
    String whenUnset() {
        return whenUnset;
    }

    /** Returns the meaning: one clause that begins in lower case and has no full stop. */
    String help() {
        return help;
    }

    /** Returns whether the value is kept out of messages and of {@code CONFIG GET}. */
    boolean isSecret() {
        return isSecret;
    }

    /** Returns whether a running proxy takes a new value over by {@link Reload}; others take effect at the next start. */
    boolean changesAtRunTime() {
        return changesAtRunTime;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Collects the parts of a declaration. */
    static final class Builder<T> {
        private static final String DASHES = "--";

        private final String name;
        private final ValueType<T> type;
        private @Nullable String alias;
        private String flag;
        private @Nullable String defaultText;
        private String whenUnset = "";
        private String help = "";
        private boolean isSecret;
        private boolean changesAtRunTime;

        private Builder(String name, ValueType<T> type) {
            this.name = name;
            this.type = type;
            this.flag = DASHES + name.toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Adds a second name in the environment and in files. */
        Builder<T> alias(String secondName) {
            alias = secondName;
            return this;
        }

        /** Sets a flag that does not follow from the name. */
        Builder<T> flag(String otherFlag) {
            flag = otherFlag;
            return this;
        }

        /** Sets the value that applies when none is given. Without one, the setting is optional. */
        Builder<T> defaultText(String text) {
            defaultText = text;
            return this;
        }

        /** Sets the words for what applies when an optional setting is not given. */
        Builder<T> whenUnset(String words) {
            whenUnset = words;
            return this;
        }

        Builder<T> help(String clause) {
            help = clause;
            return this;
        }

        /** Keeps the value out of messages and of {@code CONFIG GET}. */
        Builder<T> secret() {
            isSecret = true;
            return this;
        }

        /** Has a running proxy take a new value over. {@link Core#changeable} is to see to it. */
        Builder<T> changeable() {
            changesAtRunTime = true;
            return this;
        }

        Setting<T> build() {
            return new Setting<>(this);
        }
    }
}
