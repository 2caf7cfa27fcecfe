package redisproxy.http;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Derives 64 bits from a value: the first of its SHA-256, so that two values have the same bits only by intent. */
final class EntityTag {
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(EntityTag::sha256);

    private EntityTag() {}

    /** Returns the tag of these bytes, which is never 0. */
    static long of(byte[] bytes, int offset, int length) {
        MessageDigest digest = DIGEST.get();
        digest.update(bytes, offset, length);
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
