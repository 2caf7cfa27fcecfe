package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** How soon a proxy follows a write, and what it may serve until then. */
public final class CoherenceSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(10);

    /** The TTL is an hour, so that no value expires during a scenario. */
    private static final Map<String, String> TRACKING =
            Map.of("--coherence", "tracking", "--ttl", "3600", "--redis-timeout", "0.5");

    private final World world;

    public CoherenceSteps(World world) {
        this.world = world;
    }

    @Given("a proxy to which Redis reports writes")
    public void proxy() {
        start(Map.of());
    }

    @Given("a proxy that passes commands on and to which Redis reports writes")
    public void passingProxy() {
        start(Map.of("--commands", "all"));
    }

    @Given("a proxy to which Redis reports writes to keys with the prefix {string}")
    public void proxyWithPrefix(String prefix) {
        start(Map.of("--tracking-prefix", prefix));
    }

    @Given("a proxy with tracking that may serve cached values for {int} seconds without Redis")
    public void proxyWithGrace(int seconds) {
        start(Map.of("--max-staleness-disconnected", Integer.toString(seconds)));
    }

    @Given("a proxy whose Redis user may not use tracking")
    public void proxyWithoutPermission() {
        RedisServerProcess redis = RedisServerProcess.started();
        try (RedisControl control = redis.control()) {
            control.call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@all", "-client", "+client|setname");
        }
        start(redis, Map.of("--redis-user", "reader", "--redis-password", "secret"));
    }

    private void start(Map<String, String> settings) {
        start(RedisServerProcess.started(), settings);
    }

    private void start(RedisServerProcess redis, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(TRACKING);
        all.putAll(settings);
        world.startProxy(redis, all);
        world.connectToRedis();
    }

    @When("Redis is emptied")
    public void emptied() {
        world.redis().call("FLUSHALL");
    }

    /** Waits, since tracking is not confirmed yet when a proxy has just been started. */
    @Given("{string} is served from memory")
    public void servedFromMemory(String key) {
        Polling.atMost(BEFORE_LONG).until(() -> {
            long before = world.redis().keyspaceHits();
            Answer answer = Port.HTTP.ask(world, world.key(key));
            return answer instanceof Answer.Value && world.redis().keyspaceHits() == before;
        });
    }

    @Given("exactly the key {string} has been read")
    public void exactKeyHasBeenRead(String key) {
        assertThat(Port.HTTP.ask(world, Bytes.escaped(key))).isInstanceOf(Answer.Value.class);
    }

    @Then("exactly the key {string} is answered {string} at once")
    public void exactKeyIsAnswered(String key, String value) {
        assertThat(Port.HTTP.ask(world, Bytes.escaped(key))).isEqualTo(new Answer.Value(Bytes.utf8(value)));
    }

    @Then("before long {string} is absent over {port}")
    public void absentBeforeLong(String key, Port port) {
        Polling.atMost(BEFORE_LONG).until(() -> port.ask(world, world.key(key)), new Answer.Absent()::equals);
    }

    @Then("before long {string} is answered with an error over {port}")
    public void errorBeforeLong(String key, Port port) {
        Polling.atMost(BEFORE_LONG).until(() -> port.ask(world, world.key(key)), Answer.Failure.class::isInstance);
    }

    @Then("for {int} second(s) {string} is answered {string} over {port}")
    public void answeredFor(int seconds, String key, String value, Port port) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (System.nanoTime() - end < 0) {
            assertThat(port.ask(world, world.key(key))).isEqualTo(new Answer.Value(Bytes.utf8(value)));
        }
    }
}
