package redisproxy.jetty;

import java.util.Locale;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.HostPort;

/**
 * Puts request targets that Jetty refuses or rewrites, such as {@code /..}, {@code /%00} and {@code /a;b}, into a form
 * that it passes on: {@code /query?key=…} takes every byte. Both forms mean the same key. A target in absolute form means the
 * key that its path means by itself.
 */
final class TargetNormalizer {
    private static final String QUERY = "/query?key=";
    private static final String SCHEME_END = "://";

    private TargetNormalizer() {}

    /**
     * Returns the target in that form.
     *
     * @throws HttpException.RuntimeException with status 400 if a target in absolute form is for no host that HTTP knows
     */
    static String normalize(String method, String target) {
        if (target.startsWith("/")) {
            return normalizePath(method, target);
        }
        if (method.equals("OPTIONS") && target.equals("*")) {
            // OPTIONS * asks about the server as a whole, and so does OPTIONS / here.
            return "/";
        }
        int schemeEnd = target.indexOf(SCHEME_END);
        return schemeEnd < 0 ? target : normalizeAbsolute(method, target, schemeEnd);
    }

    /** RFC 9112, section 3.2.2. A proxy in front may end TLS, so {@code https} is accepted. */
    private static String normalizeAbsolute(String method, String target, int schemeEnd) {
        String scheme = target.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, "Bad Scheme");
        }
        int start = schemeEnd + SCHEME_END.length();
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        HostPort authority = Authority.parse(target.substring(start, end));
        String rest = target.substring(end);
        return scheme + SCHEME_END + authority + normalizePath(method, rest.startsWith("/") ? rest : "/" + rest);
    }

    private static String normalizePath(String method, String target) {
        // Jetty would drop what follows as a fragment, but no request target has one (RFC 9112, section 3.2).
        String whole = target.replace("#", "%23");
        int query = whole.indexOf('?');
        String path = query < 0 ? whole : whole.substring(0, query);
        if (isPlain(path)) {
            return whole;
        }
        // A request that reads has no other parameter.
        String parameters =
                query < 0 || method.equals("GET") || method.equals("HEAD") ? "" : "&" + whole.substring(query + 1);
        return QUERY + escape(path.substring(1)) + parameters;
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
