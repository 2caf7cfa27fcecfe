package redisproxy.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header that a proxy in front sends first, in either version of the PROXY protocol (haproxy.org, "The PROXY protocol"):
 *
 * <pre>
 * version 1, text of at most 107 bytes     PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n
 *                                          PROXY UNKNOWN ...\r\n
 * version 2, 16 bytes and the rest         \r\n\r\n\0\r\nQUIT\n | 2, command | family, transport | length of the rest
 *                                          source, destination, ports | further fields, which are passed over
 * </pre>
 *
 * It takes no byte that is behind the header, so what follows is read as if there had been none. Not thread-safe.
 */
final class ProxyHeader {
    /** The longest header: addresses, and further fields such as those of TLS. */
    static final int MOST_BYTES = 4096;

    private static final int MOST_OF_TEXT = 107;
    private static final int LEAST_OF_TEXT = "PROXY UNKNOWN\r\n".length();
    private static final int START_OF_BINARY = 16;
    private static final int IPV4_BYTES = 12;
    private static final int IPV6_BYTES = 36;
    private static final int MOST_PORT = 65_535;

    /** Those of a text with addresses. */
    private static final int BLANKS = 5;

    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    private static final String EXPECTED = " (expected: a header of the PROXY protocol, version 1 or 2)";

    /** The text, or the start and the addresses of the binary version. Further fields are read over its end. */
    private final byte[] bytes = new byte[MOST_OF_TEXT];

    private int size;

    /** Bytes that are still to be passed over. */
    private int passOver;

    private boolean isComplete;
    private @Nullable InetSocketAddress source;

    /** Bytes that are no header. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    /** Returns whether bytes begin as a header does, as far as they go. */
    static boolean mayBegin(byte[] bytes, int size) {
        return isPrefix(TEXT, bytes, size) || isPrefix(BINARY, bytes, size);
    }

    /** Returns whether bytes are the beginning of a header, of which nothing else begins so. */
    static boolean begins(byte[] bytes, int size) {
        return mayBegin(bytes, size) && (bytes[0] == TEXT[0] ? size >= TEXT.length : size >= BINARY.length);
    }

    private static boolean isPrefix(byte[] signature, byte[] bytes, int size) {
        int count = Math.min(signature.length, size);
        return Arrays.equals(signature, 0, count, bytes, 0, count);
    }

    /** Returns where the next bytes go: room for as many as surely belong to the header, in Jetty's flush mode. */
    ByteBuffer room() {
        ByteBuffer room = passOver > 0
                ? ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, passOver))
                : ByteBuffer.wrap(bytes, size, wanted());
        return room.slice().limit(0);
    }

    /** Returns how many bytes have been read. */
    int size() {
        return size;
    }

    /**
     * Takes in so many bytes, which are in the {@linkplain #room room} now. Returns whether the header is complete.
     *
     * @throws MalformedException if they are no header
     */
    boolean take(int count) throws MalformedException {
        if (passOver > 0) {
            passOver -= count;
            isComplete = passOver == 0;
            return isComplete;
        }
        size += count;
        if (!mayBegin(bytes, size)) {
            throw new MalformedException("what it sent first is something else" + EXPECTED);
        }
        if (bytes[0] == BINARY[0]) {
            takeBinary();
        } else if (endsLine(count)) {
            source = parseText(new String(bytes, 0, size - 2, StandardCharsets.ISO_8859_1));
            isComplete = true;
        } else if (size == MOST_OF_TEXT) {
            throw new MalformedException(
                    "the header has no end (expected: CRLF within %d bytes)".formatted(MOST_OF_TEXT));
        }
        return isComplete;
    }

    /** Returns the client's address that a complete header announces, or null if the connection is of the proxy itself or has no address. */
    @Nullable
    InetSocketAddress source() {
        return source;
    }

    private int wanted() {
        if (size > 0 && bytes[0] == BINARY[0]) {
            return size < START_OF_BINARY ? START_OF_BINARY - size : START_OF_BINARY + addressBytes() - size;
        }
        return Math.min(MOST_OF_TEXT - size, leastOfText());
    }

    /* --------------- Version 1 --------------- */

    /** Returns whether the last bytes end the text, of which nothing that is well-formed ends before all that was wanted has come. */
    private boolean endsLine(int count) throws MalformedException {
        for (int i = size - count; i < size; i++) {
            if (bytes[i] == '\n') {
                if (i == size - 1 && bytes[i - 1] == '\r') {
                    return true;
                }
                throw malformedText();
            }
        }
        return false;
    }

    /** Returns how many more bytes of the text there are at the least. */
    private int leastOfText() {
        if (size < LEAST_OF_TEXT) {
            return LEAST_OF_TEXT - size;
        }
        if (bytes[size - 1] == '\r') {
            return 1;
        }
        if (bytes[TEXT.length] != 'T') {
            return 2;
        }
        // Each word that is still to come has a blank before it and a character, and CRLF follows the last.
        int blanks = 0;
        for (int i = 0; i < size; i++) {
            blanks += bytes[i] == ' ' ? 1 : 0;
        }
        return 2 * Math.max(0, BLANKS - blanks) + (bytes[size - 1] == ' ' ? 1 : 0) + 2;
    }

    private static @Nullable InetSocketAddress parseText(String line) throws MalformedException {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return null;
        }
        boolean isIpv4 = words[1].equals("TCP4");
        if (words.length != BLANKS + 1 || !(isIpv4 || words[1].equals("TCP6"))) {
            throw malformedText();
        }
        InetAddress address = textAddress(words[2], isIpv4);
        textAddress(words[3], isIpv4);
        int port = textPort(words[4]);
        textPort(words[5]);
        return new InetSocketAddress(address, port);
    }

    private static MalformedException malformedText() {
        return new MalformedException(
                "its header is malformed (expected: PROXY TCP4|TCP6 SOURCE DESTINATION PORT PORT)");
    }

    private static InetAddress textAddress(String word, boolean isIpv4) throws MalformedException {
        InetAddress address = isIpv4 == (word.indexOf(':') < 0) ? IpLiterals.parse(word) : null;
        if (address == null) {
            throw new MalformedException(
                    "its header has '%s' (expected: an address of %s)".formatted(word, isIpv4 ? "IPv4" : "IPv6"));
        }
        return address;
    }

    private static int textPort(String word) throws MalformedException {
        int port = IpLiterals.decimal(word, 5);
        if (port < 0 || port > MOST_PORT) {
            throw new MalformedException("its header has '%s' (expected: a port, 0 to %d)".formatted(word, MOST_PORT));
        }
        return port;
    }

    /* --------------- Version 2 --------------- */

    private void takeBinary() throws MalformedException {
        if (size < START_OF_BINARY) {
            return;
        }
        if (size == START_OF_BINARY) {
            checkStart();
        }
        int addressBytes = addressBytes();
        if (size == START_OF_BINARY + addressBytes) {
            source = addressBytes == 0 ? null : binarySource();
            passOver = rest() - addressBytes;
            isComplete = passOver == 0;
        }
    }

    private void checkStart() throws MalformedException {
        int versionAndCommand = bytes[BINARY.length] & 0xff;
        if (versionAndCommand != 0x20 && versionAndCommand != 0x21) {
            throw new MalformedException(
                    "its header has version and command 0x%02x (expected: 0x20 or 0x21)".formatted(versionAndCommand));
        }
        if (START_OF_BINARY + rest() > MOST_BYTES) {
            throw new MalformedException(
                    "its header has %d bytes (expected: at most %d)".formatted(START_OF_BINARY + rest(), MOST_BYTES));
        }
        int family = bytes[BINARY.length + 1] & 0xff;
        boolean isKnown = family == 0 || family == 0x11 || family == 0x21 || family == 0x31;
        if (isProxied() && !isKnown) {
            throw new MalformedException(
                    "its header has family and transport 0x%02x (expected: TCP, 0x11 or 0x21)".formatted(family));
        }
        if (rest() < addressBytes()) {
            throw new MalformedException(
                    "its header has %d bytes of addresses (expected: %d or more)".formatted(rest(), addressBytes()));
        }
    }

    private boolean isProxied() {
        return (bytes[BINARY.length] & 0xf) == 1;
    }

    private int rest() {
        return unsigned(BINARY.length + 2);
    }

    /** Returns the number of two bytes. */
    private int unsigned(int at) {
        return ((bytes[at] & 0xff) << Byte.SIZE) | (bytes[at + 1] & 0xff);
    }

    /** Returns how many bytes the addresses have that count; those of Unix sockets are passed over. */
    private int addressBytes() {
        if (!isProxied()) {
            return 0;
        }
        return switch (bytes[BINARY.length + 1]) {
            case 0x11 -> IPV4_BYTES;
            case 0x21 -> IPV6_BYTES;
            default -> 0;
        };
    }

    private InetSocketAddress binarySource() {
        int length = addressBytes() == IPV4_BYTES ? 4 : 16;
        int ports = START_OF_BINARY + 2 * length;
        try {
            InetAddress address =
                    InetAddress.getByAddress(Arrays.copyOfRange(bytes, START_OF_BINARY, START_OF_BINARY + length));
            return new InetSocketAddress(address, unsigned(ports));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + length + " bytes", e);
        }
    }
}
