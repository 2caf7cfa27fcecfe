package redisproxy.redis;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import redisproxy.tls.Authorities;
import redisproxy.tls.Identity;
import redisproxy.tls.PemFile;
import redisproxy.tls.TlsFile;
import redisproxy.tls.TlsFileException;

/** The bytes of the files that a {@link TlsConfig} names, at one time. Immutable. */
final class TlsFiles {
    private final TlsConfig config;
    private final byte[] ca;
    private final byte[] cert;
    private final byte[] key;

    private TlsFiles(TlsConfig config, byte[] ca, byte[] cert, byte[] key) {
        this.config = config;
        this.ca = ca;
        this.cert = cert;
        this.key = key;
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws TlsRefusedException if one cannot be read
     */
    static TlsFiles read(TlsConfig config) {
        return new TlsFiles(
                config,
                bytes(config.names().ca(), config.caFile()),
                bytes(config.names().cert(), config.certFile()),
                bytes(config.names().key(), config.keyFile()));
    }

    private static byte[] bytes(String setting, @Nullable Path file) {
        try {
            return TlsFile.read(setting, file);
        } catch (TlsFileException e) {
            throw new TlsRefusedException(String.valueOf(e.getMessage()));
        }
    }

    boolean isSame(TlsFiles other) {
        return Arrays.equals(ca, other.ca) && Arrays.equals(cert, other.cert) && Arrays.equals(key, other.key);
    }

    /**
     * Makes a context for connections that trust and show what is in the files.
     *
     * @throws TlsRefusedException if they do not hold what they have to, or the key is not that of the certificate
     */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), new TrustManager[] {trust()}, null);
            return context;
        } catch (TlsFileException e) {
            throw new TlsRefusedException(String.valueOf(e.getMessage()));
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsRefusedException("TLS cannot be set up: " + Failures.oneLine(e));
        }
    }

    private X509ExtendedTrustManager trust() throws GeneralSecurityException, IOException {
        if (config.verify() == TlsConfig.Verify.NONE) {
            return new TrustAnyServer();
        }
        Path file = config.caFile();
        List<X509Certificate> authorities =
                file == null ? null : new PemFile(config.names().ca(), file, ca).certificates();
        return new TrustInAuthorities(Authorities.trust(authorities), config);
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
        Path certFile = config.certFile();
        Path keyFile = config.keyFile();
        if (certFile == null || keyFile == null) {
            return null;
        }
        Identity identity = new Identity(
                new PemFile(config.names().cert(), certFile, cert).certificates(),
                new PemFile(config.names().key(), keyFile, key).privateKey(null, null));
        if (!identity.isPair()) {
            throw new TlsRefusedException("%s: the key in '%s' is not that of the certificate in '%s' (%s)"
                    .formatted(
                            config.names().key(),
                            keyFile,
                            certFile,
                            config.names().cert()));
        }
        return identity.keyManagers();
    }
}
