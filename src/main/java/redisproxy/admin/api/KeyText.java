package redisproxy.admin.api;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Keys, which are bytes, as they are written in JSON and in queries. */
final class KeyText {
    private static final HexFormat HEX = HexFormat.of();

    private KeyText() {}

    /** Returns the key as people read it: bytes that are no printable UTF-8 as {@code \xff}, a backslash as {@code \\}. */
    static String shown(byte[] key) {
        StringBuilder shown = new StringBuilder();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            text.codePoints().forEach(each -> append(shown, each));
        } catch (CharacterCodingException e) {
            for (byte each : key) {
                append(shown, each >= 0 ? each : Character.MIN_SURROGATE | (each & 0xff));
            }
        }
        return shown.toString();
    }

    /** A surrogate, which no decoded text has, stands for the byte in its lower half. */
    private static void append(StringBuilder shown, int character) {
        if (character == '\\') {
            shown.append("\\\\");
        } else if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
            escape(shown, (byte) character);
        } else if (Character.isISOControl(character)) {
            for (byte each : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                escape(shown, each);
            }
        } else {
            shown.appendCodePoint(character);
        }
    }

    private static void escape(StringBuilder shown, byte each) {
        shown.append("\\x").append(HEX.toHexDigits(each));
    }

    /** Returns the key in base64url without padding, which names each key. */
    static String base64(byte[] key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    /**
     * Returns the bytes of a key in base64url.
     *
     * @throws BadRequestException if the text is none
     */
    static byte[] fromBase64(String name, String text) throws BadRequestException {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(name + ": the value is not accepted (expected: base64url)");
        }
    }

    /**
     * Returns the bytes of a parameter of a query, or null if it has none of that name.
     *
     * @param query as it was sent
     * @throws BadRequestException if it is not percent-encoded
     */
    static byte @Nullable [] parameter(@Nullable String query, String name) throws BadRequestException {
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals >= 0 && pair.substring(0, equals).equals(name)) {
                return decoded(name, pair.substring(equals + 1));
            }
        }
        return null;
    }

    /** Returns what {@link #parameter} returns, as text. */
    static @Nullable String text(@Nullable String query, String name) throws BadRequestException {
        byte[] bytes = parameter(query, name);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] decoded(String name, String encoded) throws BadRequestException {
        try {
            // Each of the first 256 characters is one byte; others cannot be in what is percent-encoded.
            if (encoded.chars().allMatch(each -> each < 0x80)) {
                return URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
            }
        } catch (IllegalArgumentException e) {
            // Answered below.
        }
        throw new BadRequestException(name + ": the value is not accepted (expected: bytes that are percent-encoded)");
    }
}
