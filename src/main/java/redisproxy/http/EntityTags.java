package redisproxy.http;

import java.util.List;

/**
 * Looks for a value's entity tag in {@code If-None-Match} and {@code If-Match} (RFC 9110, sections 13.1.1, 13.1.2 and
 * 8.8.3). The lines of a field are one list; after its first syntax error nothing matches. No method throws, and each
 * takes time linear in the length of the lines.
 */
final class EntityTags {
    private static final String SPACE = " \t";
    private static final String SEPARATORS = " \t,";

    private EntityTags() {}

    /**
     * Returns whether the lines of {@code If-None-Match} name a value: by its tag, marked as weak or not, or by an
     * asterisk alone.
     *
     * @param etag the value's strong tag with its quotes
     */
    static boolean matchesWeakly(List<String> lines, String etag) {
        return matches(lines, etag, /* weakly= */ true);
    }

    /**
     * Returns whether the lines of {@code If-Match} name a value: by its tag, not marked as weak, or by an asterisk alone.
     *
     * @param etag the value's strong tag with its quotes
     */
    static boolean matchesStrongly(List<String> lines, String etag) {
        return matches(lines, etag, /* weakly= */ false);
    }

    private static boolean matches(List<String> lines, String etag, boolean weakly) {
        if (lines.size() == 1 && lines.get(0).strip().equals("*")) {
            return true;
        }
        for (String line : lines) {
            int at = skip(line, 0, SEPARATORS);
            while (at < line.length()) {
                boolean weak = line.startsWith("W/", at);
                int open = weak ? at + 2 : at;
                int end = tagEnd(line, open);
                if (end < 0) {
                    return false;
                }
                if ((weakly || !weak) && end - open == etag.length() && line.startsWith(etag, open)) {
                    return true;
                }
                at = skip(line, end, SPACE);
                if (at < line.length() && line.charAt(at) != ',') {
                    return false;
                }
                at = skip(line, at, SEPARATORS);
            }
        }
        return false;
    }

    /** Returns the index after the closing quote of the tag that opens at {@code open}, or -1 if there is none. */
    private static int tagEnd(String line, int open) {
        if (!line.startsWith("\"", open)) {
            return -1;
        }
        int at = open + 1;
        while (at < line.length() && isTagCharacter(line.charAt(at))) {
            at++;
        }
        return line.startsWith("\"", at) ? at + 1 : -1;
    }

    /** Every character beyond ASCII is allowed, since containers decode such bytes in different ways. */
    private static boolean isTagCharacter(char c) {
        return c > ' ' && c != '"' && c != 0x7F;
    }

    private static int skip(String line, int from, String skipped) {
        int at = from;
        while (at < line.length() && skipped.indexOf(line.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }
}
