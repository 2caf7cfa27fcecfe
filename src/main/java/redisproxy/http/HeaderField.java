package redisproxy.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A header of a response, and its line on the wire (RFC 9112, section 5). Immutable. */
public final class HeaderField {
    private static final byte[] PRIVATE = AuthFilter.PRIVATE.getBytes(StandardCharsets.US_ASCII);

    private final String name;
    private final String value;
    private final byte[] line;

    HeaderField(String name, String value) {
        this.name = name;
        this.value = value;
        this.line = (name + ": " + value + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Puts the line with its CRLF. */
    public void putLine(ByteBuffer out) {
        out.put(line);
    }

    /** Puts the line with its CRLF, with {@code private} before its value: only the client may keep the response. */
    public void putPrivateLine(ByteBuffer out) {
        int valueStart = name.length() + 2;
        out.put(line, 0, valueStart).put(PRIVATE).put(line, valueStart, line.length - valueStart);
    }

    /** Returns the value with {@code private} before it: only the client may keep the response. */
    public String privateValue() {
        return AuthFilter.PRIVATE + value;
    }

    Map.Entry<String, String> entry() {
        return Map.entry(name, value);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the value. */
    public String value() {
        return value;
    }
}
