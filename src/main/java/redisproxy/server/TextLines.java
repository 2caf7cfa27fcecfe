package redisproxy.server;

import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;

/** Lines for people, as the property of {@link SimpleFormatter} has them. A message never ends its line. Thread-safe. */
final class TextLines implements LineFormat {
    private static final String FORMAT_PROPERTY = "java.util.logging.SimpleFormatter.format";
    private static final String ONE_LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n";

    /** What a client or a server has sent may be part of a message. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]+");

    private final SimpleFormatter formatter;

    /** Makes the format, which the system property overrides if it is set. */
    TextLines() {
        if (System.getProperty(FORMAT_PROPERTY) == null) {
            System.setProperty(FORMAT_PROPERTY, ONE_LINE);
        }
        this.formatter = new Printable();
    }

    @Override
    public String format(LogRecord record, String thread) {
        return formatter.format(record);
    }

    private static final class Printable extends SimpleFormatter {
        @Override
        public String formatMessage(LogRecord record) {
            return CONTROL.matcher(super.formatMessage(record)).replaceAll(" ");
        }
    }
}
