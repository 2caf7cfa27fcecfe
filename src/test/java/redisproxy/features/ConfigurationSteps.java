package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.ProxyProcess;

/** Starts of the proxy with odd settings, most of which must fail. */
public final class ConfigurationSteps {
    private static final List<String> PROXY =
            List.of("-cp", System.getProperty("java.class.path"), "redisproxy.server.Main");

    private static final Pattern READY = Pattern.compile("is ready: .*");

    private final World world;
    private ChildProcess process;
    private int portInUse;

    public ConfigurationSteps(World world) {
        this.world = world;
    }

    @When("the proxy is started with {string} set to {string}")
    public void startedWithFlag(String flag, String value) {
        start(Map.of(), flag, value);
    }

    @When("the proxy is started with {string} in its environment set to {string}")
    public void startedWithVariable(String variable, String value) {
        start(Map.of(variable, value));
    }

    @When("the proxy is started with a file that says {string}")
    public void startedWithFile(String line) throws IOException {
        Path file = Files.createTempFile("redis-proxy", ".config");
        world.closeLater(() -> Files.delete(file));
        Files.writeString(file, line + "\n");
        start(Map.of(), "--config", file.toString());
    }

    @When("the proxy is started with {string} set to a port that is in use")
    public void startedWithPortInUse(String flag) throws IOException {
        ServerSocket taken = world.closeLater(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        portInUse = taken.getLocalPort();
        start(Map.of(), flag, Integer.toString(portInUse));
    }

    private void start(Map<String, String> environment, String... flagAndValue) {
        List<String> flags = new ArrayList<>(List.of(flagAndValue));
        addUnlessGiven(flags, "--proxy-host", "127.0.0.1");
        addUnlessGiven(flags, "--proxy-port", "0");
        addUnlessGiven(flags, "--tcp-port", "0");
        process = world.closeLater(ProxyProcess.launch(PROXY, environment, flags));
    }

    private static void addUnlessGiven(List<String> flags, String flag, String value) {
        if (!flags.contains(flag)) {
            flags.addAll(List.of(flag, value));
        }
    }

    @Then("it is ready")
    public void isReady() {
        assertThat(process.awaitError(READY).group()).isNotEmpty();
    }

    @Then("its log mentions {string}, {string} and {string}")
    public void logMentions(String first, String second, String third) {
        assertThat(process.err()).contains(first, second, third);
    }

    @Then("its log mentions {string}")
    public void logMentions(String part) {
        assertThat(process.err()).contains(part);
    }

    @Then("it ends with exit code {int}")
    public void endsWith(int exitCode) {
        assertThat(process.awaitExit()).as(() -> process.describe("exit code")).isEqualTo(exitCode);
    }

    @Then("it has printed one line that mentions {string}, {string} and {string}")
    public void printedThree(String first, String second, String third) {
        assertPrintedOneLine(first, second, third);
    }

    @Then("it has printed one line that mentions {string}")
    public void printed(String part) {
        assertPrintedOneLine(part);
    }

    @Then("it has printed one line that mentions that port")
    public void printedPort() {
        assertPrintedOneLine(Integer.toString(portInUse));
    }

    private void assertPrintedOneLine(String... parts) {
        assertThat(process.err().lines()).hasSize(1);
        assertThat(process.err()).contains(parts);
        assertThat(process.out()).isEmpty();
    }
}
