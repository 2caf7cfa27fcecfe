package redisproxy.admin.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redisproxy.admin.AdminConfig;
import redisproxy.admin.AdminServer;
import redisproxy.admin.Check;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Scrapes over HTTP. */
final class MetricsHandlerTest {
    private static final int MORE_THAN_THE_SOCKET_HOLDS = 3_000;
    private static final int MORE_THAN_THERE_ARE_THREADS = 9;

    private final AdminServer server = new AdminServer(new AdminConfig("127.0.0.1", 0, true, false));

    @BeforeEach
    void start() throws Exception {
        server.addProbe("livez", List.of(new Check("threads", () -> null)));
        server.add("/metrics", new MetricsHandler(() -> Samples.registry(1)));
        server.add("/many", new MetricsHandler(() -> Samples.registry(MORE_THAN_THE_SOCKET_HOLDS)));
        server.open();
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersInTheFormatOfPrometheus() {
        HttpAnswer answer = ask("GET /metrics");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).containsExactly("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body().asUtf8()).contains("\n# TYPE redis_proxy_ready gauge\nredis_proxy_ready 1.0\n");
    }

    @Test
    void answersInTheFormatOfOpenMetricsOnRequest() {
        HttpAnswer answer = ask("GET /metrics", "Accept: application/openmetrics-text; version=1.0.0");
        assertThat(answer.header("content-type"))
                .containsExactly("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(answer.body().asUtf8())
                .contains("# TYPE redis_proxy_build info\n")
                .endsWith("# EOF\n");
    }

    @Test
    void compressesOnRequest() throws IOException {
        HttpAnswer answer = ask("GET /metrics", "Accept-Encoding: gzip");
        assertThat(answer.header("content-encoding")).containsExactly("gzip");
        try (GZIPInputStream text =
                new GZIPInputStream(new ByteArrayInputStream(answer.body().toArray()))) {
            assertThat(new String(text.readAllBytes(), UTF_8)).contains("redis_proxy_ready 1.0\n");
        }
    }

    @Test
    void selectsByName() {
        String text = ask("GET /metrics?name[]=redis_proxy_ready").body().asUtf8();
        assertThat(text.lines().filter(line -> !line.startsWith("#"))).containsExactly("redis_proxy_ready 1.0");
    }

    @Test
    void answersHeadWithTheLengthAlone() {
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("HEAD /metrics"));
            assertThat(connection.readWithoutBody().status()).isEqualTo(200);
            connection.send(HttpConnection.request("GET /metrics"));
            assertThat(connection.read().body().asUtf8()).contains("redis_proxy_ready 1.0\n");
        }
    }

    @Test
    void keepsTheConnectionForTheNextScrape() {
        try (HttpConnection connection = connect()) {
            for (int i = 0; i < 3; i++) {
                connection.send(HttpConnection.request("GET /metrics"));
                assertThat(connection.read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void refusesToBePostedTo() {
        assertThat(ask("POST /metrics", "Content-Length: 0").status()).isEqualTo(405);
    }

    @Test
    void clientsThatDoNotReadHoldUpNoProbe() {
        List<HttpConnection> silent = new ArrayList<>();
        try {
            for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
                HttpConnection connection = connect();
                silent.add(connection);
                connection.send(HttpConnection.request("GET /many"));
                // One after the other: a busy machine may take longer to write all at once than a probe may wait to be
                // read.
                Awaitility.await().atMost(Address.PATIENCE).until(connection::hasInput);
            }
            assertThat(ask("GET /livez").body()).isEqualTo(Bytes.utf8("ok\n"));
        } finally {
            silent.forEach(HttpConnection::close);
        }
    }

    private HttpConnection connect() {
        return HttpConnection.connect(Address.loopback(server.port()));
    }

    private HttpAnswer ask(String methodAndTarget, String... headers) {
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request(methodAndTarget, headers));
            return connection.read();
        }
    }
}
