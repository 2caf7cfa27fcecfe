package redisproxy.http;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Derives 64 bits from a value: the first of its SHA-256, so that two values have the same bits only by intent. */
final class EntityTag {
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(EntityTag::sha256);

    private EntityTag() {}

    /** Returns the tag of these bytes, which is never 0. */
    static long of(byte[] bytes, int offset, int length) {
        MessageDigest digest = DIGEST.get();
        digest.update(bytes, offset, length);
        return tag(digest);
    }

    /** Returns the tag of the first {@code length} bytes of these arrays, one after the other. */
    static long of(List<byte[]> pieces, int length) {
        MessageDigest digest = DIGEST.get();
        int left = length;
        for (byte[] piece : pieces) {
            int count = Math.min(left, piece.length);
            digest.update(piece, 0, count);
            left -= count;
        }
        return tag(digest);
    }

    /** Returns a tag as header fields have it: in hexadecimal digits between quotes. */
    static String quoted(long tag) {
        return '"' + HexFormat.of().toHexDigits(tag) + '"';
    }

    private static long tag(MessageDigest digest) {
        long tag = ByteBuffer.wrap(digest.digest()).getLong();
        return tag == 0 ? 1 : tag;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it.
            throw new IllegalStateException(e);
        }
    }
}
