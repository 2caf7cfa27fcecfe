package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.fixtures.ClassRedis;
import redisproxy.measure.Access;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RespClient;

/** The access log of a whole proxy with a real Redis. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AccessLogTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    @TempDir
    Path directory;

    private ProxyServer start() {
        return startWith(file());
    }

    private static ProxyServer startWith(Path file) {
        List<String> all = new ArrayList<>(List.of(
                "--proxy-host",
                "127.0.0.1",
                "--proxy-port",
                "0",
                "--tcp-port",
                "0",
                "--admin-port",
                "none",
                "--redis-host",
                "127.0.0.1",
                "--redis-port",
                Integer.toString(REDIS.server().address().port()),
                "--access-log",
                file.toString(),
                "--access-log-keys",
                "show"));
        return ProxyServer.start(ProxyConfig.fromArgs(all.toArray(String[]::new)));
    }

    private Path file() {
        return directory.resolve("access.log");
    }

    /** Returns the lines without client, time and duration, once there are so many. */
    private List<String> lines(int count) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> Files.readAllLines(file()).size() >= count);
        try {
            return Files.readAllLines(file()).stream()
                    .map(line -> line.replaceFirst("^127\\.0\\.0\\.1:\\d+ - - \\[[^]]+] ", "")
                            .replaceFirst(" \\d+$", ""))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void requestsOverHttp() {
        REDIS.control().call("SET", "k", "value");
        REDIS.control().call("RPUSH", "list", "1");
        try (ProxyServer proxy = start()) {
            Address http = Address.loopback(proxy.httpPort());
            try (HttpConnection connection = HttpConnection.connect(http)) {
                // The first is unusual, the others repeat its headers.
                for (String key : List.of("k", "k", "none", "list", "k")) {
                    connection.send(HttpConnection.request("GET /" + key));
                    connection.read();
                }
                connection.send(HttpConnection.request("POST /k"));
                connection.read();
                connection.send(HttpConnection.request("GET /"));
                connection.read();
                connection.send(HttpConnection.request("GET /%0d%0a%22x"));
                connection.read();
            }
            assertThat(lines(8))
                    .containsExactly(
                            "\"GET k HTTP/1.1\" 200 5 http miss",
                            "\"GET k HTTP/1.1\" 200 5 http hit",
                            "\"GET none HTTP/1.1\" 404 0 http miss",
                            lines(8).get(3),
                            "\"GET k HTTP/1.1\" 200 5 http hit",
                            "\"POST k HTTP/1.1\" 405 39 http refused",
                            lines(8).get(6),
                            "\"GET \\x0d\\x0a\\x22x HTTP/1.1\" 404 0 http miss");
            assertThat(lines(8).get(3)).startsWith("\"GET list HTTP/1.1\" 409 ").endsWith(" http error");
            assertThat(lines(8).get(6)).startsWith("\"GET HTTP/1.1\" 200 ").endsWith(" http ok");
        }
    }

    @Test
    void requestsOverResp() {
        REDIS.control().call("SET", "k", "value");
        try (ProxyServer proxy = start();
                RespClient client = RespClient.connect(Address.loopback(proxy.respPort()))) {
            client.call("GET", "k");
            client.call("GET", "k");
            client.call("HELLO", "3");
            client.call("GET", "none");
            client.call("TTL", "k");
            client.call("MGET", "k", "none");
            client.call("GET");
            client.call("NO\r\nSUCH", "x");
            client.call("GET", "a\r\n\"b");
            List<String> lines = new ArrayList<>(lines(9));
            assertThat(lines.remove(2)).startsWith("\"hello RESP3\" OK ").endsWith(" resp ok");
            assertThat(lines.stream().map(line -> line.replaceFirst("\\b(ERR) \\d+ ", "$1 ")))
                    .containsExactly(
                            "\"get k RESP2\" OK 11 resp miss",
                            "\"get k RESP2\" OK 11 resp hit",
                            "\"get none RESP3\" OK 3 resp miss",
                            "\"ttl k RESP3\" OK 5 resp bypass",
                            "\"mget k RESP3\" OK 9 resp miss",
                            "\"get RESP3\" ERR resp refused",
                            "\"unknown RESP3\" ERR resp refused",
                            "\"get a\\x0d\\x0a\\x22b RESP3\" OK 3 resp miss");
        }
    }

    @Test
    void renamedFileIsLeftOnRequest() throws IOException {
        try (ProxyServer proxy = start();
                RespClient client = RespClient.connect(Address.loopback(proxy.respPort()))) {
            client.call("PING");
            lines(1);
            Path renamed = Files.move(file(), directory.resolve("access.log.1"));
            assertThat(proxy.reopenAccessLog()).isTrue();
            await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(file()));
            client.call("ECHO", "x");
            assertThat(lines(1)).hasSize(1).first().asString().startsWith("\"echo RESP2\" OK");
            assertThat(Files.readAllLines(renamed)).hasSize(1);
        }
    }

    @Test
    void lastLinesAreWrittenAtAStop() throws IOException {
        try (ProxyServer proxy = start();
                RespClient client = RespClient.connect(Address.loopback(proxy.respPort()))) {
            for (int i = 0; i < 100; i++) {
                client.send(RespClient.encode(Bytes.utf8("GET"), Bytes.utf8("k" + i)));
            }
            for (int i = 0; i < 100; i++) {
                client.read();
            }
        }
        assertThat(Files.readAllLines(file())).hasSize(100);
    }

    @Test
    void sampleIsAShare() {
        AccessLogWriter log = new AccessLogWriter(new AccessLogConfig(file(), 4, KeyDisplay.HASH), LogFormat.TEXT);
        int wanted = 0;
        for (int i = 0; i < 40_000; i++) {
            wanted += log.wants() ? 1 : 0;
        }
        log.close();
        assertThat(wanted).isBetween(9_000, 11_000);
    }

    /** A full disk, for example. */
    @Test
    void linesThatCannotBeWrittenAreCounted() {
        AccessLogWriter log =
                new AccessLogWriter(new AccessLogConfig(Path.of("/dev/full"), 1, KeyDisplay.HASH), LogFormat.JSON);
        for (int i = 0; i < 10; i++) {
            log.add(new Access(Access.Port.RESP, "a:1", "ping", null, "ok", "OK", "RESP2", 7, 1));
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> log.dropped() == 10);
        assertThat(log.info()).containsEntry("access_log_dropped_lines", 10L);
        log.close();
    }

    @Test
    void fileThatCannotBeOpenedStopsTheStart() {
        assertThatThrownBy(() -> startWith(directory.resolve("none/access.log")))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("ACCESS_LOG: '" + directory + "/none/access.log' cannot be opened: ")
                .hasMessageEndingWith("(expected: a file that the proxy may append to, stderr or off)");
    }
}
