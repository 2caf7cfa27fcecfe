package redisproxy.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The bytes of the files that a {@link TlsConfig} names, at one time. Immutable. */
final class TlsFiles {
    private static final char[] NO_PASSWORD = {};

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
        if (file == null) {
            return new byte[0];
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TlsRefusedException("%s: '%s' cannot be read (expected: a file)".formatted(setting, file));
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
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsRefusedException("TLS cannot be set up: " + Failures.oneLine(e));
        }
    }

    private X509ExtendedTrustManager trust() throws GeneralSecurityException, IOException {
        if (config.verify() == TlsConfig.Verify.NONE) {
            return new TrustAnyServer();
        }
        KeyStore anchors = null;
        Path file = config.caFile();
        if (file != null) {
            anchors = emptyStore();
            List<X509Certificate> authorities = new PemFile(config.names().ca(), file, ca).certificates();
            for (int i = 0; i < authorities.size(); i++) {
                anchors.setCertificateEntry("ca-" + i, authorities.get(i));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return new TrustInAuthorities((X509ExtendedTrustManager) factory.getTrustManagers()[0], config);
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
        Path certFile = config.certFile();
        Path keyFile = config.keyFile();
        if (certFile == null || keyFile == null) {
            return null;
        }
        ClientIdentity identity = new ClientIdentity(
                new PemFile(config.names().cert(), certFile, cert).certificates(),
                new PemFile(config.names().key(), keyFile, key).privateKey());
        if (!identity.isPair()) {
            throw new TlsRefusedException("%s: the key in '%s' is not that of the certificate in '%s' (%s)"
                    .formatted(
                            config.names().key(),
                            keyFile,
                            certFile,
                            config.names().cert()));
        }
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "client", identity.key(), NO_PASSWORD, identity.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
