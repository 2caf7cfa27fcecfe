package redisproxy.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a PEM file holds (RFC 7468): certificates, or a private key in PKCS#8, PKCS#1 (RSA) or SEC 1 (elliptic curves). The JDK
 * reads certificates and PKCS#8; the two older forms are a PKCS#8 whose first lines are missing, which are put before them.
 * Immutable.
 */
public final class PemFile {
    /** Keys of the older forms have headers if they are encrypted (RFC 1421, 4.6): two, and few in any case. */
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN ([A-Z0-9 ]+)-----\\s*((?:[A-Za-z0-9-]+:[^\\n]*\\n){0,9}+)([^-]*)-----END \\1-----");

    private static final Pattern KEY_OR_NOTHING = Pattern.compile("(?:(\\w+) )?PRIVATE KEY");

    /** The object identifiers by which PKCS#8 says of what kind its key is (RFC 3279, 2.3.1 and 2.3.5). */
    private static final byte[] RSA = {0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1};

    private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final byte[] NULL = {0x05, 0x00};

    private static final byte SEQUENCE = 0x30;
    private static final byte OCTET_STRING = 0x04;
    private static final byte EC_PARAMETERS = (byte) 0xA0;

    private static final String[] KEY_ALGORITHMS = {"RSA", "EC", "EdDSA"};

    private final String setting;
    private final Path file;
    private final byte[] content;

    /** {@code setting} names the file in messages; {@code content} is not copied. */
    public PemFile(String setting, Path file, byte[] content) {
        this.setting = setting;
        this.file = file;
        this.content = content;
    }

    /**
     * Returns the certificates in their order.
     *
     * @throws TlsFileException if there is none, or one cannot be read
     */
    public List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = blocks();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                if (block.group(1).endsWith("CERTIFICATE")) {
                    ByteArrayInputStream der = new ByteArrayInputStream(decoded(block.group(3)));
                    certificates.add((X509Certificate) factory.generateCertificate(der));
                }
            }
        } catch (CertificateException e) {
            throw wrong("holds a certificate that cannot be read: " + oneLine(e));
        }
        if (certificates.isEmpty()) {
            throw wrong("holds no certificate (expected: PEM, which begins with -----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    /**
     * Returns the private key.
     *
     * @param passSetting names the passphrase in messages, or is null if none can be given
     * @param passphrase that of an encrypted key, or null if there is none; a key that is not encrypted needs none
     * @throws TlsFileException if there is no key, the passphrase is not its own, or it cannot be read
     */
    public PrivateKey privateKey(@Nullable String passSetting, @Nullable String passphrase) {
        Matcher block = blocks();
        while (block.find()) {
            Matcher label = KEY_OR_NOTHING.matcher(block.group(1));
            if (label.matches()) {
                String kind = label.group(1) == null ? "" : label.group(1);
                byte[] der = decoded(block.group(3));
                boolean isEncrypted = kind.equals("ENCRYPTED") || block.group(2).contains("ENCRYPTED");
                if (!isEncrypted) {
                    return privateKey(kind, der);
                }
                if (passSetting == null || passphrase == null) {
                    throw wrong("holds an encrypted key (expected: one without a passphrase%s)"
                            .formatted(passSetting == null ? "" : ", or its passphrase in " + passSetting));
                }
                return decrypted(kind, block.group(2), der, passSetting, passphrase);
            }
        }
        throw wrong("holds no private key (expected: PEM, which begins with -----BEGIN PRIVATE KEY-----)");
    }

    private PrivateKey decrypted(String kind, String headers, byte[] der, String passSetting, String passphrase) {
        try {
            return kind.equals("ENCRYPTED")
                    ? privateKey("", EncryptedKey.pkcs8(der, passphrase))
                    : privateKey(kind, EncryptedKey.legacy(headers, der, passphrase));
        } catch (NoSuchAlgorithmException | IOException e) {
            throw wrong(
                    "holds a key that is encrypted in a way that is not known here: %s (expected: AES, as openssl pkcs8 -topk8 -v2 aes256 writes)"
                            .formatted(oneLine(e)));
        } catch (GeneralSecurityException | TlsFileException e) {
            // A wrong passphrase may also make a key of noise.
            throw wrong("holds a key that cannot be decrypted (expected: its passphrase in %s)".formatted(passSetting));
        }
    }

    private PrivateKey privateKey(String kind, byte[] der) {
        byte[] pkcs8 = switch (kind) {
            case "RSA" -> pkcs8(RSA, NULL, der);
            case "EC" -> pkcs8(EC, curve(der), der);
            default -> der;
        };
        for (String algorithm : KEY_ALGORITHMS) {
            PrivateKey key = privateKeyOf(algorithm, pkcs8);
            if (key != null) {
                return key;
            }
        }
        throw wrong("holds a key that cannot be read (expected: RSA, EC or EdDSA)");
    }

    /** Returns null if the key is of another kind. */
    private static @Nullable PrivateKey privateKeyOf(String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /** Wraps a key as PrivateKeyInfo (RFC 5208, 5). */
    private static byte[] pkcs8(byte[] algorithm, byte[] parameters, byte[] key) {
        return der(SEQUENCE, VERSION_0, der(SEQUENCE, algorithm, parameters), der(OCTET_STRING, key));
    }

    /** Returns the curve that an ECPrivateKey (RFC 5915, 3) names: the content of its element with the tag [0]. */
    private byte[] curve(byte[] key) {
        // SEQUENCE { INTEGER 1, OCTET STRING, [0] { OBJECT IDENTIFIER }, [1] { BIT STRING } }
        int at = content(key, 0);
        for (int element = 0; element < 2; element++) {
            at = content(key, at) + length(key, at);
        }
        if (byteAt(key, at) != EC_PARAMETERS) {
            throw wrong("holds an EC key that names no curve (expected: -----BEGIN PRIVATE KEY-----)");
        }
        byte[] curve = new byte[Math.min(length(key, at), key.length - content(key, at))];
        System.arraycopy(key, content(key, at), curve, 0, curve.length);
        return curve;
    }

    private int length(byte[] der, int at) {
        int first = byteAt(der, at + 1) & 0xFF;
        // No key of an elliptic curve is longer than one such byte tells.
        return first < 0x80 ? first : byteAt(der, at + 2) & 0xFF;
    }

    private int content(byte[] der, int at) {
        return at + ((byteAt(der, at + 1) & 0xFF) < 0x80 ? 2 : 3);
    }

    private byte byteAt(byte[] der, int at) {
        if (at >= der.length) {
            throw wrong("holds an EC key that is cut off");
        }
        return der[at];
    }

    private static byte[] der(byte tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
        out.write(tag);
        // DER takes the shortest form of a length alone (X.690, 10.1).
        if (length > 0xFF) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length & 0xFF);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private byte[] decoded(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw wrong("holds what is not base64");
        }
    }

    private static String oneLine(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.replaceAll("[^\\x20-\\x7E]+", " ");
    }

    private Matcher blocks() {
        return BLOCK.matcher(new String(content, US_ASCII));
    }

    private TlsFileException wrong(String what) {
        return new TlsFileException("%s: '%s' %s".formatted(setting, file, what));
    }
}
