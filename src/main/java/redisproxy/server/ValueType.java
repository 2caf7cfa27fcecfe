package redisproxy.server;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value that a setting takes: how it is written, and which values are accepted. Immutable.
 *
 * @param <T> the type of a value that has been read
 */
final class ValueType<T> {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

    private final String placeholder;
    private final String accepted;
    private final String range;
    private final boolean isList;
    private final Function<String, @Nullable T> parser;
    private final Function<T, String> formatter;

    private ValueType(
            String placeholder,
            String accepted,
            String range,
            boolean isList,
            Function<String, @Nullable T> parser,
            Function<T, String> formatter) {
        this.placeholder = placeholder;
        this.accepted = accepted;
        this.range = range;
        this.isList = isList;
        this.parser = parser;
        this.formatter = formatter;
    }

    /** A text without the spaces around it, of which something must be left. */
    static ValueType<String> text(String placeholder) {
        // Trims control characters too, which isBlank() does not count as blank.
        return text(
                placeholder, "a value that is not blank", text -> text.trim().isBlank() ? null : text.trim());
    }

    /** A text without the spaces around it, which may be empty. */
    static ValueType<String> textOrEmpty(String placeholder) {
        return text(placeholder, "any text", String::trim);
    }

    /** A text of which every character counts, as in a password. */
    static ValueType<String> verbatim(String placeholder) {
        return text(placeholder, "any text", text -> text);
    }

    private static ValueType<String> text(
            String placeholder, String accepted, Function<String, @Nullable String> parser) {
        return new ValueType<>(placeholder, accepted, /* range= */ "", /* isList= */ false, parser, text -> text);
    }

    /** Texts separated by commas, none of them blank. */
    static ValueType<List<String>> texts(String placeholder) {
        return new ValueType<>(
                placeholder,
                "values that are not blank, separated by commas",
                /* range= */ "",
                /* isList= */ true,
                ValueType::split,
                texts -> String.join(",", texts));
    }

    private static @Nullable List<String> split(String list) {
        List<String> texts = Stream.of(list.split(",", -1)).map(String::strip).toList();
        return texts.stream().anyMatch(String::isBlank) ? null : texts;
    }

    static ValueType<Integer> integer(String placeholder, int least, int most) {
        String range = least + " to " + most;
        return new ValueType<>(
                placeholder,
                "a whole number from " + range,
                range,
                /* isList= */ false,
                text -> parseInteger(text.trim(), least, most),
                String::valueOf);
    }

    private static @Nullable Integer parseInteger(String text, int least, int most) {
        if (!INTEGER.matcher(text).matches()) {
            return null;
        }
        long number = Long.parseLong(text);
        return number >= least && number <= most ? (int) number : null;
    }

    /** A number of bytes, with or without a unit. */
    static ValueType<Long> bytes(long least, long most) {
        String range = least + " to " + most;
        return new ValueType<>(
                "BYTES",
                "bytes from " + range + ", with kb, mb or gb if you like",
                range,
                /* isList= */ false,
                text -> parseBytes(text.trim(), least, most),
                String::valueOf);
    }

    private static @Nullable Long parseBytes(String text, long least, long most) {
        long count = ByteCount.parse(text);
        return count >= least && count <= most ? count : null;
    }

    static ValueType<Duration> seconds(Duration least, Duration most) {
        String range = Seconds.format(least) + " to " + Seconds.format(most);
        return new ValueType<>(
                "SECONDS",
                "seconds from " + range,
                range,
                /* isList= */ false,
                text -> parseSeconds(text.trim(), least, most),
                Seconds::format);
    }

    private static @Nullable Duration parseSeconds(String text, Duration least, Duration most) {
        Duration duration = Seconds.parse(text);
        boolean isAccepted = duration != null && duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
        return isAccepted ? duration : null;
    }

    /** One of the constants; upper and lower case are the same. */
    static <E extends Enum<E>> ValueType<E> oneOf(String placeholder, Class<E> type) {
        E[] constants = type.getEnumConstants();
        return new ValueType<>(
                placeholder,
                "one of " + List.of(constants),
                Stream.of(constants).map(constant -> "`" + constant + "`").collect(Collectors.joining(", ")),
                /* isList= */ false,
                text -> parseConstant(constants, text.trim()),
                String::valueOf);
    }

    private static <E extends Enum<E>> @Nullable E parseConstant(E[] constants, String name) {
        for (E constant : constants) {
            if (constant.name().equalsIgnoreCase(name)) {
                return constant;
            }
        }
        return null;
    }

    /** Returns the value, or null if it is not accepted. */
    @Nullable
    T parse(String text) {
        return parser.apply(text);
    }

    /** Returns the text that {@link #parse} reads as this value. */
    String format(T value) {
        return formatter.apply(value);
    }

    /** Returns what {@code --help} shows in the place of a value. */
    String placeholder() {
        return placeholder;
    }

    /** Returns which values are accepted, in the words of an error message. */
    String accepted() {
        return accepted;
    }

    /** Returns which values are accepted, in the words of the table in the manual; empty if any text is. */
    String range() {
        return range;
    }

    /** Returns whether several values may be given. */
    boolean isList() {
        return isList;
    }
}
