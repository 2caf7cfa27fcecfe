package redisproxy.net;

import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.jetty.io.EndPoint;
import redisproxy.tls.CertificateNames;

/** The names in the certificate that the client of a connection has shown. Thread-safe. */
public final class PeerNames {
    private PeerNames() {}

    /**
     * Returns the names by which the certificate can name a user, or none if there is no certificate. It has been verified. Costs more
     * than a look-up, so that it is to be asked once for a connection. Does not block.
     *
     * @param endPoint the connection's, whose handshake is done: something has been read of it
     */
    public static List<String> of(EndPoint endPoint) {
        EndPoint.SslSessionData data = endPoint.getSslSessionData();
        X509Certificate[] chain = data == null ? null : data.peerCertificates();
        return chain == null || chain.length == 0 ? List.of() : CertificateNames.of(chain[0]);
    }
}
