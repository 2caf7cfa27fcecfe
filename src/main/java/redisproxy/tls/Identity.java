package redisproxy.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A certificate that one side of a connection shows, and its key. Immutable.
 *
 * @param chain the certificate, and those that lead to its authority
 * @param key its private key
 */
public record Identity(List<X509Certificate> chain, PrivateKey key) {
    private static final char[] NO_PASSWORD = {};

    /** Returns whether the key is that of the certificate: files may be replaced one after the other. */
    public boolean isPair() {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        byte[] text = {1};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            byte[] signature = signing.sign();
            signing.initVerify(chain.get(0).getPublicKey());
            signing.update(text);
            return signing.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Returns what shows this certificate in handshakes.
     *
     * @throws GeneralSecurityException if the JDK does not take the certificate or the key
     */
    public KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        // The one named PKIX decrypts the key from the store in each handshake, which takes longer than the rest.
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }
}
