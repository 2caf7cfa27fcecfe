package redisproxy.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The bytes of the files that a {@link ServerTlsConfig} names, at one time. Immutable. */
final class ServerFiles {
    private final ServerTlsConfig config;
    private final byte[] cert;
    private final byte[] key;
    private final byte[] ca;
    private final @Nullable String passphrase;

    private ServerFiles(ServerTlsConfig config, byte[] cert, byte[] key, byte[] ca, @Nullable String passphrase) {
        this.config = config;
        this.cert = cert;
        this.key = key;
        this.ca = ca;
        this.passphrase = passphrase;
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws TlsFileException if one cannot be read
     */
    static ServerFiles read(ServerTlsConfig config) {
        return new ServerFiles(
                config,
                TlsFile.read(config.names().cert(), config.certFile()),
                TlsFile.read(config.names().key(), config.keyFile()),
                TlsFile.read(config.names().ca(), config.caFile()),
                config.passphrase() == null ? null : config.passphrase().get());
    }

    boolean isSame(@Nullable ServerFiles other) {
        return other != null
                && Arrays.equals(cert, other.cert)
                && Arrays.equals(key, other.key)
                && Arrays.equals(ca, other.ca)
                && (passphrase == null ? other.passphrase == null : passphrase.equals(other.passphrase));
    }

    /** A context that shows a certificate, and what is in that. */
    record Context(SSLContext ssl, CertificateInfo certificate) {}

    /**
     * Makes a context that shows and trusts what is in the files.
     *
     * @throws TlsFileException if they do not hold what they have to, or the key is not that of the certificate
     */
    Context context() {
        Identity identity = identity();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity.keyManagers(), trust(), null);
            return new Context(context, CertificateInfo.of(identity.chain()));
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFileException("%s: TLS cannot be set up with '%s': %s"
                    .formatted(config.names().cert(), config.certFile(), e));
        }
    }

    private Identity identity() {
        ServerTlsConfig.Names names = config.names();
        List<X509Certificate> chain = new PemFile(names.cert(), config.certFile(), cert).certificates();
        PemFile keyFile = new PemFile(names.key(), config.keyFile(), key);
        Identity identity = new Identity(chain, keyFile.privateKey(names.passphrase(), passphrase));
        if (!identity.isPair()) {
            throw new TlsFileException("%s: the key in '%s' is not that of the certificate in '%s' (%s)"
                    .formatted(names.key(), config.keyFile(), config.certFile(), names.cert()));
        }
        return identity;
    }

    private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
        Path file = config.caFile();
        if (file == null) {
            // Never asked, since clients show no certificates.
            return null;
        }
        return new TrustManager[] {Authorities.trust(new PemFile(config.names().ca(), file, ca).certificates())};
    }
}
