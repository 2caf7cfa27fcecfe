package redisproxy.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.Certificates;

/** Keys and certificates as openssl writes them. */
final class PemFileTest {
    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static Certificates.Pair ec;
    private static Certificates.Pair rsa;

    @BeforeAll
    static void make() {
        certificates = new Certificates(folder);
        ec = certificates.authority("ca");
        rsa = certificates.issue(ec, "server", "DNS:localhost");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -nocrypt",
                "rsa -traditional",
                "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret",
                "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA512 -iter 10 -passout pass:secret",
                "pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:secret",
                "rsa -traditional -aes128 -passout pass:secret",
                "rsa -traditional -aes192 -passout pass:secret",
                "rsa -traditional -aes256 -passout pass:secret",
                "rsa -traditional -des3 -passout pass:secret"
            })
    void rsaKeyInAnyForm(String command) {
        assertThat(pair(rsa, certificates.converted(rsa.key(), command)).isPair())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -nocrypt",
                "ec",
                "pkcs8 -topk8 -v2 aes-128-cbc -passout pass:secret",
                "ec -aes256 -passout pass:secret"
            })
    void ecKeyInAnyForm(String command) {
        assertThat(pair(ec, certificates.converted(ec.key(), command)).isPair()).isTrue();
    }

    private static Identity pair(Certificates.Pair of, Path key) {
        return new Identity(pem(of.cert()).certificates(), key(key, "secret"));
    }

    @Test
    void edwardsCurveKey() {
        Path key = folder.resolve("ed.key");
        certificates.openssl("genpkey -algorithm ed25519 -out " + key);
        assertThat(key(key, null).getAlgorithm()).isEqualTo("EdDSA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret",
                "rsa -traditional -aes256 -passout pass:secret",
            })
    void wrongPassphrase(String command) {
        Path encrypted = certificates.converted(rsa.key(), command);
        assertThatThrownBy(() -> key(encrypted, "wrong"))
                .isInstanceOf(TlsFileException.class)
                .hasMessage("KEY: '%s' holds a key that cannot be decrypted (expected: its passphrase in PASS)"
                        .formatted(encrypted));
        assertThatThrownBy(() -> key(encrypted, null))
                .isInstanceOf(TlsFileException.class)
                .hasMessage(
                        "KEY: '%s' holds an encrypted key (expected: one without a passphrase, or its passphrase in PASS)"
                                .formatted(encrypted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -scrypt -passout pass:secret",
                "pkcs8 -topk8 -v2 des3 -passout pass:secret",
                "rsa -traditional -camellia128 -passout pass:secret"
            })
    void unknownEncryption(String command) {
        Path encrypted = certificates.converted(rsa.key(), command);
        assertThatThrownBy(() -> key(encrypted, "secret"))
                .isInstanceOf(TlsFileException.class)
                .hasMessageContaining("is encrypted in a way that is not known here");
    }

    @Test
    void chainInItsOrder() throws IOException {
        Path chain = Files.write(
                folder.resolve("chain.pem"),
                (Files.readString(rsa.cert()) + "a word between\n" + Files.readString(ec.cert())).getBytes(US_ASCII));
        assertThat(pem(chain).certificates())
                .extracting(X509Certificate::getSubjectX500Principal)
                .extracting(Object::toString)
                .containsExactly("CN=server", "CN=ca");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMA==\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMA==\n-----END RSA PRIVATE KEY-----"
            })
    void brokenKeyIsRefused(String text) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.key"), text);
        assertThatThrownBy(() -> key(broken, "secret"))
                .isInstanceOf(TlsFileException.class)
                .hasMessageStartingWith("KEY: '%s' holds ".formatted(broken))
                .message()
                .hasLineCount(1);
    }

    @Test
    void longFileIsNotRead() throws IOException {
        Path large = Files.write(folder.resolve("large"), new byte[1024 * 1024 + 1]);
        assertThatThrownBy(() -> TlsFile.read("KEY", large))
                .isInstanceOf(TlsFileException.class)
                .hasMessageContaining("more than 1048576 bytes");
        assertThatThrownBy(() -> TlsFile.read("KEY", Path.of("/dev/zero")))
                .isInstanceOf(TlsFileException.class)
                .hasMessageContaining("more than 1048576 bytes");
    }

    private static PemFile pem(Path file) {
        return new PemFile("KEY", file, TlsFile.read("KEY", file));
    }

    private static PrivateKey key(Path file, @Nullable String passphrase) {
        return pem(file).privateKey("PASS", passphrase);
    }

    @Test
    void earliestEndOfTheChainCounts() {
        List<X509Certificate> chain = List.of(
                pem(rsa.cert()).certificates().get(0),
                pem(ec.cert()).certificates().get(0));
        assertThat(CertificateInfo.of(chain))
                .isEqualTo(new CertificateInfo(
                        "CN=server",
                        chain.get(0).getNotBefore().toInstant(),
                        chain.get(0).getNotAfter().toInstant()));
    }
}
