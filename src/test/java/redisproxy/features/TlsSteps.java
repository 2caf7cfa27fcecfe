package redisproxy.features;

import io.cucumber.java.en.Given;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import redisproxy.fixtures.TlsRedis;

/** A proxy in front of a Redis that has a port for TLS. */
public final class TlsSteps {
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

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
