package redisproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Decodes percent-encoding (RFC 3986, section 2.1) to bytes. The result may be any bytes; no charset applies. */
final class PercentDecoder {
    /** Containers put it in the place of raw bytes that they cannot decode, and the bytes are lost. */
    private static final char REPLACEMENT = '\uFFFD';

    private PercentDecoder() {}

    /**
     * Decodes a part of a request target; characters beyond ASCII stand for their UTF-8 bytes.
     *
     * @param plusIsSpace whether a plus sign stands for a space, as in queries
     * @throws BadTargetException if two hexadecimal digits do not follow a percent sign, or if raw bytes were not UTF-8
     */
    static byte[] decode(String encoded, boolean plusIsSpace) throws BadTargetException {
        if (encoded.indexOf(REPLACEMENT) >= 0) {
            throw new BadTargetException("bytes that are not UTF-8 must be percent-encoded");
        }
        return decode(encoded.getBytes(StandardCharsets.UTF_8), plusIsSpace);
    }

    /**
     * Decodes a part of a form, in which a plus sign is a space.
     *
     * @throws BadTargetException if two hexadecimal digits do not follow a percent sign
     */
    static byte[] decode(byte[] form, int start, int end) throws BadTargetException {
        return decode(Arrays.copyOfRange(form, start, end), /* plusIsSpace= */ true);
    }

    private static byte[] decode(byte[] raw, boolean plusIsSpace) throws BadTargetException {
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '%' && !isEscape(raw, i, raw.length)) {
                throw new BadTargetException("malformed percent-encoding at '%s'"
                        .formatted(new String(raw, i, Math.min(3, raw.length - i), StandardCharsets.UTF_8)));
            } else if (raw[i] == '+' && plusIsSpace) {
                raw[i] = ' ';
            }
        }
        return Arrays.copyOf(raw, decodeInPlace(raw, 0, raw.length));
    }

    /** Decodes bytes in which each percent sign begins an {@linkplain #isEscape escape}. Returns the end of the result. */
    static int decodeInPlace(byte[] bytes, int start, int end) {
        int from = start;
        while (from < end && bytes[from] != '%') {
            from++;
        }
        int to = from;
        while (from < end) {
            if (bytes[from] == '%') {
                bytes[to] = (byte) (hex(bytes[from + 1]) << 4 | hex(bytes[from + 2]));
                from += 3;
            } else {
                bytes[to] = bytes[from];
                from++;
            }
            to++;
        }
        return to;
    }

    /** Returns whether two hexadecimal digits follow the percent sign at {@code at}. */
    static boolean isEscape(byte[] bytes, int at, int end) {
        return at + 2 < end && hex(bytes[at + 1]) >= 0 && hex(bytes[at + 2]) >= 0;
    }

    private static int hex(byte c) {
        return c < 0 ? -1 : Character.digit(c, 16);
    }
}
