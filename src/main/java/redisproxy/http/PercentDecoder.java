package redisproxy.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Decodes percent-encoding (RFC 3986, section 2.1) to bytes: any byte may come out, none is taken for a character. */
final class PercentDecoder {
    /** What containers put in the place of raw bytes that they could not decode: which bytes these were is lost. */
    private static final char REPLACEMENT = '\uFFFD';

    private PercentDecoder() {}

    /**
     * Decodes a part of a request target; characters beyond ASCII stand for their UTF-8 bytes.
     *
     * @param plusIsSpace whether a plus sign stands for a space, as in queries
     * @throws BadTargetException if a percent sign is not followed by two hexadecimal digits, or if raw bytes were not
     *     UTF-8
     */
    static byte[] decode(String encoded, boolean plusIsSpace) throws BadTargetException {
        if (encoded.indexOf(REPLACEMENT) >= 0) {
            throw new BadTargetException("bytes that are not UTF-8 must be percent-encoded");
        }
        byte[] raw = encoded.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(raw.length);
        for (int i = 0; i < raw.length; i++) {
            byte c = raw[i];
            if (c == '%') {
                if (i + 2 >= raw.length || hex(raw[i + 1]) < 0 || hex(raw[i + 2]) < 0) {
                    throw new BadTargetException("malformed percent-encoding at '%s'"
                            .formatted(new String(raw, i, Math.min(3, raw.length - i), StandardCharsets.UTF_8)));
                }
                decoded.write(hex(raw[i + 1]) << 4 | hex(raw[i + 2]));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                decoded.write(' ');
            } else {
                decoded.write(c);
            }
        }
        return decoded.toByteArray();
    }

    private static int hex(byte c) {
        return c < 0 ? -1 : Character.digit(c, 16);
    }
}
