package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.fixtures.Certificates;
import redisproxy.tls.ClientAuth;
import redisproxy.tls.ServerTlsConfig;

/** Which ports are open, and how they are encrypted. */
final class TlsPortsTest {
    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static Certificates.Pair authority;
    private static Certificates.Pair right;

    @BeforeAll
    static void make() {
        certificates = new Certificates(folder);
        authority = certificates.authority("ca");
        right = certificates.issue(authority, "proxy", "DNS:localhost");
    }

    private static TlsPorts read(String... flags) {
        return ProxyConfig.fromArgs(flags).tls();
    }

    private static TlsPorts withCertificate(String... flags) {
        return read(Stream.concat(
                        Stream.of(
                                "--proxy-tls-port=0",
                                "--tls-cert-file=" + right.cert(),
                                "--tls-key-file=" + right.key()),
                        Stream.of(flags))
                .toArray(String[]::new));
    }

    @Test
    void portsAndFiles() {
        assertThat(withCertificate("--tcp-tls-port=5011", "--admin-tls-port=5021"))
                .isEqualTo(new TlsPorts(
                        0,
                        5011,
                        5021,
                        new ServerTlsConfig(
                                right.cert(),
                                right.key(),
                                null,
                                null,
                                ClientAuth.NO,
                                ServerTlsConfig.PROTOCOLS,
                                List.of(),
                                new ServerTlsConfig.Names(
                                        "--tls-cert-file",
                                        "--tls-key-file",
                                        "TLS_KEY_FILE_PASS_FILE or TLS_KEY_FILE_PASS",
                                        "TLS_CA_CERT_FILE"))));
    }

    @Test
    void authoritiesOfClientsMeanThatTheyShowCertificates() {
        String ca = "--tls-ca-cert-file=" + authority.cert();
        assertThat(withCertificate(ca).tls().clientAuth()).isEqualTo(ClientAuth.YES);
        assertThat(withCertificate(ca, "--tls-auth-clients=optional").tls().clientAuth())
                .isEqualTo(ClientAuth.OPTIONAL);
        assertThat(withCertificate(ca, "--tls-auth-clients=no").tls().clientAuth())
                .isEqualTo(ClientAuth.NO);
    }

    @Test
    void encryptedKey() throws IOException {
        String key = "--tls-key-file="
                + certificates.converted(right.key(), "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret");
        String[] ports = {"--proxy-tls-port=0", "--tls-cert-file=" + right.cert(), key};
        Path pass = Files.writeString(folder.resolve("pass"), "secret\n");
        assertThat(read(with(ports, "--tls-key-file-pass-file=" + pass)).tls()).isNotNull();
        assertThat(read(with(ports, "--tls-key-file-pass=secret")).tls()).isNotNull();
        refused("cannot be decrypted (expected: its passphrase in", with(ports, "--tls-key-file-pass=wrong"));
        refused("holds an encrypted key", ports);
    }

    private static String[] with(String[] flags, String more) {
        return Stream.concat(Stream.of(flags), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused("TLS_CERT_FILE: not given", "--proxy-tls-port=0");
        refused("TLS_KEY_FILE: not given", "--tcp-tls-port=0", "--tls-cert-file=" + right.cert());
        refused("--tls-cert-file is given, but no port is encrypted", "--tls-cert-file=" + right.cert());
        refused(
                "--tls-key-file: the key in '%s' is not that of the certificate".formatted(authority.key()),
                "--proxy-tls-port=0",
                "--tls-cert-file=" + right.cert(),
                "--tls-key-file=" + authority.key());
        refused(
                "--tls-cert-file: '/nowhere' cannot be read",
                "--proxy-tls-port=0",
                "--tls-cert-file=/nowhere",
                "--tls-key-file=" + right.key());
        refused(
                "--tls-auth-clients: 'yes' is given without TLS_CA_CERT_FILE",
                "--proxy-tls-port=0",
                "--tls-cert-file=" + right.cert(),
                "--tls-key-file=" + right.key(),
                "--tls-auth-clients=yes");
        refused("--tls-protocols: 'TLSv1.1' is not accepted", "--tls-protocols=TLSv1.1");
        refused("--tls-ciphersuites: 'RC4' is not known", "--tls-ciphersuites=TLS_AES_128_GCM_SHA256:RC4");
    }

    @Test
    void onePortForDataMustStay() {
        refused(
                "--proxy-port, --tcp-port, PROXY_TLS_PORT and TCP_TLS_PORT are none",
                "--proxy-port=none",
                "--tcp-port=none");
        assertThat(ProxyConfig.fromArgs("--proxy-port=none").http().port()).isEqualTo(-1);
        assertThat(ProxyConfig.fromArgs("--tcp-port=none").resp().port()).isEqualTo(-1);
    }

    private static void refused(String message, String... flags) {
        assertThatThrownBy(() -> read(flags))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    @Test
    void portThatIsNoneIsNotOpen() throws IOException {
        try (ProxyServer proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1", "--proxy-port=none", "--tcp-port=0", "--admin-port=none"))) {
            assertThatThrownBy(proxy::httpPort)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("PROXY_PORT: no port");
            new Socket(InetAddress.getLoopbackAddress(), proxy.respPort()).close();
            assertThat(proxy.toString()).contains("redis://127.0.0.1:").doesNotContain("http://");
        }
        try (ProxyServer proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1", "--proxy-port=0", "--tcp-port=none", "--admin-port=none"))) {
            new Socket(InetAddress.getLoopbackAddress(), proxy.httpPort()).close();
            assertThatThrownBy(proxy::respPort).isInstanceOf(IllegalStateException.class);
        }
    }
}
