package redisproxy.net;

import java.nio.ByteBuffer;

/** The frame of TLS records: {@code <type> <version, 2 bytes> <length, 2 bytes> <fragment>} (RFC 8446, section 5.1). */
final class TlsRecord {
    /** A fragment may be so long (RFC 5246, section 6.2.3). */
    private static final int MOST_FRAGMENT_BYTES = 16 * 1024 + 2048;

    private static final int HEADER_BYTES = 5;
    private static final int LENGTH_AT = 3;

    /** The longest record. */
    static final int MOST_BYTES = HEADER_BYTES + MOST_FRAGMENT_BYTES;

    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;

    private TlsRecord() {}

    /** Returns whether what has been read begins with a whole record, or with none that is possible: its engine is to look at it. */
    static boolean isWhole(ByteBuffer read) {
        return read.remaining() >= HEADER_BYTES && (length(read) > MOST_BYTES || length(read) <= read.remaining());
    }

    /** Returns how much room what follows {@code read} needs, so that a whole record lies there. */
    static int room(ByteBuffer read) {
        return read.remaining() < HEADER_BYTES
                ? MOST_BYTES
                : Math.max(read.remaining(), Math.min(MOST_BYTES, length(read)));
    }

    /** Returns whether the record that has been read is too long. */
    static boolean isTooLong(ByteBuffer read) {
        return length(read) > MOST_BYTES;
    }

    /** Returns whether the record is an alert, as far as can be seen: in TLS 1.3 it cannot. */
    static boolean isAlert(ByteBuffer read) {
        return read.hasRemaining() && read.get(read.position()) == ALERT;
    }

    /** Returns whether these bytes, of which there is at least one, may begin a handshake. */
    static boolean beginsHandshake(ByteBuffer read) {
        return read.get(read.position()) == HANDSHAKE;
    }

    private static int length(ByteBuffer read) {
        return HEADER_BYTES + (read.getShort(read.position() + LENGTH_AT) & 0xffff);
    }
}
