package redisproxy.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How connections to the proxy's own ports are encrypted. The files are PEM (RFC 7468). Immutable.
 *
 * @param certFile the certificate that the ports show, with those that lead to its authority
 * @param keyFile its private key
 * @param passphrase returns that of an encrypted key, anew each time, or null if there is none; may throw {@link
 *     TlsFileException}
 * @param caFile certificates of the authorities that clients' certificates are issued by; null exactly if {@code clientAuth} is
 *     {@link ClientAuth#NO}
 * @param clientAuth whether clients show certificates
 * @param protocols the versions of TLS, by the names of the JDK
 * @param cipherSuites the cipher suites by their names at IANA, the best first; empty for the proxy's own choice
 * @param names what the settings are called in messages
 */
public record ServerTlsConfig(
        Path certFile,
        Path keyFile,
        @Nullable Supplier<String> passphrase,
        @Nullable Path caFile,
        ClientAuth clientAuth,
        List<String> protocols,
        List<String> cipherSuites,
        Names names) {
    /** What is spoken unless somebody wants less. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    /** What the settings are called: the names by which they were given. */
    public record Names(String cert, String key, String passphrase, String ca) {
        /** Those in the environment. */
        public static final Names DEFAULT =
                new Names("TLS_CERT_FILE", "TLS_KEY_FILE", "TLS_KEY_FILE_PASS", "TLS_CA_CERT_FILE");
    }

    public ServerTlsConfig {
        if ((caFile == null) != (clientAuth == ClientAuth.NO)) {
            throw new IllegalArgumentException(
                    "caFile: %s with clientAuth %s (expected: a file exactly if clients show certificates)"
                            .formatted(caFile, clientAuth));
        }
        if (protocols.isEmpty() || !PROTOCOLS.containsAll(protocols)) {
            throw new IllegalArgumentException("protocols: %s (expected: of %s)".formatted(protocols, PROTOCOLS));
        }
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
    }

    /** Makes the configuration of ports that ask no client for a certificate. */
    public ServerTlsConfig(Path certFile, Path keyFile) {
        this(certFile, keyFile, null, null, ClientAuth.NO, PROTOCOLS, List.of(), Names.DEFAULT);
    }
}
