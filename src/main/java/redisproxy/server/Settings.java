package redisproxy.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values that were given, from all sources, and their types. */
final class Settings {
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,18})(kb|mb|gb)?");
    private static final Pattern DECIMAL = Pattern.compile("([0-9]{1,18})(?:\\.([0-9]{1,9}))?");

    /** What each source says of a setting, or null. */
    private final List<Function<Setting, @Nullable Given>> sources = new ArrayList<>();

    /** A value and the name by which it was given. */
    record Given(String name, String value) {}

    /** Adds a source that yields to those added before. */
    Settings orFrom(Function<Setting, @Nullable Given> lookup) {
        sources.add(lookup);
        return this;
    }

    /** Adds a source that knows settings by their names in the environment, and yields to those added before. */
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

    Optional<Given> given(Setting setting) {
        for (Function<Setting, @Nullable Given> source : sources) {
            Given given = source.apply(setting);
            if (given != null) {
                return Optional.of(given);
            }
        }
        return Optional.empty();
    }

    /** Returns a value that may not be blank. */
    String text(Setting setting) {
        Given given = orDefault(setting);
        if (given.value().isBlank()) {
            throw wrong(given, "a value that is not blank");
        }
        return given.value();
    }

    /** Returns a value, or null if none or an empty one was given. */
    @Nullable
    String optionalText(Setting setting) {
        return given(setting)
                .map(Given::value)
                .filter(value -> !value.isEmpty())
                .orElse(null);
    }

    /** Returns the values of a list that commas separate, none of them blank; empty if it was not given. */
    List<String> texts(Setting setting) {
        Optional<Given> given = given(setting).filter(each -> !each.value().isEmpty());
        if (given.isEmpty()) {
            return List.of();
        }
        List<String> texts =
                Stream.of(given.get().value().split(",", -1)).map(String::strip).toList();
        if (texts.stream().anyMatch(String::isBlank)) {
            throw wrong(given.get(), "values that are not blank, separated by commas");
        }
        return texts;
    }

    int integer(Setting setting, int least, int most) {
        Given given = orDefault(setting);
        String value = given.value().trim();
        if (INTEGER.matcher(value).matches()) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw wrong(given, "a whole number from %d to %d".formatted(least, most));
    }

    /** Returns a number of bytes, with a unit as Redis writes it if any, or {@code otherwise} if none was given. */
    long bytes(Setting setting, long otherwise, long least, long most) {
        Optional<Given> given = given(setting).filter(each -> !each.value().isEmpty());
        if (given.isEmpty()) {
            return otherwise;
        }
        Matcher matcher = BYTES.matcher(given.get().value().trim().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long unit = switch (String.valueOf(matcher.group(2))) {
                case "kb" -> 1L << 10;
                case "mb" -> 1L << 20;
                case "gb" -> 1L << 30;
                default -> 1;
            };
            long number = Long.parseLong(matcher.group(1));
            if (number <= most / unit && number * unit >= least) {
                return number * unit;
            }
        }
        throw wrong(given.get(), "bytes from %d to %d, with kb, mb or gb if you like".formatted(least, most));
    }

    Duration seconds(Setting setting, Duration least, Duration most) {
        Given given = orDefault(setting);
        String value = given.value().trim();
        Matcher decimal = DECIMAL.matcher(value);
        if (decimal.matches()) {
            String decimals = decimal.group(2) == null ? "" : decimal.group(2);
            int nanos = Integer.parseInt((decimals + "000000000").substring(0, 9));
            Duration duration = Duration.ofSeconds(Long.parseLong(decimal.group(1)), nanos);
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        }
        throw wrong(given, "seconds from %s to %s".formatted(seconds(least), seconds(most)));
    }

    <E extends Enum<E>> E oneOf(Setting setting, Class<E> type) {
        Given given = orDefault(setting);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(given.value().trim())) {
                return constant;
            }
        }
        throw wrong(given, "one of " + List.of(type.getEnumConstants()));
    }

    /** Returns a duration as it is given here: in seconds, with as many decimals as it needs. */
    static String seconds(Duration duration) {
        String decimals =
                String.valueOf(NANOS_PER_SECOND + duration.toNanosPart()).substring(1);
        int length = decimals.length();
        while (length > 0 && decimals.charAt(length - 1) == '0') {
            length--;
        }
        return duration.toSeconds() + (length == 0 ? "" : "." + decimals.substring(0, length));
    }

    static ConfigException wrong(Given given, String accepted) {
        return new ConfigException(
                "%s: '%s' is not accepted (expected: %s)".formatted(given.name(), oneLine(given.value()), accepted));
    }

    private Given orDefault(Setting setting) {
        return given(setting).orElseGet(() -> {
            String value = setting.defaultValue();
            return new Given(setting.name(), value == null ? "" : value);
        });
    }

    private static String oneLine(String value) {
        return value.replaceAll("\\R", " ");
    }
}
