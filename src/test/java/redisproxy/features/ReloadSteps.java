package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Reply;

/** Settings that change while the proxy runs. */
public final class ReloadSteps {
    private final World world;
    private Path file;

    public ReloadSteps(World world) {
        this.world = world;
    }

    @Given("a proxy whose file has {string}, and a Redis of its own")
    public void proxyWithFile(String settings) throws IOException {
        file = Files.createTempFile(Path.of("target"), "settings-", "");
        write(settings);
        world.startProcess(Map.of(), Map.of("--config", file.toString()), List.of("--ttl", "--cache-size"));
    }

    @When("the file has {string} from now on")
    public void write(String settings) throws IOException {
        Files.write(file, List.of(settings.split(" ")));
    }

    @When("the proxy is sent SIGHUP")
    public void sendSighup() throws IOException, InterruptedException {
        int exit = new ProcessBuilder(
                        "kill", "-HUP", Long.toString(world.process().pid()))
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    @Then("CONFIG GET says that {string} is {string}")
    public void configIs(String name, String value) {
        assertThat(world.resp().call("CONFIG", "GET", name))
                .isEqualTo(new Reply.Items(List.of(Reply.bulk(name), Reply.bulk(value))));
    }
}
