package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redisproxy.fixtures.Certificates;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.Polling;

/** The proxy's port for HTTPS, asked by curl. */
public final class HttpsSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(20);
    private static final String NAMES = "DNS:localhost";

    private final World world;
    private Path folder;
    private Certificates certificates;
    private Certificates.Pair authority;
    private int port;
    private String answer;

    public HttpsSteps(World world) {
        this.world = world;
    }

    @Given("a proxy with a port for HTTPS")
    public void proxy() {
        try {
            folder = Files.createTempDirectory("https");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        world.closeLater(() -> TlsSteps.delete(folder));
        certificates = new Certificates(folder);
        authority = certificates.authority("ca");
        show("proxy");
        port = FreePort.find();
        world.startProxy(Map.of(
                "--proxy-tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                folder.resolve("shown.pem").toString(),
                "--tls-key-file",
                folder.resolve("shown.key").toString()));
    }

    private void show(String name) {
        Certificates.Pair pair = certificates.issue(authority, name, NAMES);
        try {
            Files.copy(pair.cert(), folder.resolve("shown.pem"), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(pair.key(), folder.resolve("shown.key"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @When("curl reads {string} over HTTPS by {word}")
    public void read(String key, String version) {
        try (ChildProcess curl = curl(
                authority,
                "-i",
                version.equals("HTTP/2") ? "--http2" : "--http1.1",
                url(world.key(key).asUtf8()))) {
            assertThat(curl.awaitExit()).as(curl.describe("curl")).isZero();
            answer = curl.out();
        }
    }

    @Then("curl has been answered by {word} with {string}")
    public void answered(String version, String value) {
        assertThat(answer).startsWith(version + " 200").endsWith("\n" + value);
    }

    @When("its certificate is replaced by one for {string}")
    public void replace(String name) {
        show(name);
    }

    @Then("before long curl is shown the certificate for {string}")
    public void shown(String name) {
        Polling.atMost(BEFORE_LONG).until(this::verbose, text -> text.contains("CN=" + name));
    }

    private String verbose() {
        try (ChildProcess curl = curl(authority, "-v", url("key"))) {
            assertThat(curl.awaitExit()).as(curl.describe("curl")).isZero();
            return curl.err();
        }
    }

    @Then("curl refuses the certificate of another authority")
    public void refuses() {
        try (ChildProcess curl = curl(certificates.authority("other"), url("key"))) {
            assertThat(curl.awaitExit()).as(curl.describe("curl")).isNotZero();
        }
    }

    private String url(String key) {
        return "https://localhost:%d/%s".formatted(port, key);
    }

    private static ChildProcess curl(Certificates.Pair trusted, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "curl", "-s", "--max-time", "10", "--cacert", trusted.cert().toString()));
        command.addAll(List.of(arguments));
        return ChildProcess.start(Map.of(), command);
    }
}
