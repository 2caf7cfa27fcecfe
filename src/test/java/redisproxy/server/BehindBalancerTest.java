package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** A whole proxy whose clients a balancer announces. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BehindBalancerTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Bytes ANNOUNCED = Bytes.utf8("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n");
    private static final Bytes LOCAL = Bytes.utf8("PROXY TCP4 127.0.0.1 198.51.100.1 56324 443\r\n");
    private static final Bytes UNKNOWN = Bytes.utf8("PROXY UNKNOWN\r\n");
    private static final Bytes BINARY = Bytes.of(new byte[] {
        '\r',
        '\n',
        '\r',
        '\n',
        0,
        '\r',
        '\n',
        'Q',
        'U',
        'I',
        'T',
        '\n',
        0x21,
        0x11,
        0,
        15,
        (byte) 192,
        0,
        2,
        1,
        (byte) 198,
        51,
        100,
        1,
        (byte) 0xdc,
        4,
        1,
        (byte) 0xbb,
        4,
        0,
        0
    });

    private ProxyServer proxy;

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
    }

    private void start(String ports, String trusted, String... flags) {
        List<String> all = new ArrayList<>(List.of("--proxy-protocol=" + ports, "--trusted-proxies=" + trusted));
        all.addAll(List.of(flags));
        proxy = ProxyServer.start(LoopbackConfig.of(REDIS.address(), all.toArray(String[]::new)));
        REDIS.control().set(Bytes.utf8("k"), Bytes.utf8("value"));
    }

    private RespClient resp() {
        return RespClient.connect(Address.loopback(proxy.respPort()));
    }

    private HttpConnection http() {
        return HttpConnection.connect(Address.loopback(proxy.httpPort()));
    }

    private static String clients(RespClient client) {
        return ((Reply.Bulk) client.call("CLIENT", "LIST")).bytes().asUtf8();
    }

    private AdminClient admin() {
        return new AdminClient(Address.loopback(proxy.adminPort()));
    }

    private String events() {
        return admin().get("/api/v1/events").body();
    }

    private void nothingIsRefused() {
        assertThat(events()).contains("events").doesNotContain("was closed:");
    }

    private void isRefused(String why) {
        await().atMost(Address.PATIENCE)
                .untilAsserted(() ->
                        assertThat(events()).contains("proxy-header-refused", "A connection from 127.0.0.1:", why));
        assertThat(admin().get("/metrics").body())
                .containsPattern("redis_proxy_connections_closed_total\\{port=\"\\w+\",reason=\"proxy_header\"} 1\\.0");
    }

    @Test
    void clientsOfRespAreThoseThatAreAnnounced() {
        start("both", "127.0.0.0/8");
        for (Bytes header : List.of(ANNOUNCED, BINARY)) {
            // In one piece with the first request, and in many
            try (RespClient client = resp()) {
                client.send(header.plus(RespClient.encode("GET", "k")).plus(RespClient.encode("GET", "k")));
                assertThat(client.read().toString()).contains("value");
                assertThat(client.read().toString()).contains("value");
                assertThat(clients(client)).contains("addr=192.0.2.1:56324 ").doesNotContain(" addr=127.0.0.1");
            }
            try (RespClient client = resp()) {
                for (byte each : header.toArray()) {
                    client.send(Bytes.of(new byte[] {each}));
                }
                assertThat(clients(client)).contains("addr=192.0.2.1:56324 ");
            }
        }
        nothingIsRefused();
    }

    @Test
    void clientsOfHttpAreThoseThatAreAnnounced(@TempDir Path directory) throws Exception {
        Path accesses = directory.resolve("access.log");
        start("http", "127.0.0.1,::1", "--access-log=" + accesses);
        for (Bytes header : List.of(ANNOUNCED, BINARY)) {
            try (HttpConnection connection = http()) {
                connection.send(header.plus(HttpConnection.request("GET /k")));
                assertThat(connection.read().status()).isEqualTo(200);
                // Repeated, which is answered without the servlet; and one that is refused by Jetty
                connection.send(HttpConnection.request("GET /k"));
                assertThat(connection.read().status()).isEqualTo(200);
                connection.send(Bytes.utf8("GET /k HTTP/1.1\r\n\r\n"));
                assertThat(connection.read().status()).isEqualTo(400);
            }
        }
        // The other port takes none.
        try (RespClient client = resp()) {
            assertThat(clients(client)).contains(" addr=127.0.0.1:");
        }
        await().atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(Files.readAllLines(accesses))
                        .filteredOn(line -> line.contains("192.0.2.1"))
                        .hasSize(6));
    }

    @Test
    void strangersBehindALocalBalancerAreNotLocal() {
        start("resp", "127.0.0.1");
        try (RespClient stranger = resp();
                RespClient local = resp();
                RespClient unknown = resp()) {
            stranger.send(ANNOUNCED);
            assertThat(stranger.call("CACHE", "FLUSH").toString()).contains("NOPERM");
            local.send(LOCAL);
            assertThat(local.call("CACHE", "FLUSH").toString()).contains("OK");
            unknown.send(UNKNOWN);
            assertThat(unknown.call("CACHE", "FLUSH").toString()).contains("NOPERM");
            assertThat(clients(unknown)).contains("addr=127.0.0.1:56324 ").contains("addr=192.0.2.1:56324 ");
        }
    }

    @Test
    void failedLoginsAreOfWhoIsAnnounced() {
        start("both", "127.0.0.1", "--requirepass=secret");
        try (RespClient client = resp()) {
            client.send(ANNOUNCED);
            assertThat(client.call("AUTH", "wrong").toString()).contains("WRONGPASS");
        }
        try (HttpConnection connection = http()) {
            connection.send(ANNOUNCED.plus(HttpConnection.request("GET /k", "Authorization: Bearer wrong")));
            assertThat(connection.read().status()).isEqualTo(401);
        }
        String told = admin().send(admin().changing("/api/v1/events")
                        .header("Authorization", "Bearer secret")
                        .build())
                .body();
        assertThat(told.split("A login from 192\\.0\\.2\\.1 failed", -1)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "http, 'GET / HTTP/1.1\\r\\n\\r\\n', something else",
        "resp, 'PING\\r\\n', something else",
        "resp, 'PROXY TCP4 1.2.3.4\\r\\n', malformed",
        "http, 'PROXY TCP4 a b 1 2\\r\\nGET / HTTP/1.1\\r\\n\\r\\n', \"'a'\"",
        "resp, 'PROXY TCP4 1.2.3', ended within"
    })
    void listedOnesWithoutAHeaderAreClosed(String port, String sent, String why) {
        start("both", "127.0.0.1");
        try (HttpConnection connection =
                HttpConnection.connect(Address.loopback(port.equals("http") ? proxy.httpPort() : proxy.respPort()))) {
            connection.sendUntilRefused(Bytes.utf8(sent.replace("\\r\\n", "\r\n")));
            connection.finishSending();
            assertThat(connection.readToEnd().size()).isZero();
        }
        isRefused(why.replace("\"", ""));
    }

    @Test
    void listedOnesThatSendNothingAreClosedInTime() {
        start("resp", "127.0.0.1", "--client-timeout=0.2");
        try (RespClient client = resp()) {
            client.send(Bytes.utf8("PROXY TCP4 1."));
            assertThat(client.readToEnd().size()).isZero();
        }
        isRefused("CLIENT_TIMEOUT");
    }

    @Test
    void openingAndClosingIsNoMistake() {
        start("resp", "127.0.0.1");
        resp().close();
        try (RespClient client = resp()) {
            client.send(UNKNOWN);
            assertThat(client.call("PING").toString()).contains("PONG");
        }
        nothingIsRefused();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headersOfOthersAreRefused(boolean isOfHttp) {
        start("both", "10.0.0.0/8,::1");
        try (HttpConnection connection =
                HttpConnection.connect(Address.loopback(isOfHttp ? proxy.httpPort() : proxy.respPort()))) {
            connection.sendUntilRefused(isOfHttp ? ANNOUNCED : BINARY);
            connection.finishSending();
            connection.readToEnd();
        } catch (UncheckedIOException reset) {
            // What is behind the signature is not read.
        }
        isRefused("TRUSTED_PROXIES");
    }

    @Test
    void othersWithoutAHeaderAreServed() {
        start("both", "10.0.0.0/8", "--client-timeout=0.3");
        try (RespClient client = resp();
                RespClient inPieces = resp();
                RespClient silent = resp();
                HttpConnection connection = http()) {
            assertThat(client.call("CACHE", "FLUSH").toString()).contains("OK");
            assertThat(clients(client)).contains(" addr=127.0.0.1:");
            inPieces.send(Bytes.utf8("\r\nP"));
            inPieces.send(Bytes.utf8("ING\r\nP"));
            inPieces.send(Bytes.utf8("ING\r\n"));
            assertThat(inPieces.read().toString()).contains("PONG");
            assertThat(inPieces.read().toString()).contains("PONG");
            connection.send(HttpConnection.request("GET /k"));
            assertThat(connection.read().status()).isEqualTo(200);
            connection.send(Bytes.utf8("P"));
            connection.send(Bytes.utf8("OST /k HTTP/1.1\r\nHost: proxy\r\nContent-Length: 0\r\n\r\n"));
            assertThat(connection.read().status()).isEqualTo(405);
            // Whoever waits longer than a header may take is served as well.
            await().atMost(Address.PATIENCE).until(() -> clients(client).split("addr=").length > 6);
            assertThat(silent.call("PING").toString()).contains("PONG");
        }
        nothingIsRefused();
    }

    /** Connections are accepted in the order in which they come, so those before these are open. */
    private void awaitAccepted() {
        try (RespClient later = resp();
                HttpConnection alsoLater = http()) {
            later.send(Bytes.utf8("PROXY UNKNOWN\r\nPING\r\n"));
            assertThat(later.read().toString()).contains("PONG");
            alsoLater.send(Bytes.utf8("PROXY UNKNOWN\r\n").plus(HttpConnection.request("GET /k")));
            assertThat(alsoLater.read().status()).isIn(200, 404);
        }
    }

    @Test
    void stopsWhileHeadersAreAwaited() {
        start("both", "127.0.0.1");
        try (RespClient silent = resp();
                HttpConnection alsoSilent = http()) {
            silent.send(Bytes.utf8("PROXY"));
            alsoSilent.send(Bytes.utf8("PROXY"));
            awaitAccepted();
            long before = System.nanoTime();
            proxy.close();
            proxy = null;
            assertThat(System.nanoTime() - before).isLessThan(4_000_000_000L);
            assertThat(silent.readToEnd().size()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
    void haproxyAnnouncesItsClients(String how, @TempDir Path directory) throws Exception {
        Path program = Path.of("/usr/sbin/haproxy");
        Assumptions.assumeTrue(Files.isExecutable(program), "there is no " + program);
        start("both", "127.0.0.1");
        int respPort = FreePort.find();
        int httpPort = FreePort.find();
        Path file = Files.writeString(directory.resolve("haproxy.cfg"), """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 30s
                    timeout server 30s
                listen resp
                    bind 127.0.0.1:%1$d
                    server proxy 127.0.0.1:%2$d %3$s check inter 100ms
                listen http
                    bind 127.0.0.1:%4$d
                    server proxy 127.0.0.1:%5$d %3$s check inter 100ms
                """.formatted(
                        respPort, proxy.respPort(), how, httpPort, proxy.httpPort()));
        try (ChildProcess haproxy =
                ChildProcess.start(Map.of(), List.of(program.toString(), "-db", "-f", file.toString()))) {
            haproxy.awaitAlive("listen", () -> isOpen(respPort) && isOpen(httpPort));
            try (RespClient client = RespClient.connect(Address.loopback(respPort));
                    HttpConnection connection = HttpConnection.connect(Address.loopback(httpPort))) {
                assertThat(client.call("GET", "k").toString()).contains("value");
                // It is on this machine, and so is its balancer.
                assertThat(client.call("CACHE", "FLUSH").toString()).contains("OK");
                connection.send(HttpConnection.request("GET /k"));
                assertThat(connection.read().body().asUtf8()).isEqualTo("value");
            }
        }
        nothingIsRefused();
    }

    private static boolean isOpen(int port) {
        try {
            RespClient.connect(Address.loopback(port)).close();
            return true;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--proxy-protocol=both, , --proxy-protocol: TRUSTED_PROXIES is not given (expected: the addresses from which headers are accepted)",
        "--proxy-protocol=both, --trusted-proxies=balancer, --trusted-proxies: 'balancer' (expected: an address",
        "--proxy-protocol=both, --trusted-proxies=10.0.0.1/8, --trusted-proxies: '10.0.0.1/8' has bits behind"
    })
    void whatIsNotAcceptedStopsTheStart(String first, String second, String message) {
        String[] flags = second == null ? new String[] {first} : new String[] {first, second};
        assertThatThrownBy(() -> ProxyConfig.fromArgs(flags))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }
}
