package redisproxy.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes what verifies that a trusted authority has issued a certificate. Thread-safe. */
public final class Authorities {
    private Authorities() {}

    /**
     * Returns what trusts these authorities.
     *
     * @param trusted their certificates, or null for the authorities that the JDK trusts
     * @throws GeneralSecurityException if the JDK does not take a certificate
     */
    public static X509ExtendedTrustManager trust(@Nullable List<X509Certificate> trusted)
            throws GeneralSecurityException, IOException {
        KeyStore anchors = null;
        if (trusted != null) {
            anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, new char[0]);
            for (int i = 0; i < trusted.size(); i++) {
                anchors.setCertificateEntry("ca-" + i, trusted.get(i));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }
}
