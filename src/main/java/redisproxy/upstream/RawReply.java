package redisproxy.upstream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reply of Redis, or one push message, byte for byte as it arrived: whole, checked to be framed as RESP, and not decoded any
 * further. Immutable; nobody writes to its arrays.
 */
public final class RawReply {
    private final List<byte[]> chunks;
    private final long size;

    /** Makes a reply of these arrays, one after the other; the first is not empty. Takes the arrays over. */
    public RawReply(List<byte[]> chunks) {
        this.chunks = List.copyOf(chunks);
        long bytes = 0;
        for (byte[] chunk : this.chunks) {
            bytes += chunk.length;
        }
        this.size = bytes;
    }

    /** Returns the arrays, whose bytes follow one another. Never write to them. */
    public List<byte[]> chunks() {
        return chunks;
    }

    /** Returns how many bytes there are. */
    public long size() {
        return size;
    }

    /** Returns the first byte, which tells the type ("Redis serialization protocol specification"). */
    public byte type() {
        return chunks.get(0)[0];
    }

    /** Returns all bytes as text, each byte a character. Copies them, so it is for replies that are small. */
    public String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        chunks.forEach(bytes::writeBytes);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Returns the code of an error reply, such as {@code MOVED}, or null if it is no error. */
    public @Nullable String errorCode() {
        byte[] first = chunks.get(0);
        if (first[0] != '-') {
            return null;
        }
        int end = 1;
        while (end < first.length && first[end] > ' ') {
            end++;
        }
        return new String(first, 1, end - 1, StandardCharsets.ISO_8859_1);
    }
}
