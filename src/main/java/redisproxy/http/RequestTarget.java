package redisproxy.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the key from a request target: {@code /{key}}, all of the raw path after its first slash, or {@code
 * /query?key={key}}. Some clients put a second slash before {@code query}; it means the same.
 */
public final class RequestTarget {
    private static final byte[] KEY_PARAMETER = {'k', 'e', 'y'};

    private static final String NOT_PLAIN = "\"#%<>?[\\]^`{|};";
    private static final boolean[] PLAIN_IN_PATH = printableBut(NOT_PLAIN);
    private static final boolean[] PLAIN_IN_PARAMETER = printableBut(NOT_PLAIN + "&+");

    private RequestTarget() {}

    private static boolean[] printableBut(String others) {
        boolean[] plain = new boolean[256];
        for (char c = 0x21; c < 0x7F; c++) {
            plain[c] = others.indexOf(c) < 0;
        }
        return plain;
    }

    /**
     * Returns the end of the key in a target whose first slash is before {@code start}, if every server reads that target
     * alike: printable ASCII and well-formed percent-encoding, without queries, dot segments and the like. Returns {@code
     * start} for any other target.
     */
    public static int keyEnd(byte[] source, int start, int limit) {
        int end = start;
        byte before = '/';
        while (end < limit) {
            byte c = source[end];
            if (before == '/' && (c == '.' || (end == start && c == '/'))) {
                return start;
            }
            int next = next(PLAIN_IN_PATH, source, end, limit);
            if (next == end) {
                break;
            }
            before = c;
            end = next;
        }
        return end;
    }

    /** The same for a target in which {@code /query?key=} is before {@code start}; a key with a plus sign is not plain. */
    public static int parameterEnd(byte[] source, int start, int limit) {
        int end = start;
        while (end < limit) {
            int next = next(PLAIN_IN_PARAMETER, source, end, limit);
            if (next == end) {
                break;
            }
            end = next;
        }
        return end;
    }

    /** Returns the index after the character at {@code at}, percent-encoded or plain; {@code at} if it is neither. */
    private static int next(boolean[] plain, byte[] source, int at, int limit) {
        byte c = source[at];
        if (plain[c & 0xFF]) {
            return at + 1;
        }
        return c == '%' && PercentDecoder.isEscape(source, at, limit) ? at + 3 : at;
    }

    /** Decodes in place a key whose end one of the methods above has returned. Returns the end of the result. */
    public static int decodeKey(byte[] source, int start, int end) {
        return PercentDecoder.decodeInPlace(source, start, end);
    }

    /**
     * Returns the key, or null for the target {@code /}, the welcome page.
     *
     * @param path the raw path, after the context path
     * @param query the raw query, or null if there is none
     * @throws BadTargetException if percent-encoding is malformed, or the parameter is empty or repeated
     */
    public static byte @Nullable [] key(String path, @Nullable String query) throws BadTargetException {
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
