package redisproxy.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Recognizes well-formed UTF-8 (RFC 3629). */
final class Utf8 {
    /** A value is decoded through a window, so that a large value is not copied whole. */
    private static final int WINDOW_CHARS = 8 * 1024;

    private Utf8() {}

    static boolean isValid(byte[] bytes, int offset, int length) {
        return isAscii(bytes, offset, length) || decodes(bytes, offset, length);
    }

    private static boolean isAscii(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean decodes(byte[] bytes, int offset, int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer window = CharBuffer.allocate(Math.min(length, WINDOW_CHARS));
        ByteBuffer input = ByteBuffer.wrap(bytes, offset, length);
        CoderResult result = decoder.decode(input, window, /* endOfInput= */ true);
        while (result.isOverflow()) {
            window.clear();
            result = decoder.decode(input, window, /* endOfInput= */ true);
        }
        return !result.isError();
    }
}
