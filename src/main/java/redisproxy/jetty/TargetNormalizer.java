package redisproxy.jetty;

import java.util.Locale;

/**
 * Puts request targets that Jetty refuses or rewrites, such as {@code /..}, {@code /%00} and {@code /a;b}, into a form
 * that it passes on: {@code /query?key=…} takes every byte. Both forms mean the same key.
 */
final class TargetNormalizer {
    private static final String QUERY = "/query?key=";

    private TargetNormalizer() {}

    static String normalize(String method, String target) {
        if (!target.startsWith("/")) {
            // OPTIONS * asks about the server as a whole, and so does OPTIONS / here.
            return method.equals("OPTIONS") && target.equals("*") ? "/" : target;
        }
        // Jetty would drop what follows as a fragment, but no request target has one (RFC 9112, section 3.2).
        String whole = target.replace("#", "%23");
        int query = whole.indexOf('?');
        String path = query < 0 ? whole : whole.substring(0, query);
        return isPlain(path) ? whole : QUERY + escape(path.substring(1));
    }

    /** Returns whether every reader takes the path as it is: plain ASCII, no dot segments, no authority. */
    private static boolean isPlain(String path) {
        if (path.startsWith("//") && !path.equals("//query")) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean dotSegment = c == '.' && path.charAt(i - 1) == '/';
            if (c <= ' ' || c >= 0x7F || dotSegment || "%;#\\\"<>^`{|}".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Keeps percent signs and characters beyond ASCII: what is encoded stays encoded, and what is malformed is refused when the
     * key is decoded.
     */
    private static String escape(String path) {
        StringBuilder escaped = new StringBuilder(path.length() + 16);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c >= 0x80 || isUnreserved(c)) {
                escaped.append(c);
            } else {
                escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return escaped.toString();
    }

    /** RFC 3986, section 2.3. */
    private static boolean isUnreserved(char c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    }
}
