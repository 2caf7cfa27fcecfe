package redisproxy.jetty;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.jspecify.annotations.Nullable;
import redisproxy.http.RequestTarget;

/**
 * Recognises a {@code GET} that differs from one that Jetty has parsed on the same connection in nothing but the key:
 * <pre>
 * GET /key HTTP/1.1\r\n          any key that stands for itself
 * Host: ...\r\n                  from here on, byte for byte what Jetty
 * ...\r\n                        has parsed, and found to say nothing
 * \r\n                           that changes how to answer
 * </pre>
 * So no header is parsed but by Jetty, and clients that keep a connection open repeat themselves. Not thread-safe.
 */
final class RepeatedHead {
    private static final byte[] BEFORE_KEY = "GET /".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER_KEY = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECTION_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Each connection keeps its own; what browsers send fits. */
    private static final int MAX_BYTES = 4 * 1024;

    /**
     * Headers that frame a message, say what to do with the connection, or ask for another answer than the usual one (RFC
     * 9110, 9111, 9112).
     */
    private static final Set<HttpHeader> MEANINGFUL = Set.of(
            HttpHeader.CONTENT_LENGTH,
            HttpHeader.TRANSFER_ENCODING,
            HttpHeader.TRAILER,
            HttpHeader.TE,
            HttpHeader.EXPECT,
            HttpHeader.UPGRADE,
            HttpHeader.HTTP2_SETTINGS,
            HttpHeader.CACHE_CONTROL,
            HttpHeader.PRAGMA,
            HttpHeader.IF_MATCH,
            HttpHeader.IF_NONE_MATCH);

    /** What follows the request line of a request that was answered as usual. */
    private byte @Nullable [] known;

    /** The same of the request that Jetty is about to parse. */
    private byte @Nullable [] candidate;

    /** Jetty has been given bytes, and has not told of a request in them: what follows may not begin one. */
    private boolean inRequest;

    private int keyEnd;

    /** Returns whether the bytes from {@code start} to {@code end} are one such request, and nothing else. */
    boolean matches(byte[] source, int start, int end) {
        if (known == null || inRequest || !isAt(BEFORE_KEY, source, start, end)) {
            return false;
        }
        int keyStart = keyStart(start);
        keyEnd = RequestTarget.verbatimEnd(source, keyStart, end);
        int sectionStart = keyEnd + AFTER_KEY.length;
        return keyEnd > keyStart
                && end - sectionStart == known.length
                && isAt(AFTER_KEY, source, keyEnd, end)
                && isAt(known, source, sectionStart, end);
    }

    /** Returns where the key begins of a request that begins at {@code start}. */
    static int keyStart(int start) {
        return start + BEFORE_KEY.length;
    }

    /** Returns where the key ends of the request that {@link #matches} has just recognised. */
    int keyEnd() {
        return keyEnd;
    }

    /** Notes that Jetty gets these bytes to parse. */
    void propose(byte[] source, int start, int end) {
        candidate = null;
        inRequest = true;
        if (!isAt(BEFORE_KEY, source, start, end)) {
            return;
        }
        int lineEnd = RequestTarget.verbatimEnd(source, keyStart(start), end);
        int sectionStart = lineEnd + AFTER_KEY.length;
        if (isAt(AFTER_KEY, source, lineEnd, end)
                && end - sectionStart <= MAX_BYTES
                && isAt(SECTION_END, source, end - SECTION_END.length, end)) {
            candidate = Arrays.copyOfRange(source, sectionStart, end);
        }
    }

    /**
     * Notes what Jetty has read in the proposed bytes.
     *
     * @param fields what it found them to say
     * @param isWhole whether all of them were that one request
     */
    void parsed(HttpFields fields, boolean isWhole) {
        if (candidate != null && isWhole && saysNothing(fields)) {
            known = candidate;
        }
        candidate = null;
        inRequest = false;
    }

    private static boolean saysNothing(HttpFields fields) {
        for (HttpField field : fields) {
            HttpHeader header = field.getHeader();
            if (header == HttpHeader.CONNECTION && !HttpHeaderValue.KEEP_ALIVE.is(field.getValue())) {
                return false;
            }
            if (header != null && MEANINGFUL.contains(header)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAt(byte[] expected, byte[] source, int start, int end) {
        return start >= 0
                && end - start >= expected.length
                && Arrays.equals(expected, 0, expected.length, source, start, start + expected.length);
    }
}
