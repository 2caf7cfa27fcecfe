package redisproxy.redis;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why no TLS connection came about, and what to set. */
final class TlsFailures {
    /** As a server refuses (RFC 8446, 6); the JDK gives the names alone. */
    private static final Pattern ALERT = Pattern.compile(".*fatal alert: (\\w+).*");

    static final String NO_TLS = "it does not speak TLS: set REDIS_TLS=false (or a REDIS_URL without the s of rediss), "
            + "or REDIS_PORT to its tls-port";
    static final String SILENT = "it did not answer the TLS handshake in time";

    private static final String NO_TLS_MESSAGE = "unrecognized SSL message";

    private TlsFailures() {}

    /** Describes the failure of a handshake. */
    static String describe(TlsConfig tls, IOException failure) {
        String explained = explain(tls, failure);
        return explained == null ? "the TLS handshake failed: " + Failures.oneLine(Failures.root(failure)) : explained;
    }

    /** Returns why a connection failed that has not had a reply yet, or null if TLS has no part in it. */
    static @Nullable String explain(TlsConfig tls, Throwable failure) {
        Throwable root = Failures.root(failure);
        if (root instanceof CertificateException) {
            return Failures.oneLine(root);
        }
        if (root instanceof EOFException || root instanceof SocketException) {
            return "it closed the connection before its first reply, as a server does that refuses the client's certificate "
                    + "or wants one: " + whichCertificate(tls);
        }
        if (!(root instanceof SSLException)) {
            return null;
        }
        String message = String.valueOf(root.getMessage());
        if (message.contains(NO_TLS_MESSAGE)) {
            return NO_TLS;
        }
        Matcher alert = ALERT.matcher(message);
        return alert.matches() ? refused(tls, alert.group(1)) : "the TLS connection failed: " + Failures.oneLine(root);
    }

    private static String refused(TlsConfig tls, String alert) {
        return switch (alert) {
            case "protocol_version" -> "it takes neither TLS 1.2 nor TLS 1.3 (alert protocol_version)";
            case "unrecognized_name" ->
                "it does not know the name that was asked for (alert unrecognized_name): set "
                        + tls.names().serverName();
            case "certificate_required",
                    "handshake_failure",
                    "bad_certificate",
                    "certificate_expired",
                    "certificate_revoked",
                    "certificate_unknown",
                    "unsupported_certificate",
                    "unknown_ca",
                    "access_denied",
                    "decrypt_error" ->
                (tls.certFile() == null
                                        ? "it wants a certificate of the client (alert %s): "
                                        : "it refuses the certificate of the client (alert %s): ")
                                .formatted(alert)
                        + whichCertificate(tls);
            default -> "it refuses the TLS connection (alert %s)".formatted(alert);
        };
    }

    private static String whichCertificate(TlsConfig tls) {
        return tls.certFile() == null
                ? "set %s and %s".formatted(tls.names().cert(), tls.names().key())
                : "check %s '%s'".formatted(tls.names().cert(), tls.certFile());
    }
}
