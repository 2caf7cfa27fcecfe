package redisproxy.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value that a setting takes: how it is written, and which values are accepted. Immutable. These are classes and not
 * lambdas, and make no text before it is needed, because all of them are made at every start.
 *
 * @param <T> the type of a value that has been read
 */
sealed interface ValueType<T> {
    /** Returns the value, or null if it is not accepted. */
    @Nullable
    T parse(String text);

    /** Returns the text that {@link #parse} reads as this value. */
    default String format(T value) {
        return String.valueOf(value);
    }

    /** Returns what {@code --help} shows in the place of a value. */
    String placeholder();

    /** Returns which values are accepted, in the words of an error message. */
    String accepted();

    /** Returns which values are accepted, in the words of the table in the manual; empty if any text is. */
    String range();

    /** Returns whether several values may be given. */
    default boolean isList() {
        return false;
    }

    /**
     * A host name, or an address, of IPv6 with or without brackets.
     *
     * @param portName the setting that holds the port, which does not belong here
     */
    record Host(String placeholder, String portName) implements ValueType<String> {
        private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}._-]*[\\p{L}\\p{N}._])?");
        private static final Pattern IN_BRACKETS = Pattern.compile("\\[([^\\[\\]]*:[^\\[\\]]*)]");
        private static final Pattern ZONE = Pattern.compile("%[\\w.-]+");

        @Override
        public @Nullable String parse(String text) {
            String trimmed = text.trim();
            Matcher inBrackets = IN_BRACKETS.matcher(trimmed);
            String host = inBrackets.matches() ? inBrackets.group(1) : trimmed;
            return NAME.matcher(host).matches() || isIpv6(host) ? host : null;
        }

        private static boolean isIpv6(String host) {
            if (host.indexOf(':') < 0) {
                return false;
            }
            try {
                // Text in brackets is never looked up.
                InetAddress.getByName("[" + ZONE.matcher(host).replaceFirst("") + "]");
                return true;
            } catch (UnknownHostException e) {
                return false;
            }
        }

        @Override
        public String accepted() {
            return "a host name or an address, without a port: that is " + portName;
        }

        @Override
        public String range() {
            return "";
        }
    }

    /** Any text, of which every character counts but a line end behind it, as in a password. */
    record Verbatim(String placeholder) implements ValueType<String> {
        @Override
        public String parse(String text) {
            return Settings.withoutLineEnd(text);
        }

        @Override
        public String accepted() {
            return "any text";
        }

        @Override
        public String range() {
            return "";
        }
    }

    /** A name by which something is known elsewhere; spaces around it are not part of it. */
    record Name(String placeholder, int mostCharacters) implements ValueType<String> {
        @Override
        public @Nullable String parse(String text) {
            String name = text.strip();
            boolean isAccepted = !name.isEmpty()
                    && name.length() <= mostCharacters
                    && name.chars().noneMatch(Character::isISOControl);
            return isAccepted ? name : null;
        }

        @Override
        public String accepted() {
            return "a name of " + range() + ", without control characters";
        }

        @Override
        public String range() {
            return "1 to " + mostCharacters + " characters";
        }
    }

    /** Texts separated by commas, none of them blank. */
    record Texts(String placeholder) implements ValueType<List<String>> {
        @Override
        public @Nullable List<String> parse(String list) {
            List<String> texts = new ArrayList<>();
            for (String part : list.split(",", -1)) {
                String text = part.strip();
                if (text.isEmpty()) {
                    return null;
                }
                texts.add(text);
            }
            return List.copyOf(texts);
        }

        @Override
        public String format(List<String> texts) {
            return String.join(",", texts);
        }

        @Override
        public String accepted() {
            return "values that are not blank, separated by commas";
        }

        @Override
        public String range() {
            return "";
        }

        @Override
        public boolean isList() {
            return true;
        }
    }

    /** A whole number. */
    record WholeNumber(String placeholder, int least, int most) implements ValueType<Integer> {
        private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

        @Override
        public @Nullable Integer parse(String text) {
            String digits = text.trim();
            if (!INTEGER.matcher(digits).matches()) {
                return null;
            }
            long number = Long.parseLong(digits);
            return number >= least && number <= most ? (int) number : null;
        }

        @Override
        public String accepted() {
            return "a whole number from " + range();
        }

        @Override
        public String range() {
            return least + " to " + most;
        }
    }

    /** The number of a port, or {@code none} for no port. */
    record OptionalPort(String placeholder, int most, int none) implements ValueType<Integer> {
        private static final String NONE = "none";

        @Override
        public @Nullable Integer parse(String text) {
            return text.trim().equalsIgnoreCase(NONE)
                    ? Integer.valueOf(none)
                    : numbers().parse(text);
        }

        @Override
        public String format(Integer value) {
            return value == none ? NONE : numbers().format(value);
        }

        @Override
        public String accepted() {
            return numbers().accepted() + ", or " + NONE;
        }

        @Override
        public String range() {
            return numbers().range() + ", `" + NONE + "`";
        }

        private WholeNumber numbers() {
            return new WholeNumber(placeholder, 0, most);
        }
    }

    /** A number of bytes, with or without a unit. */
    record Bytes(long least, long most) implements ValueType<Long> {
        @Override
        public @Nullable Long parse(String text) {
            long count = ByteCount.parse(text.trim());
            return count >= least && count <= most ? count : null;
        }

        @Override
        public String placeholder() {
            return "BYTES";
        }

        @Override
        public String accepted() {
            return "bytes from " + range() + ", with kb, mb or gb if you like";
        }

        @Override
        public String range() {
            return least + " to " + most;
        }
    }

    /** Yes or no; upper and lower case are the same. */
    record TrueOrFalse() implements ValueType<Boolean> {
        @Override
        public @Nullable Boolean parse(String text) {
            String word = text.trim();
            return word.equalsIgnoreCase("true") ? Boolean.TRUE : word.equalsIgnoreCase("false") ? Boolean.FALSE : null;
        }

        @Override
        public String placeholder() {
            return "true|false";
        }

        @Override
        public String accepted() {
            return "true or false";
        }

        @Override
        public String range() {
            return "`true`, `false`";
        }
    }

    /** A time in seconds. */
    record Time(Duration least, Duration most) implements ValueType<Duration> {
        @Override
        public @Nullable Duration parse(String text) {
            Duration duration = Seconds.parse(text.trim());
            boolean isAccepted = duration != null && duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
            return isAccepted ? duration : null;
        }

        @Override
        public String format(Duration value) {
            return Seconds.format(value);
        }

        @Override
        public String placeholder() {
            return "SECONDS";
        }

        @Override
        public String accepted() {
            return "seconds from " + range();
        }

        @Override
        public String range() {
            return Seconds.format(least) + " to " + Seconds.format(most);
        }
    }

    /** One of the constants, as its text is; upper and lower case are the same. */
    record Choice<E extends Enum<E>>(String placeholder, List<E> constants) implements ValueType<E> {
        @Override
        public @Nullable E parse(String text) {
            for (E constant : constants) {
                if (format(constant).equalsIgnoreCase(text.trim())) {
                    return constant;
                }
            }
            return null;
        }

        @Override
        public String accepted() {
            return "one of " + constants;
        }

        @Override
        public String range() {
            return "`"
                    + String.join(
                            "`, `", constants.stream().map(String::valueOf).toList()) + "`";
        }
    }
}
