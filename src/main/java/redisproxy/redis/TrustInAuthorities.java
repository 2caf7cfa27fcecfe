package redisproxy.redis;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/** Verifies as the JDK does, and says of a certificate that is not accepted whose it is, why, and which setting that concerns. */
final class TrustInAuthorities extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager verifier;
    private final TlsConfig config;

    TrustInAuthorities(X509ExtendedTrustManager verifier, TlsConfig config) {
        this.verifier = verifier;
        this.config = config;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        try {
            verifier.checkServerTrusted(chain, kind, socket);
        } catch (CertificateException e) {
            SSLSession session = ((SSLSocket) socket).getHandshakeSession();
            throw new CertificateException(reason(chain, kind, session.getPeerHost(), e));
        }
    }

    private String reason(X509Certificate[] chain, String kind, String host, CertificateException failure) {
        Instant now = Instant.now();
        for (X509Certificate each : chain) {
            if (now.isAfter(each.getNotAfter().toInstant())) {
                return "%s expired at %s"
                        .formatted(subject(each), each.getNotAfter().toInstant());
            }
            if (now.isBefore(each.getNotBefore().toInstant())) {
                return "%s is not valid before %s"
                        .formatted(subject(each), each.getNotBefore().toInstant());
            }
        }
        try {
            verifier.checkServerTrusted(chain, kind);
        } catch (CertificateException e) {
            String authorities = config.caFile() == null
                    ? "by none of the authorities that Java trusts (set %s)"
                            .formatted(config.names().ca())
                    : "by none of the authorities in %s '%s'"
                            .formatted(config.names().ca(), config.caFile());
            return "%s has been issued by '%s', and %s: %s"
                    .formatted(
                            subject(chain[0]),
                            chain[0].getIssuerX500Principal().getName(),
                            authorities,
                            Failures.oneLine(Failures.root(e)));
        }
        return "%s is for %s and not for '%s': set %s to a name that it is for (%s)"
                .formatted(
                        subject(chain[0]),
                        names(chain[0]),
                        host,
                        config.names().serverName(),
                        Failures.oneLine(failure));
    }

    private static String subject(X509Certificate certificate) {
        return "the certificate of '%s'"
                .formatted(certificate.getSubjectX500Principal().getName());
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        verifier.checkServerTrusted(chain, kind);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        verifier.checkServerTrusted(chain, kind, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        verifier.checkClientTrusted(chain, kind, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        verifier.checkClientTrusted(chain, kind, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        verifier.checkClientTrusted(chain, kind);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return verifier.getAcceptedIssuers();
    }
}
