package redisproxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.Certificates;
import redisproxy.tls.ServerTls.Found;

/** Handshakes in memory. */
final class ServerTlsTest {
    private static final String NAMES = "DNS:localhost";
    private static final Certificates.@Nullable Pair NO_CERTIFICATE = null;

    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static Certificates.Pair authority;
    private static Certificates.Pair right;
    private static Certificates.Pair client;

    private final Path cert = folder.resolve("shown.pem");
    private final Path key = folder.resolve("shown.key");

    @BeforeAll
    static void make() {
        certificates = new Certificates(folder);
        authority = certificates.authority("ca");
        right = certificates.issue(authority, "first", NAMES);
        client = certificates.issue(authority, "alice", NAMES);
    }

    @BeforeEach
    void restore() throws IOException {
        show(right);
    }

    private void show(Certificates.Pair pair) throws IOException {
        Files.copy(pair.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), key, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void newerOfBothVersionsFirst() throws Exception {
        SSLEngine engine = connect(ServerTls.open(new ServerTlsConfig(cert, key)), null);
        assertThat(engine.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(subject(engine)).isEqualTo("CN=first");
    }

    @Test
    void onlyTheVersionsThatAreWanted() throws Exception {
        ServerTls old = ServerTls.open(config(null, ClientAuth.NO, List.of("TLSv1.2"), List.of()));
        SSLEngine engine = connect(old, null);
        assertThat(engine.getSession().getProtocol()).isEqualTo("TLSv1.2");
        assertThat(engine.getSession().getCipherSuite()).matches("TLS_ECDHE_.*(GCM|CHACHA20).*");
    }

    @Test
    void onlyTheSuitesThatAreWanted() throws Exception {
        ServerTls one = ServerTls.open(
                config(null, ClientAuth.NO, ServerTlsConfig.PROTOCOLS, List.of("TLS_CHACHA20_POLY1305_SHA256")));
        assertThat(connect(one, null).getSession().getCipherSuite()).isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
    }

    @Test
    void clientsMustShowACertificate() throws Exception {
        ServerTls strict =
                ServerTls.open(config(authority.cert(), ClientAuth.YES, ServerTlsConfig.PROTOCOLS, List.of()));
        assertThat(subject(connect(strict, client))).isEqualTo("CN=first");
        assertThatThrownBy(() -> connect(strict, null)).isInstanceOf(SSLException.class);
    }

    @Test
    void clientsMayShowACertificateOfTheAuthority() throws Exception {
        ServerTls lenient =
                ServerTls.open(config(authority.cert(), ClientAuth.OPTIONAL, ServerTlsConfig.PROTOCOLS, List.of()));
        assertThat(subject(connect(lenient, client))).isEqualTo("CN=first");
        assertThat(subject(connect(lenient, null))).isEqualTo("CN=first");
        Certificates.Pair stranger = certificates.issue(certificates.authority("ca"), "mallory", NAMES);
        assertThatThrownBy(() -> connect(lenient, stranger)).isInstanceOf(SSLException.class);
    }

    @Test
    void newFilesAreShownToNewConnections() throws Exception {
        ServerTls tls = ServerTls.open(new ServerTlsConfig(cert, key));
        SSLEngine before = tls.newEngine();
        assertThat(tls.refresh()).isEqualTo(Found.NOTHING_NEW);
        show(certificates.issue(authority, "second", NAMES));
        assertThat(tls.refresh()).isEqualTo(Found.TAKEN);
        assertThat(tls.refresh()).isEqualTo(Found.NOTHING_NEW);
        assertThat(subject(connect(tls.newEngine(), NO_CERTIFICATE))).isEqualTo("CN=second");
        assertThat(subject(connect(before, NO_CERTIFICATE))).isEqualTo("CN=first");
        assertThat(tls.certificate().subject()).isEqualTo("CN=second");
    }

    @Test
    void keyOfAnotherCertificateIsRefused() throws Exception {
        ServerTls tls = ServerTls.open(new ServerTlsConfig(cert, key));
        Files.copy(client.key(), key, StandardCopyOption.REPLACE_EXISTING);
        assertThat(tls.refresh()).isEqualTo(Found.REFUSED);
        assertThat(tls.refresh()).isEqualTo(Found.NOTHING_NEW);
        assertThat(tls.refusal())
                .isEqualTo("TLS_KEY_FILE: the key in '%s' is not that of the certificate in '%s' (TLS_CERT_FILE)"
                        .formatted(key, cert));
        assertThat(subject(connect(tls, null))).isEqualTo("CN=first");
        Files.copy(authority.key(), key, StandardCopyOption.REPLACE_EXISTING);
        assertThat(tls.refresh()).as("another wrong key").isEqualTo(Found.REFUSED);
        Files.delete(key);
        assertThat(tls.refresh()).isEqualTo(Found.REFUSED);
        assertThat(tls.refresh()).isEqualTo(Found.NOTHING_NEW);
        assertThat(tls.refusal()).endsWith("cannot be read (expected: a file)");
        Files.copy(right.key(), key);
        assertThat(tls.refresh()).isEqualTo(Found.NOTHING_NEW);
        assertThat(tls.refusal()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsa:2048",
                "rsa:4096",
                "ec -pkeyopt ec_paramgen_curve:P-256",
                "ec -pkeyopt ec_paramgen_curve:P-384",
                "ed25519"
            })
    void keysOfEachKind(String kind) throws Exception {
        certificates.openssl(
                "req -x509 -newkey %s -nodes -days 2 -subj /CN=kind -addext subjectAltName=%s -keyout %s -out %s"
                        .formatted(kind, NAMES, key, cert));
        for (String version : ServerTlsConfig.PROTOCOLS) {
            ServerTls tls = ServerTls.open(config(null, ClientAuth.NO, List.of(version), List.of()));
            SSLEngine engine =
                    connect(tls.newEngine(), clientContext(null, cert).createSSLEngine("localhost", 1));
            assertThat(engine.getSession().getProtocol()).isEqualTo(version);
            assertThat(subject(engine)).isEqualTo("CN=kind");
        }
    }

    @Test
    void keyIsDecryptedOnceAndNotByEachHandshake() throws Exception {
        Identity identity =
                new Identity(pem(right.cert()).certificates(), pem(right.key()).privateKey(null, null));
        X509ExtendedKeyManager keys = (X509ExtendedKeyManager) identity.keyManagers()[0];
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        assertThat(keys.getPrivateKey(keys.chooseEngineServerAlias("RSA", null, engine)))
                .isNotNull()
                .isSameAs(keys.getPrivateKey(keys.chooseEngineServerAlias("RSA", null, engine)));
    }

    @Test
    void protocolsOfALPN() throws Exception {
        ServerTls tls = ServerTls.open(new ServerTlsConfig(cert, key));
        List<String> both = List.of(ServerTls.HTTP_2, ServerTls.HTTP_1_1);
        assertThat(protocol(tls, both, "http/1.1", "h2")).isEqualTo("h2");
        assertThat(protocol(tls, both, "http/1.1", "other")).isEqualTo("http/1.1");
        assertThat(protocol(tls, both)).isEmpty();
        assertThat(protocol(tls, List.of(), "h2")).isEmpty();
        assertThatThrownBy(() -> protocol(tls, both, "other")).isInstanceOf(SSLException.class);
    }

    @Test
    void weakSuitesAreNotForHttp2() throws Exception {
        ServerTls weak = ServerTls.open(config(
                null, ClientAuth.NO, ServerTlsConfig.PROTOCOLS, List.of("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")));
        assertThat(protocol(weak, List.of(ServerTls.HTTP_2, ServerTls.HTTP_1_1), "h2", "http/1.1"))
                .isEqualTo("http/1.1");
    }

    private static String protocol(ServerTls tls, List<String> accepted, String... offered) throws Exception {
        SSLEngine client = clientContext(null).createSSLEngine("localhost", 1);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setApplicationProtocols(offered);
        client.setSSLParameters(parameters);
        return connect(tls.newEngine(accepted), client).getApplicationProtocol();
    }

    private ServerTlsConfig config(@Nullable Path ca, ClientAuth clients, List<String> protocols, List<String> suites) {
        return new ServerTlsConfig(cert, key, null, ca, clients, protocols, suites, ServerTlsConfig.Names.DEFAULT);
    }

    private static String subject(SSLEngine client) throws SSLException {
        X509Certificate shown = (X509Certificate) client.getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
    }

    private static SSLEngine connect(ServerTls tls, Certificates.@Nullable Pair shown) throws Exception {
        return connect(tls.newEngine(), shown);
    }

    /** Returns the client's side once both have finished. */
    private static SSLEngine connect(SSLEngine server, Certificates.@Nullable Pair shown) throws Exception {
        return connect(server, clientContext(shown).createSSLEngine("localhost", 1));
    }

    private static SSLEngine connect(SSLEngine server, SSLEngine client) throws SSLException {
        client.setUseClientMode(true);
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16).flip();
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16).flip();
        for (int i = 0; i < 100; i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
            if (isDone(client) && isDone(server) && !toServer.hasRemaining() && !toClient.hasRemaining()) {
                return client;
            }
        }
        throw new IllegalStateException("no end");
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        engine.unwrap(in, ByteBuffer.allocate(1 << 16));
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
        out.compact();
        engine.wrap(ByteBuffer.allocate(0), out);
        out.flip();
    }

    private static SSLContext clientContext(Certificates.@Nullable Pair shown)
            throws GeneralSecurityException, IOException {
        return clientContext(shown, authority.cert());
    }

    private static SSLContext clientContext(Certificates.@Nullable Pair shown, Path trusted)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager @Nullable [] keys = null;
        if (shown != null) {
            keys = new Identity(
                            pem(shown.cert()).certificates(), pem(shown.key()).privateKey(null, null))
                    .keyManagers();
        }
        context.init(keys, new TrustManager[] {Authorities.trust(pem(trusted).certificates())}, null);
        return context;
    }

    private static PemFile pem(Path file) {
        return new PemFile("FILE", file, TlsFile.read("FILE", file));
    }
}
