package redisproxy.http;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes 64 bits of a value: the first of its SHA-256, so that nobody meets two values with the same ones by chance. */
final class EntityTag {
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(EntityTag::sha256);

    private EntityTag() {}

    /** Returns the tag of those bytes, which is never 0. */
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
