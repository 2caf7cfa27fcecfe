package redisproxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

final class HealthTest {
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final AdminServer server = new AdminServer(new AdminConfig("127.0.0.1", 0, true, false));

    @BeforeEach
    void start() throws Exception {
        server.addProbe("readyz", List.of(new Check("ports", () -> null), new Check("draining", failure::get)));
        server.open();
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void saysOkIfAllChecksHold() {
        HttpAnswer answer = get("/readyz");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Bytes.utf8("ok\n"));
        assertThat(answer.header("content-type")).containsExactly("text/plain; charset=utf-8");
        assertThat(answer.header("server")).isEmpty();
    }

    @Test
    void listsTheChecksIfOneFails() {
        failure.set("told to stop");
        HttpAnswer answer = get("/readyz");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body())
                .isEqualTo(Bytes.utf8("[+]ports ok\n[-]draining failed: told to stop\nreadyz check failed\n"));
    }

    @Test
    void listsTheChecksOnRequest() {
        Bytes list = Bytes.utf8("[+]ports ok\n[+]draining ok\nreadyz check passed\n");
        assertThat(get("/readyz?verbose").body()).isEqualTo(list);
        assertThat(get("/readyz?verbose=true&x=y").body()).isEqualTo(list);
        assertThat(get("/readyz?verbose=false").body()).isEqualTo(Bytes.utf8("ok\n"));
        assertThat(get("/readyz?x=verbose").body()).isEqualTo(Bytes.utf8("ok\n"));
    }

    @Test
    void refusesOtherMethodsAndPaths() {
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("POST /readyz", "Content-Length: 0"));
            HttpAnswer answer = connection.read();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("allow")).containsExactly("GET, HEAD");
        }
        assertThat(get("/readyz/").status()).isEqualTo(404);
        assertThat(get("/other").status()).isEqualTo(404);
    }

    @Test
    void answersHeadWithoutABody() {
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request("HEAD /readyz"));
            assertThat(connection.readWithoutBody().status()).isEqualTo(200);
            connection.send(HttpConnection.request("GET /readyz"));
            assertThat(connection.read().body()).isEqualTo(Bytes.utf8("ok\n"));
        }
    }

    private HttpConnection connect() {
        return HttpConnection.connect(Address.loopback(server.port()));
    }

    private HttpAnswer get(String target) {
        return HttpConnection.get(Address.loopback(server.port()), target);
    }
}
