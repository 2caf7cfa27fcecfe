package redisproxy.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A password as Redis keeps it: its SHA-256. Immutable. Comparisons take the same time wherever two differ. */
final class PasswordHash {
    private static final int HEX_DIGITS = 64;

    private final byte[] digest;

    private PasswordHash(byte[] digest) {
        this.digest = digest;
    }

    static PasswordHash of(byte[] password) {
        try {
            return new PasswordHash(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it.
            throw new IllegalStateException(e);
        }
    }

    /** Makes the hash of a text; an ACL file is read as ISO 8859-1, so that each character is a byte. */
    static PasswordHash of(String password) {
        return of(password.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns the hash that these 64 lower-case hexadecimal digits are, or null if they are none. */
    static @Nullable PasswordHash fromHex(String hex) {
        boolean isHex = hex.length() == HEX_DIGITS
                && hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        return isHex ? new PasswordHash(HexFormat.of().parseHex(hex)) : null;
    }

    boolean matches(PasswordHash other) {
        return MessageDigest.isEqual(digest, other.digest);
    }

    /** Returns its hexadecimal digits, as ACL LIST shows them to administrators. */
    String hex() {
        return HexFormat.of().formatHex(digest);
    }

    /** Tells nothing of it. */
    @Override
    public String toString() {
        return "PasswordHash";
    }
}
