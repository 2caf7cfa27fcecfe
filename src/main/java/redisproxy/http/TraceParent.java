package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code traceparent}, by which a request names the trace that it is part of (W3C Trace Context, section 3.2):
 * {@code 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01}.
 */
public final class TraceParent {
    /** The name of the field, in lower case. */
    public static final String FIELD = "traceparent";

    /** Later versions may append to what version 00 has; neither identifier may be all zeros, and ff is no version. */
    private static final Pattern WELL_FORMED =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    private static final int LENGTH = 55;

    /** Later versions have more fields, and nobody needs longer ones. */
    private static final int MAX_LENGTH = 512;

    private TraceParent() {}

    /** Returns the value of the field, or null if the request has no such field, or several, or one that is not well-formed. */
    static @Nullable String of(HttpServletRequest request) {
        String value = request.getHeader(FIELD);
        if (value == null) {
            return null;
        }
        Enumeration<String> all = request.getHeaders(FIELD);
        all.nextElement();
        return all.hasMoreElements() || !isWellFormed(value) ? null : value;
    }

    static boolean isWellFormed(String value) {
        int length = value.length();
        boolean isFirstVersion = value.startsWith("00");
        return length >= LENGTH
                && length <= (isFirstVersion ? LENGTH : MAX_LENGTH)
                && WELL_FORMED.matcher(value).matches();
    }
}
