package redisproxy.server;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as settings write them: decimal seconds such as {@code 60} or {@code 0.25}. */
final class Seconds {
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private static final Pattern DECIMAL = Pattern.compile("([0-9]{1,18})(?:\\.([0-9]{1,9}))?");

    private Seconds() {}

    /** Returns the duration, or null if the text is no decimal number. */
    static @Nullable Duration parse(String text) {
        Matcher decimal = DECIMAL.matcher(text);
        if (!decimal.matches()) {
            return null;
        }
        String decimals = decimal.group(2) == null ? "" : decimal.group(2);
        int nanos = Integer.parseInt((decimals + "000000000").substring(0, 9));
        return Duration.ofSeconds(Long.parseLong(decimal.group(1)), nanos);
    }

    /** Returns the seconds with as many decimals as they need. */
    static String format(Duration duration) {
        String decimals =
                String.valueOf(NANOS_PER_SECOND + duration.toNanosPart()).substring(1);
        int length = decimals.length();
        while (length > 0 && decimals.charAt(length - 1) == '0') {
            length--;
        }
        return duration.toSeconds() + (length == 0 ? "" : "." + decimals.substring(0, length));
    }
}
