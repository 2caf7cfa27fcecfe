package redisproxy.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Decrypts private keys of PEM files. */
final class EncryptedKey {
    private static final Pattern DEK_INFO = Pattern.compile("DEK-Info:\\s*([A-Z0-9-]+),([0-9A-Fa-f]+)");

    /** OpenSSL's salt is the beginning of the initialization vector. */
    private static final int SALT_BYTES = 8;

    private EncryptedKey() {}

    /**
     * Decrypts an EncryptedPrivateKeyInfo (RFC 5208, 6).
     *
     * @throws NoSuchAlgorithmException if it is encrypted in a way that the JDK does not know
     * @throws GeneralSecurityException if the passphrase is wrong
     * @throws IOException if it cannot be read
     */
    static byte[] pkcs8(byte[] der, String passphrase) throws GeneralSecurityException, IOException {
        EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
        AlgorithmParameters parameters = encrypted.getAlgParameters();
        // PBES2 (RFC 8018, 6.2) is a frame: its text names the functions that it is made of.
        boolean isPbes2 = parameters != null && parameters.getAlgorithm().equals("PBES2");
        String algorithm = isPbes2 ? String.valueOf(parameters) : encrypted.getAlgName();
        SecretKey key =
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(passphrase.toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, key, parameters);
        return encrypted.getKeySpec(cipher).getEncoded();
    }

    /**
     * Decrypts a key in the form of RFC 1421, 4.6, which OpenSSL wrote before its version 1.0.
     *
     * @throws NoSuchAlgorithmException if it is encrypted with another cipher than AES and triple DES
     * @throws GeneralSecurityException if the passphrase is wrong
     */
    static byte[] legacy(String headers, byte[] encrypted, String passphrase) throws GeneralSecurityException {
        Matcher info = DEK_INFO.matcher(headers);
        if (!info.find()) {
            throw new NoSuchAlgorithmException("no DEK-Info");
        }
        int keyBytes = switch (info.group(1)) {
            case "AES-128-CBC" -> 16;
            case "AES-192-CBC", "DES-EDE3-CBC" -> 24;
            case "AES-256-CBC" -> 32;
            default -> throw new NoSuchAlgorithmException(info.group(1));
        };
        boolean isAes = info.group(1).startsWith("AES");
        byte[] vector = vector(info.group(2), isAes ? 16 : 8);
        byte[] key = derived(passphrase.getBytes(UTF_8), Arrays.copyOf(vector, SALT_BYTES), keyBytes);
        Cipher cipher = Cipher.getInstance(isAes ? "AES/CBC/PKCS5Padding" : "DESede/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, isAes ? "AES" : "DESede"), new IvParameterSpec(vector));
        return cipher.doFinal(encrypted);
    }

    private static byte[] vector(String hex, int bytes) throws GeneralSecurityException {
        if (hex.length() != 2 * bytes) {
            throw new GeneralSecurityException("an initialization vector of %d digits".formatted(hex.length()));
        }
        return HexFormat.of().parseHex(hex);
    }

    /** Derives a key as OpenSSL's EVP_BytesToKey does, with MD5 and one round: nothing else reads these files. */
    private static byte[] derived(byte[] passphrase, byte[] salt, int bytes) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("MD5");
        byte[] key = {};
        byte[] block = {};
        while (key.length < bytes) {
            digest.update(block);
            digest.update(passphrase);
            block = digest.digest(salt);
            int before = key.length;
            key = Arrays.copyOf(key, before + block.length);
            System.arraycopy(block, 0, key, before, block.length);
        }
        return Arrays.copyOf(key, bytes);
    }
}
