package redisproxy.redis;

/**
 * Finds out whether a reply has arrived as a whole, without reading it (RESP2 and RESP3, "Redis serialization protocol specification" of
 * the Redis documentation). Of what is not framed as a reply it says so little that a reader has to look at it.
 */
final class ReplyFraming {
    /** There is more to come. */
    static final int INCOMPLETE = -1;

    /** It is no plain reply: a push message, an attribute, or not RESP. */
    static final int OTHER = -2;

    /** As many digits as a length in an array has at most. */
    private static final int MOST_DIGITS = 10;

    private ReplyFraming() {}

    /** Returns where the reply ends that begins at {@code from}, if it ends before {@code limit}; else {@link #INCOMPLETE} or {@link #OTHER}. */
    static int end(byte[] bytes, int from, int limit) {
        int at = from;
        for (long left = 1; left > 0; left--) {
            int line = lineEnd(bytes, at + 1, limit);
            if (line < 0) {
                return INCOMPLETE;
            }
            switch (bytes[at]) {
                case '+', '-', ':', '_', ',', '#', '(' -> at = line;
                case '$', '=', '!' -> {
                    long length = length(bytes, at + 1, line - 2);
                    if (length == OTHER) {
                        return OTHER;
                    }
                    if (length >= 0 && length > limit - line - 2L) {
                        return INCOMPLETE;
                    }
                    at = length < 0 ? line : line + (int) length + 2;
                }
                case '*', '~', '%' -> {
                    long count = length(bytes, at + 1, line - 2);
                    if (count == OTHER) {
                        return OTHER;
                    }
                    left += Math.max(0, bytes[at] == '%' ? 2 * count : count);
                    at = line;
                }
                default -> {
                    return OTHER;
                }
            }
        }
        return at;
    }

    /** Returns where the line ends, behind its line feed; -1 if that is not there. */
    private static int lineEnd(byte[] bytes, int from, int limit) {
        for (int i = from; i < limit - 1; i++) {
            if (bytes[i] == '\r') {
                return i + 2;
            }
        }
        return -1;
    }

    /** Returns a length, -1 for null, or {@link #OTHER}. */
    private static long length(byte[] bytes, int from, int end) {
        if (end - from == 2 && bytes[from] == '-' && bytes[from + 1] == '1') {
            return -1;
        }
        if (end == from || end - from > MOST_DIGITS) {
            return OTHER;
        }
        long length = 0;
        for (int i = from; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return OTHER;
            }
            length = 10 * length + digit;
        }
        return length;
    }
}
