package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.measure.Event;
import redisproxy.measure.EventLog;
import redisproxy.tls.ServerTls;
import redisproxy.tls.ServerTlsConfig;

/** Certificates that change on disk, as Kubernetes changes them: the folder is a link that is switched. */
final class CertificatesTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private redisproxy.fixtures.Certificates made;
    private redisproxy.fixtures.Certificates.Pair authority;
    private final List<String> told = new ArrayList<>();
    private Instant now = Instant.now();
    private Certificates certificates;

    @BeforeEach
    void start() throws IOException {
        made = new redisproxy.fixtures.Certificates(folder);
        authority = made.authority("ca");
        // That of the authority ends in two days, and is not part of the chain.
        mount(made.issue(authority, "first", "DNS:localhost", now.minus(DAY), now.plus(DAY.multipliedBy(89))));
        ServerTls tls =
                ServerTls.open(new ServerTlsConfig(folder.resolve("data/tls.crt"), folder.resolve("data/tls.key")));
        certificates = new Certificates(tls, new EventLog(this::note), () -> now);
    }

    @AfterEach
    void close() {
        certificates.close();
    }

    private void note(Event event) {
        told.add(event.kind().label() + ": " + event.text());
    }

    private void mount(redisproxy.fixtures.Certificates.Pair pair) throws IOException {
        Path version = Files.createTempDirectory(folder, "version");
        Files.copy(pair.cert(), version.resolve("tls.crt"));
        Files.copy(pair.key(), version.resolve("tls.key"));
        Path link = Files.createSymbolicLink(folder.resolve("next"), version);
        Files.move(link, folder.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<String> look() {
        told.clear();
        certificates.look();
        return told;
    }

    @Test
    void tellsWhatIsShown() {
        certificates.start();
        assertThat(told)
                .singleElement()
                .asString()
                .startsWith(
                        "certificate-shown: Ports with TLS show the certificate of 'CN=first', which is valid until 20");
        assertThat(certificates.info())
                .containsEntry("tls_certificate_subject", "CN=first")
                .containsKeys("tls_certificate_not_after", "tls_certificate_seconds_left");
    }

    @Test
    void takesANewOne() throws IOException {
        assertThat(look()).isEmpty();
        mount(made.issue(authority, "second", "DNS:localhost", now.minus(DAY), now.plus(DAY.multipliedBy(89))));
        assertThat(look()).singleElement().asString().contains("'CN=second'");
        assertThat(look()).isEmpty();
        assertThat(certificates.tls().certificate().subject()).isEqualTo("CN=second");
    }

    @Test
    void refusesAPairThatDoesNotFitOnce() throws IOException {
        redisproxy.fixtures.Certificates.Pair second = made.issue(authority, "second", "DNS:localhost");
        mount(new redisproxy.fixtures.Certificates.Pair(second.cert(), authority.key()));
        assertThat(look())
                .singleElement()
                .asString()
                .startsWith("certificate-refused: TLS_KEY_FILE: the key in ")
                .endsWith("; the certificate from before is shown until that is right");
        assertThat(look()).isEmpty();
        assertThat(certificates.tls().certificate().subject()).isEqualTo("CN=first");
        assertThat(certificates.info()).containsEntry("tls_certificate_is_refused", 1);
    }

    @Test
    void tellsOnceThatItExpires() {
        assertThat(look()).isEmpty();
        now = now.plus(DAY.multipliedBy(80));
        assertThat(look())
                .singleElement()
                .asString()
                .startsWith("certificate-expires: The certificate of 'CN=first'")
                .contains(" expires at ");
        assertThat(look()).isEmpty();
        now = now.plus(DAY.multipliedBy(10));
        assertThat(look()).singleElement().asString().contains(" has expired at ");
        assertThat(look()).isEmpty();
    }
}
