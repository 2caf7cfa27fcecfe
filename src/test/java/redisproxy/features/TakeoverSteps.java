package redisproxy.features;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisServerProcess;

/** Proxies one after the other. */
public final class TakeoverSteps {
    private static final Duration LONGEST_START = Duration.ofSeconds(15);

    private final World world;
    private Map<String, String> settings = Map.of();

    public TakeoverSteps(World world) {
        this.world = world;
    }

    @Given("a proxy that shares its ports, and a Redis of its own")
    public void proxyThatSharesItsPorts() {
        start(Map.of(
                "--reuse-port", "true",
                "--proxy-port", Integer.toString(FreePort.find()),
                "--tcp-port", Integer.toString(FreePort.find())));
    }

    @Given("a proxy that keeps its hottest keys in a file, and a Redis of its own")
    public void proxyWithFile() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("target"), "hottest-keys-");
        start(Map.of("--warm-from", directory.resolve("hottest.json").toString()));
    }

    private void start(Map<String, String> flags) {
        settings = new HashMap<>(flags);
        settings.put("--admin-port", "0");
        world.startProxy(RedisServerProcess.started(), settings);
        world.connectToRedis();
    }

    @When("a new proxy takes over from it")
    public void takeOver() throws Exception {
        ProxyUnderTest old = world.proxy();
        Map<String, String> flags = new HashMap<>(settings);
        flags.put("--warm-from", "http://" + old.admin());
        world.startProxy(old.redis(), flags);
        awaitReady();
        old.close();
    }

    @When("it is started again")
    public void startAgain() throws Exception {
        world.proxy().close();
        world.startProxy(world.proxy().redis(), settings);
        awaitReady();
    }

    private void awaitReady() {
        Polling.atMost(LONGEST_START)
                .until(() -> HttpConnection.get(world.proxy().admin(), "/readyz"), answer -> answer.status() == 200);
    }
}
