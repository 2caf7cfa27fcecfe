package redisproxy.server;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as settings write them: {@code 1024}, or with a unit as in Redis's own configuration, {@code 64mb}. */
final class ByteCount {
    /** What {@link #parse} returns for a text that is no number of bytes, or one that a long cannot hold. */
    static final long NONE = -1;

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18})(kb|mb|gb)?");

    private ByteCount() {}

    /** Returns the number of bytes, or {@link #NONE}. */
    static long parse(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return NONE;
        }
        long unit = switch (String.valueOf(matcher.group(2))) {
            case "kb" -> 1L << 10;
            case "mb" -> 1L << 20;
            case "gb" -> 1L << 30;
            default -> 1;
        };
        long number = Long.parseLong(matcher.group(1));
        return number <= Long.MAX_VALUE / unit ? number * unit : NONE;
    }
}
