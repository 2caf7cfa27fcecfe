package redisproxy.resp;

/** Reads the lines that announce lengths, as Redis does (networking.c, {@code processMultibulkBuffer}). */
final class LengthLine {
    private LengthLine() {}

    /**
     * Returns the index of the CR that ends a line, or {@code to} if it has not arrived.
     *
     * @param from where the line begins
     * @param searched up to where it has been searched
     * @param tooLong what is said of a line that is longer than any
     * @throws RespProtocolException if it is
     */
    static int end(byte[] source, int from, int searched, int to, String tooLong) throws RespProtocolException {
        int at = searched;
        while (at < to && source[at] != '\r') {
            at++;
        }
        if (at == to && at - from > RequestParser.MAX_INLINE_BYTES) {
            throw new RespProtocolException(tooLong);
        }
        return at;
    }

    /**
     * Returns the length that the header of a bulk string announces, such as {@code $3}; {@code to} is the end of its line.
     *
     * @throws RespProtocolException if it is no such header
     */
    static int ofBulk(byte[] source, int from, int to) throws RespProtocolException {
        if (source[from] != '$') {
            throw new RespProtocolException("expected '$', got '" + (char) (source[from] & 0xFF) + "'");
        }
        long announced = number(source, from + 1, to, RequestParser.MAX_BULK_BYTES, "invalid bulk length");
        if (announced < 0) {
            throw new RespProtocolException("invalid bulk length");
        }
        return (int) announced;
    }

    /** Reads a decimal number as Redis's string2ll does: no plus sign, no leading zero, no space. */
    static long number(byte[] source, int from, int to, long most, String invalid) throws RespProtocolException {
        int at = from;
        boolean negative = at < to && source[at] == '-';
        if (negative) {
            at++;
        }
        int digits = to - at;
        boolean leadingZero = digits > 1 && source[Math.min(at, to - 1)] == '0';
        if (digits < 1 || digits > 18 || leadingZero || (negative && source[at] == '0')) {
            throw new RespProtocolException(invalid);
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = source[at] - '0';
            if (digit < 0 || digit > 9) {
                throw new RespProtocolException(invalid);
            }
            value = value * 10 + digit;
        }
        if (value > most && !negative) {
            throw new RespProtocolException(invalid);
        }
        return negative ? -value : value;
    }
}
