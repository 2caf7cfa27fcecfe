package redisproxy.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What people have to know of a certificate.
 *
 * @param subject whose it is (RFC 2253)
 * @param notBefore from when on it is valid
 * @param notAfter until when it is valid; the earliest of the chain, since clients accept none of it from then on
 */
public record CertificateInfo(String subject, Instant notBefore, Instant notAfter) {
    static CertificateInfo of(List<X509Certificate> chain) {
        Instant earliest = Instant.MAX;
        for (X509Certificate each : chain) {
            Instant end = each.getNotAfter().toInstant();
            earliest = end.isBefore(earliest) ? end : earliest;
        }
        X509Certificate first = chain.get(0);
        return new CertificateInfo(
                first.getSubjectX500Principal().getName(), first.getNotBefore().toInstant(), earliest);
    }
}
