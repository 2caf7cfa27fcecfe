package redisproxy.jetty;

/** Tells from the first bytes of what should be a request whether it can be one. */
final class RequestStart {
    /** The longest registered method is UPDATEREDIRECTREF; some room for others. */
    private static final int MAX_METHOD_BYTES = 24;

    private static final int END_OF_HEAD_BYTES = 4;

    private RequestStart() {}

    /**
     * Returns whether the bytes are whole line ends alone, as some clients send after a body (RFC 9112, section 2.2). They begin
     * no request.
     */
    static boolean isBlank(byte[] source, int start, int end) {
        for (int at = start; at < end; at++) {
            boolean isReturn = source[at] == '\r' && at + 1 < end && source[at + 1] == '\n';
            if (source[at] != '\n' && !isReturn) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether no request with a known kind of method can begin with these bytes (RFC 9110, section 9.1; RFC 9112,
     * section 2.2). There must be at least one.
     */
    static boolean isNoRequest(byte[] source, int start, int end) {
        if (isLineEnd(source[start])) {
            return false;
        }
        for (int at = start; at < Math.min(end, start + MAX_METHOD_BYTES); at++) {
            byte next = source[at];
            boolean isLetter = (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z');
            if (!isLetter && (at == start || next != '-')) {
                return next != ' ' || at == start;
            }
        }
        return end - start >= MAX_METHOD_BYTES;
    }

    private static boolean isLineEnd(byte next) {
        return next == '\r' || next == '\n';
    }

    /** Returns whether an empty line is among the bytes, which ends a head. */
    static boolean isWholeHead(byte[] input, int start, int end) {
        for (int i = start + END_OF_HEAD_BYTES - 1; i < end; i++) {
            if (input[i] == '\n' && input[i - 1] == '\r' && input[i - 2] == '\n' && input[i - 3] == '\r') {
                return true;
            }
        }
        return false;
    }
}
