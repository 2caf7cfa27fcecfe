package redisproxy.features;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import redisproxy.fixtures.TlsRedis;
import redisproxy.testkit.Polling;
import redisproxy.testkit.Reply;

/** A proxy in front of a Redis that has a port for TLS. */
public final class TlsSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(10);

    private final World world;

    public TlsSteps(World world) {
        this.world = world;
    }

    @Given("a proxy in front of a Redis with TLS")
    public void proxy() {
        TlsRedis redis = redis();
        start(redis, "rediss://" + redis.address(), redis.authority().cert());
    }

    @Given("a proxy that trusts another authority than that of its Redis")
    public void proxyThatTrustsAnother() {
        TlsRedis redis = redis();
        start(
                redis,
                "rediss://" + redis.address(),
                redis.certificates().authority("another-ca").cert());
    }

    @Given("a proxy with TLS in front of a port without it")
    public void proxyWithTlsInFrontOfPlainPort() {
        TlsRedis redis = redis();
        start(redis, "rediss://" + redis.server().address(), redis.authority().cert());
    }

    @Given("a proxy without TLS in front of a port for TLS")
    public void proxyWithoutTls() {
        TlsRedis redis = redis();
        world.startProxy(redis.server(), Map.of("--redis-url", "redis://" + redis.address(), "--redis-timeout", "1"));
    }

    @Then("before long INFO says that Redis is one server, reached over TLS")
    public void infoSaysTls() {
        Polling.atMost(BEFORE_LONG)
                .until(
                        () -> ((Reply.Bulk) world.resp().call("INFO", "backing"))
                                .bytes()
                                .asUtf8(),
                        info -> info.contains("backing_topology:standalone\r\n") && info.contains("backing_tls:1\r\n"));
    }

    private void start(TlsRedis redis, String url, Path authority) {
        world.startProxy(
                redis.server(),
                Map.of("--redis-url", url, "--redis-tls-ca-cert-file", authority.toString(), "--redis-timeout", "2"));
        world.connectToRedis();
    }

    private TlsRedis redis() {
        try {
            Path folder = Files.createTempDirectory("redis-tls");
            world.closeLater(() -> delete(folder));
            return world.closeLater(TlsRedis.started(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
