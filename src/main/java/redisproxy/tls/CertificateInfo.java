package redisproxy.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What people have to know of a certificate.
 *
 * @param subject whose it is (RFC 2253)
 * @param notAfter until when it is valid; the earliest of the chain, since clients accept none of it from then on
 */
public record CertificateInfo(String subject, Instant notAfter) {
    static CertificateInfo of(List<X509Certificate> chain) {
        Instant earliest = Instant.MAX;
        for (X509Certificate each : chain) {
            Instant end = each.getNotAfter().toInstant();
            earliest = end.isBefore(earliest) ? end : earliest;
        }
        return new CertificateInfo(chain.get(0).getSubjectX500Principal().getName(), earliest);
    }
}
