package redisproxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** A process takes the ports over from another one, while clients go on. {@code -Dtakeover.count} says how often. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TakeoverTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final List<String> MAIN =
            List.of("-cp", System.getProperty("java.class.path"), "redisproxy.server.Main");
    private static final Pattern ADMIN_PORT = Pattern.compile("admin http://127\\.0\\.0\\.1:(\\d+)");
    private static final int KEYS = 500;

    private final Address http = Address.loopback(FreePort.find());
    private final Address resp = Address.loopback(FreePort.find());

    @Test
    void clientsNoticeNothing() {
        for (int i = 0; i < KEYS; i++) {
            REDIS.control().set(Bytes.utf8("key" + i), Bytes.utf8("value" + i));
        }
        int takeovers = Integer.getInteger("takeover.count", 2);
        ProxyProcess serving = start("--reuse-port=true", "--admin-port=0");
        try (RedisClient jedis = pool();
                SteadyClients clients = clients(jedis)) {
            awaitCached(serving);
            for (int i = 0; i < takeovers; i++) {
                ProxyProcess next = start(
                        "--reuse-port=true",
                        "--admin-port=0",
                        "--warm-from=http://" + admin(serving),
                        // However slow the machine is.
                        "--warm-timeout=60");
                assertThat(next.process().err())
                        .containsPattern("loaded " + KEYS + " of the " + KEYS + " hottest keys");
                assertThat(HttpConnection.get(admin(next), "/readyz").status()).isEqualTo(200);
                serving.process().terminate();
                int code = serving.process().awaitExit();
                assertThat(code).as(serving.process()::err).isZero();
                serving = next;
                awaitHits(serving, 10_000);
                assertThat(hitRatio(serving)).isGreaterThan(0.99);
            }
            assertThat(clients.failures())
                    .as("of %d requests", clients.requests())
                    .isEmpty();
        } finally {
            serving.close();
        }
    }

    private SteadyClients clients(RedisClient jedis) {
        HttpClient keepAlive = HttpClient.newHttpClient();
        SteadyClients clients = new SteadyClients()
                .with("HTTP, a connection for each request", () -> {
                    int i = anyKey();
                    try (HttpConnection connection = HttpConnection.connect(http)) {
                        connection.get(Bytes.utf8("key" + i));
                        return connection.read().body().equals(Bytes.utf8("value" + i));
                    }
                })
                .with("RESP, a connection for each request", () -> {
                    int i = anyKey();
                    try (RespClient connection = RespClient.connect(resp)) {
                        return Reply.bulk("value" + i).equals(connection.get(Bytes.utf8("key" + i)));
                    }
                });
        for (int client = 0; client < 2; client++) {
            clients.with("HTTP, connections kept", () -> {
                        int i = anyKey();
                        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + http + "/key" + i))
                                .build();
                        HttpResponse<String> answer =
                                keepAlive.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
                        return answer.body().equals("value" + i);
                    })
                    .with("RESP, a pool", () -> {
                        int i = anyKey();
                        return ("value" + i).equals(get(jedis, "key" + i));
                    });
        }
        return clients.start();
    }

    private static int anyKey() {
        return ThreadLocalRandom.current().nextInt(KEYS);
    }

    /** As pools do whose connections may have ended: a read whose connection broke is sent once more. */
    private static String get(RedisClient jedis, String key) {
        try {
            return jedis.get(key);
        } catch (JedisConnectionException e) {
            return jedis.get(key);
        }
    }

    private RedisClient pool() {
        ConnectionPoolConfig config = new ConnectionPoolConfig();
        config.setTestOnBorrow(true);
        return RedisClient.builder()
                .hostAndPort(resp.host(), resp.port())
                .poolConfig(config)
                .build();
    }

    @Test
    void commandsOfTheManual() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "there is no curl");
        Matcher block = Pattern.compile("(?s)```sh\\n(.*?)```").matcher(Files.readString(Path.of("docs/takeover.md")));
        assertThat(block.find()).isTrue();
        String oldAdmin = Integer.toString(FreePort.find());
        String newAdmin = Integer.toString(FreePort.find());
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:TieredStopAtLevel=1 "
                + String.join(" ", MAIN) + " " + String.join(" ", flags());
        String script = block.group(1)
                .replace("5020", oldAdmin)
                .replace("5021", newAdmin)
                .replace("java -jar target/redis-proxy.war", java);
        String end = "echo old: $?; curl -sf http://localhost:" + newAdmin
                + "/readyz; kill -TERM $NEW; wait $NEW; echo new: $?";
        try (ChildProcess shell = ChildProcess.start(Map.of(), List.of("sh", "-c", script + end))) {
            assertThat(shell.awaitExit()).as(shell::err).isZero();
            assertThat(shell.out()).as(shell::err).isEqualTo("ok\nok\nold: 0\nok\nnew: 0");
        }
    }

    @Test
    void withoutTheSettingAPortHasOneProcess() {
        String taken = "cannot listen on " + http + " (PROXY_PORT): Address already in use";
        try (ProxyProcess first = start();
                ChildProcess second = launch("--reuse-port=true")) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.err()).contains(taken);
            assertThat(first.process().isAlive()).isTrue();
        }
        try (ProxyProcess first = start("--reuse-port=true");
                ChildProcess second = launch()) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.err()).contains(taken);
            assertThat(first.process().isAlive()).isTrue();
        }
    }

    @Test
    void onePortForBothIsRefused() {
        String port = Integer.toString(FreePort.find());
        List<String> flags = List.of("--reuse-port=true", "--proxy-port=" + port, "--tcp-port=" + port);
        try (ChildProcess process = ProxyProcess.launch(MAIN, Map.of(), flags)) {
            assertThat(process.awaitExit()).isEqualTo(1);
            assertThat(process.err()).contains("TCP_PORT and PROXY_PORT are both " + port + "; expected: two ports");
        }
    }

    private static Address admin(ProxyProcess proxy) {
        return Address.loopback(
                Integer.parseInt(proxy.process().awaitError(ADMIN_PORT).group(1)));
    }

    private static void awaitCached(ProxyProcess proxy) {
        Awaitility.await().atMost(Address.PATIENCE).until(() -> metric(proxy, "redis_proxy_cache_entries") == KEYS);
    }

    private static void awaitHits(ProxyProcess proxy, int hits) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> metric(proxy, "redis_proxy_cache_hits_total") >= hits);
    }

    /** From the first request on. */
    private static double hitRatio(ProxyProcess proxy) {
        double hits = metric(proxy, "redis_proxy_cache_hits_total");
        return hits / (hits + metric(proxy, "redis_proxy_cache_misses_total"));
    }

    private static double metric(ProxyProcess proxy, String name) {
        String metrics = HttpConnection.get(admin(proxy), "/metrics").body().asUtf8();
        Matcher line =
                Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? (\\S+)$").matcher(metrics);
        double sum = 0;
        while (line.find()) {
            sum += Double.parseDouble(line.group(1));
        }
        return sum;
    }

    private ProxyProcess start(String... more) {
        return ProxyProcess.start(MAIN, Map.of(), flags(more));
    }

    private ChildProcess launch(String... more) {
        return ProxyProcess.launch(MAIN, Map.of(), flags(more));
    }

    private List<String> flags(String... more) {
        List<String> flags = new ArrayList<>(List.of("--proxy-host", "127.0.0.1", "--redis-host", "127.0.0.1"));
        flags.addAll(List.of("--proxy-port", "" + http.port(), "--tcp-port", "" + resp.port()));
        flags.addAll(List.of("--redis-port", "" + REDIS.address().port()));
        flags.addAll(List.of(more));
        return flags;
    }
}
