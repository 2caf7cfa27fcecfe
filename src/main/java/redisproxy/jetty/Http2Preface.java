package redisproxy.jetty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** The bytes with which a client of HTTP/2 begins its connection (RFC 9113, section 3.4). */
final class Http2Preface {
    private static final byte[] BYTES = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

    private Http2Preface() {}

    /** Returns whether the preface begins with these bytes, or they begin with it. There must be at least one. */
    static boolean mayBegin(byte[] source, int start, int end) {
        int length = Math.min(end - start, BYTES.length);
        return length > 0 && Arrays.equals(source, start, start + length, BYTES, 0, length);
    }

    /** Returns whether so many bytes can be the whole preface. */
    static boolean isWhole(int length) {
        return length >= BYTES.length;
    }
}
