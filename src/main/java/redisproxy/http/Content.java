package redisproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bytes in several arrays, as they have arrived. Nobody writes to the arrays. */
final class Content {
    private final List<byte[]> pieces;
    private final int length;

    /** Makes the first {@code length} bytes of these arrays, one after the other. Takes them over. */
    Content(List<byte[]> pieces, int length) {
        this.pieces = List.copyOf(pieces);
        this.length = length;
    }

    static Content of(byte[] bytes) {
        return new Content(List.of(bytes), bytes.length);
    }

    static Content of(String ascii) {
        return of(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    int length() {
        return length;
    }

    /** Copies all bytes to {@code target} from {@code at} on. Returns the index after them. */
    int copyTo(byte[] target, int at) {
        int left = length;
        for (byte[] piece : pieces) {
            int count = Math.min(left, piece.length);
            System.arraycopy(piece, 0, target, at + length - left, count);
            left -= count;
        }
        return at + length;
    }

    /** Returns a copy of all bytes. */
    byte[] toArray() {
        byte[] bytes = new byte[length];
        int unused = copyTo(bytes, 0);
        return bytes;
    }

    /** Returns the bits of the entity tag of a value of these bytes. */
    long tag() {
        return EntityTag.of(pieces, length);
    }
}
