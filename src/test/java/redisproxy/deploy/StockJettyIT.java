package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;

/** The WAR in a stock Jetty that runs on jetty-base, its settings from the environment. */
final class StockJettyIT {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(30);

    private static final Pattern LINE = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[-+]\\d{4} (INFO|WARNING|SEVERE) [\\w.$]+: .*");

    /** For all tests that leave it as it is. */
    private static StockJetty shared;

    @BeforeAll
    static void start() {
        shared = StockJetty.started();
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @Test
    void servesBothPortsFromOneCache() {
        shared.proxy().verify();
    }

    @Test
    void takesEveryByteInTheQuery() {
        shared.proxy().verifyEveryByteInQuery();
    }

    @Test
    void takesEncodedSlashesInThePath() {
        try (RedisControl control = shared.redis().control()) {
            control.set(Bytes.utf8("Gotham/mayor"), Bytes.utf8("Hamilton Hill"));

            assertThat(shared.proxy().get("Gotham/mayor").body()).isEqualTo(Bytes.utf8("Hamilton Hill"));
            assertThat(shared.proxy().get("Gotham%2Fmayor").body()).isEqualTo(Bytes.utf8("Hamilton Hill"));
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
        try (HttpConnection connection = HttpConnection.connect(shared.proxy().http())) {
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
        try (HttpConnection connection = HttpConnection.connect(shared.proxy().http())) {
            connection.send(Bytes.utf8("GET " + target + " " + rest.translateEscapes()));
            assertThat(connection.read().status()).isEqualTo(status);
        }
    }

    @Test
    void logsInOneFormatAndNothingOfRequests() throws IOException {
        try (StockJetty jetty = StockJetty.started()) {
            OddRequests.sendTo(jetty.proxy().http());

            Files.writeString(jetty.war().resolveSibling("broken.war"), "no archive");

            ChildProcess process = jetty.process();
            Awaitility.await().atMost(BEFORE_LONG).until(() -> process.err().contains(" WARNING org.eclipse.jetty."));
            assertThat(process.err() + process.out())
                    .doesNotContainIgnoringCase(OddRequests.SECRET)
                    .doesNotContain("SLF4J");
            assertThat(process.err().lines().filter(line -> line.matches("[0-9].*")))
                    .isNotEmpty()
                    .allMatch(line -> LINE.matcher(line).matches());
        }
    }

    @Test
    void undeployingClosesTheRespPortAndEndsItsThreads() throws IOException {
        try (StockJetty jetty = StockJetty.started()) {
            jetty.proxy().verify();
            assertThat(ProxyThreads.in(jetty.process())).isNotEmpty();

            Files.delete(jetty.war());

            Awaitility.await()
                    .atMost(BEFORE_LONG)
                    .until(() -> !jetty.proxy().resp().isOpen());
            ProxyThreads.awaitEnd(jetty.process());
            assertThat(jetty.process().isAlive())
                    .as(() -> jetty.process().describe("alive"))
                    .isTrue();
        }
    }

    @Test
    void endsInGoodOrder() {
        try (StockJetty jetty = StockJetty.started()) {
            jetty.proxy().verify();

            jetty.process().terminate();

            jetty.process().awaitExit();
            assertThat(jetty.process().err() + jetty.process().out()).doesNotContain("Exception");
        }
    }
}
