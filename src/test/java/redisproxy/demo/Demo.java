package redisproxy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import redisproxy.server.ConfigException;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** Starts the proxy in front of a redis-server with a few sample keys, until Ctrl-C. Takes the flags of the proxy. */
public final class Demo {
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");
    private static final Map<String, String> SAMPLES = Map.of(
            "Batman", "Superhero",
            "Robin", "Sidekick",
            "Gotham/mayor", "Hamilton Hill",
            "Pokémon", "Pikachu ⚡");

    private Demo() {}

    public static void main(String[] args) throws InterruptedException {
        JETTY.setLevel(Level.WARNING);
        RedisServerProcess redis = RedisServerProcess.started();
        try (RedisControl control = redis.control()) {
            SAMPLES.forEach((key, value) -> control.set(Bytes.utf8(key), Bytes.utf8(value)));
        }
        ProxyServer proxy = start(args, redis);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            proxy.close();
                            redis.close();
                        },
                        "demo-end"));
        new PrintStream(System.out, true, UTF_8).print(invitation(proxy, redis.address()));
        new CountDownLatch(1).await();
    }

    private static ProxyServer start(String[] args, RedisServerProcess redis) {
        try {
            return ProxyServer.start(ProxyConfig.fromArgs(flags(args, redis.address())));
        } catch (RuntimeException e) {
            redis.close();
            System.err.println(e.getMessage());
            System.exit(e instanceof ConfigException ? 2 : 1);
            throw e;
        }
    }

    private static String[] flags(String[] args, Address redis) {
        List<String> flags = new ArrayList<>(List.of(args));
        addUnlessGiven(flags, "--proxy-host", "127.0.0.1");
        addUnlessGiven(flags, "--redis-host", redis.host());
        addUnlessGiven(flags, "--redis-port", Integer.toString(redis.port()));
        return flags.toArray(String[]::new);
    }

    private static void addUnlessGiven(List<String> flags, String flag, String value) {
        Stream<String> given = flags.stream();
        if (given.noneMatch(each -> each.equals(flag) || each.startsWith(flag + "="))) {
            flags.addAll(List.of(flag, value));
        }
    }

    private static String invitation(ProxyServer proxy, Address redis) {
        return """

                The proxy is up, in front of a redis-server on %3$s with a few sample keys. Try:

                  curl -i http://127.0.0.1:%1$d/Batman                # -> Superhero; Cache-Status has fwd=uri-miss
                  curl -i http://127.0.0.1:%1$d/Batman                # -> Superhero; Cache-Status has hit
                  redis-cli -p %2$d GET Batman                        # -> "Superhero", from the same cache
                  curl 'http://127.0.0.1:%1$d/query?key=Robin'        # -> Sidekick
                  curl http://127.0.0.1:%1$d/Gotham/mayor             # -> Hamilton Hill
                  curl http://127.0.0.1:%1$d/Pok%%C3%%A9mon              # -> Pikachu ⚡
                  curl -i http://127.0.0.1:%1$d/Joker                 # -> 404

                Ctrl-C ends both.

                """.formatted(proxy.httpPort(), proxy.respPort(), redis);
    }
}
