package redisproxy.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.RedisServerProcess;

/** A stock Jetty that runs the WAR on a copy of jetty-base, in front of a Redis of its own. Closing it ends both. */
final class StockJetty implements AutoCloseable {
    private final RedisServerProcess redis = RedisServerProcess.started();
    private final OneCache proxy =
            new OneCache(Address.loopback(FreePort.find()), "", Address.loopback(FreePort.find()), redis);
    private final Address admin = Address.loopback(FreePort.find());
    private final Path war;
    private final ChildProcess process;

    private StockJetty() throws IOException {
        Path base = Deployment.newDirectory("jetty-base-");
        Deployment.copyTree(Path.of("jetty-base"), base);
        war = Files.createDirectories(base.resolve("webapps")).resolve("ROOT.war");
        Files.copy(Deployment.war(), war);
        process = ChildProcess.startJava(
                Map.of(
                        "TCP_HOST", proxy.resp().host(),
                        "TCP_PORT", Integer.toString(proxy.resp().port()),
                        "REDIS_HOST", redis.address().host(),
                        "REDIS_PORT", Integer.toString(redis.address().port()),
                        "ADMIN_PORT", Integer.toString(admin.port())),
                List.of(
                        Deployment.QUICK_START,
                        "-jar",
                        Deployment.jettyHome().resolve("start.jar").toString(),
                        "jetty.base=" + base,
                        "jetty.http.host=" + proxy.http().host(),
                        "jetty.http.port=" + proxy.http().port(),
                        "jetty.deploy.scanInterval=1"));
    }

    /** Starts one that answers on both ports. */
    static StockJetty started() {
        StockJetty jetty;
        try {
            jetty = new StockJetty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            jetty.proxy.awaitServing(jetty.process);
            return jetty;
        } catch (RuntimeException | Error e) {
            jetty.close();
            throw e;
        }
    }

    OneCache proxy() {
        return proxy;
    }

    RedisServerProcess redis() {
        return redis;
    }

    ChildProcess process() {
        return process;
    }

    /** The archive that is deployed. */
    Path war() {
        return war;
    }

    @Override
    public void close() {
        process.close();
        redis.close();
    }
}
