package redisproxy.features;

import io.cucumber.java.ParameterType;
import io.cucumber.java.en.Given;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisServerProcess;

/** The proxy under test. */
public final class ProxySteps {
    private static final Map<String, String> IMPATIENT = Map.of("--redis-timeout", "0.5");

    private final World world;

    public ProxySteps(World world) {
        this.world = world;
    }

    @ParameterType("HTTP|RESP")
    public Port port(String name) {
        return Port.valueOf(name);
    }

    @Given("a proxy in front of Redis")
    public void proxy() {
        world.startProxy(Map.of());
    }

    @Given("a proxy whose {string} is {string}")
    public void proxyWithSetting(String flag, String value) {
        world.startProxy(Map.of(flag, value));
    }

    @Given("a proxy with a short TTL")
    public void proxyWithShortTtl() {
        world.startProxy(Map.of("--ttl", "0.7"));
    }

    @Given("a proxy that keeps idle HTTP connections for {double} seconds")
    public void proxyWithIdleTimeout(double seconds) {
        world.startProxy(Map.of("--http-idle-timeout", Double.toString(seconds)));
    }

    @Given("a proxy that lets clients write bodies of {int} bytes")
    public void proxyWithMaxBody(int bytes) {
        world.startProxy(Map.of("--commands", "all", "--max-body-bytes", Integer.toString(bytes)));
    }

    @Given("a proxy in front of database {int} of Redis")
    public void proxyOfDatabase(int database) {
        String number = Integer.toString(database);
        world.startProxy(Map.of("--redis-database", number));
        world.redis().call(Bytes.utf8("SELECT"), Bytes.utf8(number));
    }

    @Given("a proxy that admits a thousand requests at once")
    public void proxyThatAdmitsThousand() {
        world.startProxy(Map.of("--max-connections", "1000"));
    }

    @Given("a proxy with a Redis of its own")
    public void proxyWithRedisOfItsOwn() {
        world.startProxy(RedisServerProcess.started(), IMPATIENT);
        world.connectToRedis();
    }

    @Given("a proxy with a Redis of its own that has not started")
    public void proxyWithRedisNotStarted() {
        world.startProxy(RedisServerProcess.stopped(), IMPATIENT);
    }
}
