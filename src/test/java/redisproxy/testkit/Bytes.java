package redisproxy.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;

/** The bytes of a key, a value or a message, equal by content and printed with escapes. */
public final class Bytes {
    private static final int LONGEST_PRINTED = 200;

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    public static Bytes of(byte... bytes) {
        return new Bytes(bytes.clone());
    }

    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(UTF_8));
    }

    /** Every byte value once, in order. */
    public static Bytes everyValue() {
        byte[] bytes = new byte[256];
        for (int value = 0; value < bytes.length; value++) {
            bytes[value] = (byte) value;
        }
        return new Bytes(bytes);
    }

    /** UTF-8 of the text in which {@code \r}, {@code \n}, {@code \\} and {@code \xHH} stand for one byte each. */
    public static Bytes escaped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < text.length(); ) {
            if (text.charAt(at) != '\\') {
                int character = text.codePointAt(at);
                bytes.writeBytes(Character.toString(character).getBytes(UTF_8));
                at += Character.charCount(character);
                continue;
            }
            char kind = text.charAt(at + 1);
            switch (kind) {
                case 'r' -> bytes.write('\r');
                case 'n' -> bytes.write('\n');
                case '\\' -> bytes.write('\\');
                case 'x' -> bytes.write(Integer.parseInt(text.substring(at + 2, at + 4), 16));
                default -> throw new IllegalArgumentException("unknown escape \\" + kind + " in: " + text);
            }
            at += kind == 'x' ? 4 : 2;
        }
        return new Bytes(bytes.toByteArray());
    }

    public Bytes plus(Bytes other) {
        byte[] sum = Arrays.copyOf(array, array.length + other.array.length);
        System.arraycopy(other.array, 0, sum, array.length, other.array.length);
        return new Bytes(sum);
    }

    public byte[] toArray() {
        return array.clone();
    }

    public int size() {
        return array.length;
    }

    public String asUtf8() {
        return new String(array, UTF_8);
    }

    public String asLatin1() {
        return new String(array, ISO_8859_1);
    }

    /** Percent-encoded for a path or a query, all but unreserved characters. */
    public String percentEncoded() {
        StringBuilder encoded = new StringBuilder(array.length * 3);
        for (byte each : array) {
            if (isUnreserved(each)) {
                encoded.append((char) each);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", each));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(byte each) {
        return (each >= 'a' && each <= 'z')
                || (each >= 'A' && each <= 'Z')
                || (each >= '0' && each <= '9')
                || each == '-'
                || each == '_'
                || each == '~';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        StringBuilder printed = new StringBuilder();
        for (int at = 0; at < Math.min(array.length, LONGEST_PRINTED); at++) {
            byte each = array[at];
            if (each >= ' ' && each < 0x7F && each != '\\') {
                printed.append((char) each);
            } else {
                printed.append(String.format(Locale.ROOT, "\\x%02X", each));
            }
        }
        if (array.length > LONGEST_PRINTED) {
            printed.append("... (").append(array.length).append(" bytes)");
        }
        return printed.toString();
    }
}
