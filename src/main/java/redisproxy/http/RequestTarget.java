package redisproxy.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which key a request target asks for: {@code /{key}}, all of the raw path after its first slash, or {@code
 * /query?key={key}}. Some clients put a slash too many before {@code query}; that is the same.
 */
public final class RequestTarget {
    private static final byte[] KEY_PARAMETER = {'k', 'e', 'y'};

    private static final boolean[] VERBATIM = new boolean[256];

    static {
        for (char c = 0x21; c < 0x7F; c++) {
            VERBATIM[c] = "\"#%<>?[\\]^`{|};".indexOf(c) < 0;
        }
    }

    private RequestTarget() {}

    /**
     * Returns where the key ends of a target whose first slash lies before {@code start}, if nobody on the way could read
     * that target differently and the key is just these bytes: printable ASCII without percent signs, queries, dot
     * segments and the like. Returns {@code start} if nothing can be said about the target.
     */
    public static int verbatimEnd(byte[] source, int start, int limit) {
        int end = start;
        byte before = '/';
        while (end < limit && VERBATIM[source[end] & 0xFF]) {
            byte c = source[end];
            if (before == '/' && (c == '.' || (end == start && c == '/'))) {
                return start;
            }
            before = c;
            end++;
        }
        return end;
    }

    /**
     * Returns the key, or null for the target {@code /}, which is the welcome page.
     *
     * @param path the raw path, after the context path
     * @param query the raw query, or null if there is none
     * @throws BadTargetException if percent-encoding is malformed, or the parameter is empty or repeated
     */
    static byte @Nullable [] key(String path, @Nullable String query) throws BadTargetException {
        if (path.length() <= 1) {
            return null;
        }
        if (query != null && (path.equals("/query") || path.equals("//query"))) {
            byte[] key = parameter(query);
            if (key != null) {
                return key;
            }
        }
        return PercentDecoder.decode(path.substring(1), /* plusIsSpace= */ false);
    }

    private static byte @Nullable [] parameter(String query) throws BadTargetException {
        byte[] key = null;
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!Arrays.equals(PercentDecoder.decode(name, /* plusIsSpace= */ true), KEY_PARAMETER)) {
                continue;
            }
            if (key != null) {
                throw new BadTargetException("the parameter 'key' is given more than once");
            }
            key = PercentDecoder.decode(equals < 0 ? "" : pair.substring(equals + 1), /* plusIsSpace= */ true);
            if (key.length == 0) {
                throw new BadTargetException("the parameter 'key' is empty");
            }
        }
        return key;
    }
}
