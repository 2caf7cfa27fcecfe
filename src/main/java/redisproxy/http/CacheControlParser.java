package redisproxy.http;

import java.util.List;
import java.util.Locale;

/**
 * Parses the lines of a request's {@code Cache-Control} as one list (RFC 9111, section 5.2; RFC 9110, section 5.6.1), in time
 * linear in their length. Of a directive that is repeated the stricter one counts. Never throws; a malformed directive makes a
 * request no less strict.
 */
final class CacheControlParser {
    /** What any greater number counts as (RFC 9111, section 1.2.2). */
    static final long MAX_SECONDS = 1L << 31;

    private static final int NOT_GIVEN = -1;

    private boolean noCache;
    private boolean noStore;
    private boolean onlyIfCached;
    private long maxAge = Long.MAX_VALUE;
    private long minFresh;
    private long maxStale = NOT_GIVEN;
    private long staleIfError = NOT_GIVEN;

    private CacheControlParser() {}

    static RequestDirectives parse(List<String> lines) {
        CacheControlParser parser = new CacheControlParser();
        lines.forEach(parser::parseLine);
        return new RequestDirectives(
                parser.noCache,
                parser.noStore,
                parser.onlyIfCached,
                parser.maxAge,
                parser.minFresh,
                Math.max(parser.maxStale, 0),
                parser.staleIfError);
    }

    private void parseLine(String line) {
        int at = 0;
        while (at < line.length()) {
            int name = at;
            while (name < line.length() && " \t".indexOf(line.charAt(name)) >= 0) {
                name++;
            }
            int nameEnd = name;
            while (nameEnd < line.length() && "=, \t".indexOf(line.charAt(nameEnd)) < 0) {
                nameEnd++;
            }
            int end = directiveEnd(line, nameEnd);
            String argument = line.substring(nameEnd, end).stripTrailing();
            take(line.substring(name, nameEnd).toLowerCase(Locale.ROOT), argument);
            at = end + 1;
        }
    }

    /** Returns the index of the next comma outside quotes, which ends the directive. */
    private static int directiveEnd(String line, int nameEnd) {
        int from = nameEnd;
        if (line.startsWith("=\"", nameEnd)) {
            // A quote that is never closed hides no comma. A line has at most one such quote: the next one would close
            // it.
            from = Math.max(from, closingQuote(line, nameEnd + 2));
        }
        int comma = line.indexOf(',', from);
        return comma < 0 ? line.length() : comma;
    }

    private static int closingQuote(String line, int from) {
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                return i;
            }
            if (c == '\\') {
                i++;
            }
        }
        return -1;
    }

    /** Takes a directive; the argument begins with its equals sign, and is empty if there is none. */
    private void take(String name, String argument) {
        switch (name) {
            case "no-cache" -> noCache = true;
            case "no-store" -> noStore = true;
            case "only-if-cached" -> onlyIfCached = true;
            case "max-age" -> maxAge = Math.min(maxAge, Math.max(seconds(argument), 0));
            case "min-fresh" -> {
                long seconds = seconds(argument);
                minFresh = Math.max(minFresh, seconds == NOT_GIVEN ? MAX_SECONDS : seconds);
            }
            case "max-stale" -> maxStale = stricter(maxStale, argument.isEmpty() ? Long.MAX_VALUE : seconds(argument));
            case "stale-if-error" -> staleIfError = stricter(staleIfError, seconds(argument));
            default -> {
                // Other directives may be for other caches.
            }
        }
    }

    private static long stricter(long a, long b) {
        return a == NOT_GIVEN || b == NOT_GIVEN ? Math.max(a, b) : Math.min(a, b);
    }

    /** Returns the number in an argument, quoted or not, or NOT_GIVEN if it is malformed. */
    private static long seconds(String argument) {
        boolean quoted = argument.startsWith("=\"") && argument.endsWith("\"");
        int at = quoted ? 2 : 1;
        int end = quoted ? argument.length() - 1 : argument.length();
        if (!argument.startsWith("=") || at >= end) {
            return NOT_GIVEN;
        }
        long seconds = 0;
        while (at < end) {
            char c = argument.charAt(at++);
            if (c == '\\' && quoted) {
                c = argument.charAt(at++);
            }
            if (c < '0' || c > '9') {
                return NOT_GIVEN;
            }
            seconds = Math.min(seconds * 10 + (c - '0'), MAX_SECONDS);
        }
        return seconds;
    }
}
