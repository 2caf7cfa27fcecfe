package redisproxy.redis;

import java.nio.file.Path;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How connections to Redis are encrypted. The files are PEM (RFC 7468), and are read again once they have changed.
 *
 * @param caFile certificates of the authorities that are trusted, or null for those that the JDK trusts
 * @param certFile the certificate that this client shows, with those that lead to its authority; null for none
 * @param keyFile its private key; null exactly if {@code certFile} is
 * @param verify what is verified of the server's certificate
 * @param serverName the name that the certificate has to hold and that is sent as SNI (RFC 6066, 3), or null for the host that
 *     is connected to
 * @param names what the settings are called in messages
 */
public record TlsConfig(
        @Nullable Path caFile,
        @Nullable Path certFile,
        @Nullable Path keyFile,
        Verify verify,
        @Nullable String serverName,
        Names names) {
    /** What the settings are called: the names by which they were given. */
    public record Names(String ca, String cert, String key, String serverName) {
        /** Those in the environment. */
        static final Names DEFAULT = new Names(
                "REDIS_TLS_CA_CERT_FILE", "REDIS_TLS_CERT_FILE", "REDIS_TLS_KEY_FILE", "REDIS_TLS_SERVER_NAME");
    }

    /** What is verified of a server's certificate. */
    public enum Verify {
        /** That a trusted authority has issued it, that it is valid now, and that it is for that host. */
        FULL,
        /** The same but for the host. */
        CA,
        /** Nothing: whoever can redirect the connection reads it. */
        NONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public TlsConfig {
        if ((certFile == null) != (keyFile == null)) {
            throw new IllegalArgumentException("certFile and keyFile: one without the other (expected: both or none)");
        }
    }

    /** Makes what messages speak of by the names of the settings in the environment. */
    TlsConfig(
            @Nullable Path caFile,
            @Nullable Path certFile,
            @Nullable Path keyFile,
            Verify verify,
            @Nullable String serverName) {
        this(caFile, certFile, keyFile, verify, serverName, Names.DEFAULT);
    }

    /**
     * Reads the files, to find out whether they hold what they have to. Blocks.
     *
     * @throws TlsRefusedException if they do not; the message names the setting and the file
     */
    public void check() {
        SSLContext unused = TlsFiles.read(this).context();
    }

    /** Returns what applies when nothing is set: the authorities of the JDK, no certificate of the client, all verified. */
    public static TlsConfig defaults() {
        return new TlsConfig(null, null, null, Verify.FULL, null);
    }
}
