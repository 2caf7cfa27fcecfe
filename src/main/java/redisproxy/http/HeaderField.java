package redisproxy.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A header of a response, and its line on the wire (RFC 9112, section 5). Immutable. */
public final class HeaderField {
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

    Map.Entry<String, String> entry() {
        return Map.entry(name, value);
    }

    String name() {
        return name;
    }

    String value() {
        return value;
    }
}
