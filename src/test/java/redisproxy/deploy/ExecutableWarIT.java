package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.Certificates;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** The WAR started with {@code java -jar}. */
final class ExecutableWarIT {
    private static final List<String> WAR = List.of("-jar", Deployment.war().toString());
    private static final Bytes KEY = Bytes.utf8("Batman");
    private static final Bytes VALUE = Bytes.utf8("Superhero");
    private static final Duration BEFORE_LONG = Duration.ofSeconds(15);

    private final RedisServerProcess redis = RedisServerProcess.stopped();

    @AfterEach
    void stopRedis() {
        redis.close();
    }

    @Test
    void servesBothPortsFromOneCache() {
        redis.start();
        try (ProxyProcess proxy = start()) {
            new OneCache(proxy.http(), "", proxy.resp(), redis).verify();
        }
    }

    @Test
    void saysWhatItIsAndWhatRedisIsAndNothingPerRequest() {
        redis.start();
        try (ProxyProcess proxy = start("--cache-size", "4321", "--ttl", "87", "--max-connections", "765")) {
            new OneCache(proxy.http(), "", proxy.resp(), redis).verify();

            await().atMost(Address.PATIENCE).until(() -> proxy.process().err().contains("is one server (standalone)"));
            assertThat(proxy.process().err().lines()).hasSize(2);
            assertThat(proxy.process().err()).contains("4321", "87", "765").contains("Redis " + redis.address());
        }
    }

    /** All jars are unpacked into one place, where Jetty looks for what writes the header fields of either version. */
    @ParameterizedTest
    @ValueSource(strings = {"--http2", "--http1.1"})
    void servesHttps(String version, @TempDir Path directory) {
        redis.start();
        Certificates certificates = new Certificates(directory);
        Certificates.Pair authority = certificates.authority("ca");
        Certificates.Pair pair = certificates.issue(authority, "localhost", "DNS:localhost");
        int port = FreePort.find();
        try (RedisControl control = redis.control();
                ProxyProcess proxy = start(
                        "--proxy-tls-port",
                        Integer.toString(port),
                        "--tls-cert-file",
                        pair.cert().toString(),
                        "--tls-key-file",
                        pair.key().toString())) {
            control.set(KEY, VALUE);
            List<String> command = List.of(
                    "curl",
                    "-s",
                    "-i",
                    version,
                    "--cacert",
                    authority.cert().toString(),
                    "https://localhost:%d/Batman".formatted(port));
            for (int i = 0; i < 3; i++) {
                try (ChildProcess curl = ChildProcess.start(Map.of(), command)) {
                    assertThat(curl.awaitExit())
                            .as(proxy.process().describe("proxy"))
                            .isZero();
                    assertThat(curl.out())
                            .startsWith(version.equals("--http2") ? "HTTP/2 200" : "HTTP/1.1 200")
                            .containsIgnoringCase("content-type: text/plain; charset=utf-8")
                            .endsWith("Superhero");
                }
            }
        }
    }

    @Test
    void logsJsonAndAccesses(@TempDir Path directory) throws IOException {
        redis.start();
        Path accesses = directory.resolve("access.log");
        try (ProxyProcess proxy = start("--log-format", "json", "--access-log", accesses.toString())) {
            new OneCache(proxy.http(), "", proxy.resp(), redis).verify();

            await().atMost(BEFORE_LONG)
                    .until(() -> Files.readString(accesses).contains("\"redis_proxy.result\":\"hit\""));
            assertThat(proxy.process().err().lines()).isNotEmpty().allSatisfy(line -> JSON.std.mapFrom(line));
            assertThat(Files.readAllLines(accesses)).allSatisfy(line -> JSON.std.mapFrom(line));
        }
    }

    @Test
    void prefersFlagsToEnvironmentToFileToDefaults(@TempDir Path directory) throws IOException {
        redis.start();
        int[] ports = {FreePort.find(), FreePort.find(), FreePort.find(), FreePort.find(), FreePort.find()};
        Path file = Files.writeString(directory.resolve("settings"), """
                # of three sources the weakest
                PROXY_PORT=%d
                TCP_PORT=%d
                REDIS_PORT=%d

                PROXY_LISTEN=127.0.0.1
                HOST_PORT=1
                CONTAINER_PORT=2
                """.formatted(
                        ports[0], ports[1], redis.address().port()));
        try (RedisControl control = redis.control();
                ProxyProcess proxy = ProxyProcess.start(
                        WAR,
                        Map.of("PROXY_PORT", Integer.toString(ports[2]), "TCP_PORT", Integer.toString(ports[3])),
                        List.of("--config", file.toString(), "--proxy-port", Integer.toString(ports[4])))) {
            control.set(KEY, VALUE);

            assertThat(proxy.http().port()).isEqualTo(ports[4]);
            assertThat(proxy.resp().port()).isEqualTo(ports[3]);
            assertThat(get(proxy.http()).body()).isEqualTo(VALUE);
        }
    }

    @Test
    void helpNamesEveryFlag() {
        try (ChildProcess process = launch("--help")) {
            assertThat(process.awaitExit())
                    .as(() -> process.describe("exit code"))
                    .isZero();
            assertThat(process.out())
                    .contains("--proxy-host", "--proxy-port", "--tcp-host", "--tcp-port")
                    .contains("--redis-host", "--redis-port", "--redis-user", "--redis-password", "--redis-database")
                    .contains("--redis-pool-size", "--redis-timeout", "--cache-size", "--ttl", "--max-connections")
                    .contains("--config", "--help", "--version");
        }
    }

    @Test
    void versionIsOneLine() {
        try (ChildProcess process = launch("--version")) {
            assertThat(process.awaitExit())
                    .as(() -> process.describe("exit code"))
                    .isZero();
            assertThat(process.out().lines()).hasSize(1);
            assertThat(process.out()).containsPattern("\\d+\\.\\d+");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--cache-size,      0,        1",
        "--cache-size,      1.5,      1",
        "--ttl,             0,        0",
        "--ttl,             NaN,      0",
        "--max-connections, 0,        1",
        "--proxy-port,      65536,    65535",
        "--tcp-port,        -1,       65535",
        "--redis-port,      redis,    65535",
        "--redis-pool-size, 0,        1",
        "--redis-timeout,   never,    0",
        "--redis-database,  -1,       0",
    })
    void refusesAWrongValue(String flag, String value, String range) {
        try (ChildProcess process = launch(flag, value)) {
            assertRefused(process, 2, flag, value, range);
        }
    }

    @ParameterizedTest
    @CsvSource({"CACHE_SIZE, none, 1", "CACHE_CAPACITY, none, 1", "CACHE_EXPIRY, soon, 0", "MAX_CONN, all, 1"})
    void refusesAWrongVariable(String variable, String value, String range) {
        try (ChildProcess process = ProxyProcess.launch(WAR, Map.of(variable, value), List.of())) {
            assertRefused(process, 2, variable, value, range);
        }
    }

    @Test
    void refusesAnUnknownFlag() {
        try (ChildProcess process = launch("--colour", "red")) {
            assertRefused(process, 2, "--colour");
        }
    }

    @Test
    void refusesAnUnknownKeyInTheFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("settings"), "TTL=5\nCACHE_COLOUR=red\n");
        try (ChildProcess process = launch("--config", file.toString())) {
            assertRefused(process, 2, "CACHE_COLOUR");
        }
    }

    @Test
    void refusesAFileThatIsNotThere(@TempDir Path directory) {
        String file = directory.resolve("nowhere").toString();
        try (ChildProcess process = launch("--config", file)) {
            assertRefused(process, 2, file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--proxy-port", "--tcp-port"})
    void endsWhenAPortIsInUse(String flag) throws IOException {
        String other = flag.equals("--tcp-port") ? "--proxy-port" : "--tcp-port";
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChildProcess process =
                        launch("--proxy-host", "127.0.0.1", flag, Integer.toString(taken.getLocalPort()), other, "0")) {
            assertRefused(process, 1, Integer.toString(taken.getLocalPort()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--proxy-host", "--tcp-host"})
    void endsWhenAnAddressDoesNotResolve(String flag) {
        try (ChildProcess process = launch(flag, "no-such-host.invalid", "--proxy-port", "0", "--tcp-port", "0")) {
            assertRefused(process, 1, "no-such-host.invalid");
        }
    }

    @Test
    void finishesWhatIsInProcessWhenTerminated() {
        redis.start();
        try (RedisControl control = redis.control();
                ProxyProcess proxy = start();
                HttpConnection http = HttpConnection.connect(proxy.http());
                RespClient resp = RespClient.connect(proxy.resp())) {
            control.set(KEY, VALUE);
            assertThat(resp.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            control.pause(Duration.ofSeconds(2));
            http.get(KEY);
            resp.send(RespClient.encode(Bytes.utf8("GET"), KEY));
            awaitReceived(proxy);

            proxy.process().terminate();

            assertThat(http.read().body()).isEqualTo(VALUE);
            assertThat(resp.read()).isEqualTo(new Reply.Bulk(VALUE));
            assertThat(proxy.process().awaitExit())
                    .as(() -> proxy.process().describe("exit code"))
                    .isZero();
        }
    }

    /** A later request on another connection has been answered, so the earlier ones have arrived, too. */
    private static void awaitReceived(ProxyProcess proxy) {
        assertThat(HttpConnection.get(proxy.http(), "/").status()).isEqualTo(200);
        try (RespClient another = RespClient.connect(proxy.resp())) {
            assertThat(another.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void endsAtOnceWhenNothingIsInProcess() {
        redis.start();
        try (ProxyProcess proxy = start();
                HttpConnection idleHttp = HttpConnection.connect(proxy.http());
                RespClient idleResp = RespClient.connect(proxy.resp())) {
            assertThat(idleResp.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            idleHttp.send(HttpConnection.request("GET /"));
            assertThat(idleHttp.read().status()).isEqualTo(200);
            long terminated = System.nanoTime();

            proxy.process().terminate();

            assertThat(proxy.process().awaitExit())
                    .as(() -> proxy.process().describe("exit code"))
                    .isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - terminated)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void startsWithoutRedisAndWarnsOnce() {
        try (ProxyProcess proxy = start("--redis-timeout", "1")) {
            HttpAnswer refused = get(proxy.http());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).hasSize(1);
            assertThat(get(proxy.http()).status()).isEqualTo(503);
            assertThat(proxy.process().err().lines()).hasSize(2);

            redis.start();
            try (RedisControl control = redis.control()) {
                control.set(KEY, VALUE);
            }

            Awaitility.await().atMost(BEFORE_LONG).until(() -> get(proxy.http()).status() == 200);
        }
    }

    @Test
    void readsThePasswordFromAFileAndKeepsItToItself(@TempDir Path directory) throws IOException {
        String password = "never-to-be-printed";
        Path file = Files.writeString(directory.resolve("password"), password + "\n");
        redis.start();
        try (RedisControl control = redis.control()) {
            control.set(KEY, VALUE);
            control.call("CONFIG", "SET", "requirepass", password);
        }
        try (ProxyProcess proxy =
                ProxyProcess.start(WAR, Map.of("REDIS_PASSWORD_FILE", file.toString()), List.of(flags()))) {
            assertThat(get(proxy.http()).body()).isEqualTo(VALUE);
            assertThat(proxy.process().err() + proxy.process().out()).doesNotContain(password);
        }
        try (ProxyProcess proxy = start("--redis-password", "wrong-" + password)) {
            HttpAnswer refused = get(proxy.http());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body().asUtf8()).doesNotContain(password);
            assertThat(proxy.process().err() + proxy.process().out()).doesNotContain(password);
        }
    }

    private ProxyProcess start(String... more) {
        return ProxyProcess.start(WAR, Map.of(), List.of(flags(more)));
    }

    private String[] flags(String... more) {
        String[] own = {
            "--proxy-host", "127.0.0.1",
            "--proxy-port", "0",
            "--tcp-port", "0",
            "--redis-host", redis.address().host(),
            "--redis-port", Integer.toString(redis.address().port())
        };
        String[] all = Arrays.copyOf(own, own.length + more.length);
        System.arraycopy(more, 0, all, own.length, more.length);
        return all;
    }

    private static ChildProcess launch(String... flags) {
        return ProxyProcess.launch(WAR, Map.of(), List.of(flags));
    }

    private static HttpAnswer get(Address http) {
        return HttpConnection.get(http, "/" + KEY.asUtf8());
    }

    private static void assertRefused(ChildProcess process, int exitCode, String... parts) {
        assertThat(process.awaitExit()).as(() -> process.describe("exit code")).isEqualTo(exitCode);
        assertThat(process.err().lines()).as(() -> process.describe("one line")).hasSize(1);
        assertThat(process.err()).contains(parts);
        assertThat(process.out()).isEmpty();
    }
}
