package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** The WAR in a stock Jetty that runs on jetty-base, its settings from the environment. */
final class StockJettyIT {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(30);

    private static final Pattern LINE = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[-+]\\d{4} (INFO|WARNING|SEVERE) [\\w.$]+: .*");

    private final RedisServerProcess redis = RedisServerProcess.started();
    private final OneCache proxy =
            new OneCache(Address.loopback(FreePort.find()), "", Address.loopback(FreePort.find()), redis);
    private Path war;
    private ChildProcess jetty;

    @BeforeEach
    void start() throws IOException {
        Path base = Deployment.newDirectory("jetty-base-");
        Deployment.copyTree(Path.of("jetty-base"), base);
        war = Files.createDirectories(base.resolve("webapps")).resolve("ROOT.war");
        Files.copy(Deployment.war(), war);
        jetty = ChildProcess.startJava(
                Map.of(
                        "TCP_HOST", proxy.resp().host(),
                        "TCP_PORT", Integer.toString(proxy.resp().port()),
                        "REDIS_HOST", redis.address().host(),
                        "REDIS_PORT", Integer.toString(redis.address().port())),
                List.of(
                        "-jar",
                        Deployment.jettyHome().resolve("start.jar").toString(),
                        "jetty.base=" + base,
                        "jetty.http.host=" + proxy.http().host(),
                        "jetty.http.port=" + proxy.http().port(),
                        "jetty.deploy.scanInterval=1"));
        proxy.awaitServing(jetty);
    }

    @AfterEach
    void stop() {
        if (jetty != null) {
            jetty.close();
        }
        redis.close();
    }

    @Test
    void servesBothPortsFromOneCache() {
        proxy.verify();
    }

    @Test
    void takesEveryByteInTheQuery() {
        proxy.verifyEveryByteInQuery();
    }

    @Test
    void takesEncodedSlashesInThePath() {
        try (RedisControl control = redis.control()) {
            control.set(Bytes.utf8("Gotham/mayor"), Bytes.utf8("Hamilton Hill"));

            assertThat(proxy.get("Gotham/mayor").body()).isEqualTo(Bytes.utf8("Hamilton Hill"));
            assertThat(proxy.get("Gotham%2Fmayor").body()).isEqualTo(Bytes.utf8("Hamilton Hill"));
        }
    }

    /** The second has no Host, as HAProxy's default check has none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS /k HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS / HTTP/1.0\r\n\r\n",
            })
    void namesTheMethods(String request) {
        try (HttpConnection connection = HttpConnection.connect(proxy.http())) {
            connection.send(Bytes.utf8(request));
            HttpAnswer answer = connection.read();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("allow")).containsExactly("GET, HEAD, OPTIONS");
        }
    }

    /** What Jetty decides by the settings in jetty-base, as the proxy's own server does. */
    @ParameterizedTest
    @CsvSource({
        "/nobody, HTTP/1.1\\r\\nHost: h\\r\\n\\n, 400",
        "/nobody, HTTP/1.1\\r\\nHost: h\\nX: y\\r\\n\\r\\n, 400",
        "http://other/nobody, HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n, 404"
    })
    void readsHeadsAsTheProxysOwnServer(String target, String rest, int status) {
        try (HttpConnection connection = HttpConnection.connect(proxy.http())) {
            connection.send(Bytes.utf8("GET " + target + " " + rest.translateEscapes()));
            assertThat(connection.read().status()).isEqualTo(status);
        }
    }

    @Test
    void logsInOneFormatAndNothingOfRequests() throws IOException {
        OddRequests.sendTo(proxy.http());

        Files.writeString(war.resolveSibling("broken.war"), "no archive");

        Awaitility.await().atMost(BEFORE_LONG).until(() -> jetty.err().contains(" WARNING org.eclipse.jetty."));
        assertThat(jetty.err() + jetty.out())
                .doesNotContainIgnoringCase(OddRequests.SECRET)
                .doesNotContain("SLF4J");
        assertThat(jetty.err().lines().filter(line -> line.matches("[0-9].*")))
                .isNotEmpty()
                .allMatch(line -> LINE.matcher(line).matches());
    }

    @Test
    void undeployingClosesTheRespPortAndEndsItsThreads() throws IOException {
        proxy.verify();
        assertThat(ProxyThreads.in(jetty)).isNotEmpty();

        Files.delete(war);

        Awaitility.await().atMost(BEFORE_LONG).until(() -> !proxy.resp().isOpen());
        Awaitility.await()
                .atMost(BEFORE_LONG)
                .untilAsserted(() -> assertThat(ProxyThreads.in(jetty)).isEmpty());
        assertThat(jetty.isAlive()).as(() -> jetty.describe("alive")).isTrue();
    }

    @Test
    void endsInGoodOrder() {
        proxy.verify();

        jetty.terminate();

        jetty.awaitExit();
        assertThat(jetty.err() + jetty.out()).doesNotContain("Exception");
    }
}
