package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProxyServerTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    @Test
    void servesOneCacheOnBothPorts() {
        REDIS.control().call("SET", "Batman", "Superhero");
        try (ProxyServer proxy = start();
                RespClient client = RespClient.connect(Address.loopback(proxy.respPort()))) {
            long before = REDIS.control().keyspaceHits();
            assertThat(get(proxy, "/Batman").body()).isEqualTo(Bytes.utf8("Superhero"));
            assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            assertThat(REDIS.control().keyspaceHits() - before).isOne();
        }
    }

    @Test
    void limitsHowLongClientsMayKeepAValue() {
        REDIS.control().call("SET", "Batman", "Superhero");
        try (ProxyServer proxy = start("--http-max-age", "10")) {
            assertThat(get(proxy, "/Batman").header("cache-control")).containsExactly("max-age=10");
        }
    }

    @Test
    void startLineNamesTheAddresses() {
        try (ProxyServer proxy = start("--ttl", "1.50", "--cache-size", "7", "--max-connections", "9")) {
            assertThat(proxy.toString())
                    .matches(
                            "Redis Proxy \\S+ is ready: http://127\\.0\\.0\\.1:%d and redis://127\\.0\\.0\\.1:%d, 7 entries for 1\\.5 s, at most 9 connections, Redis %s"
                                    .formatted(proxy.httpPort(), proxy.respPort(), REDIS.address()));
        }
    }

    @Test
    void closeFreesPortsAndThreads() {
        ProxyServer proxy = start();
        Address http = Address.loopback(proxy.httpPort());
        Address resp = Address.loopback(proxy.respPort());
        assertThat(http.isOpen()).isTrue();
        assertThat(resp.isOpen()).isTrue();
        proxy.close();
        proxy.close();
        assertThat(http.isOpen()).isFalse();
        assertThat(resp.isOpen()).isFalse();
    }

    @Test
    void closeFinishesRequestsInProcess() {
        REDIS.control().call("SET", "k", "v");
        ProxyServer proxy = start();
        try (HttpConnection http = HttpConnection.connect(Address.loopback(proxy.httpPort()));
                RespClient resp = RespClient.connect(Address.loopback(proxy.respPort()));
                RespClient watcher = RespClient.connect(Address.loopback(proxy.respPort()))) {
            REDIS.control().pause(Duration.ofSeconds(1));
            http.send(HttpConnection.request("GET /k"));
            resp.send(RespClient.encode("GET", "k"));
            await().atMost(Address.PATIENCE)
                    .until(() -> ((Reply.Bulk) watcher.call("INFO", "cache"))
                            .bytes()
                            .asUtf8()
                            .contains("cache_misses:2\r\n"));
            CompletableFuture<Void> closing = CompletableFuture.runAsync(proxy::close);
            assertThat(http.read().body()).isEqualTo(Bytes.utf8("v"));
            assertThat(resp.read()).isEqualTo(Reply.bulk("v"));
            assertThat(resp.readToEnd().size()).isZero();
            assertThat(closing).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void keptConnectionsAreAnsweredAndToldThatTheyEnd() {
        REDIS.control().call("SET", "k", "v");
        ProxyServer proxy = start();
        Address http = Address.loopback(proxy.httpPort());
        try (HttpConnection connection = HttpConnection.connect(http);
                HttpConnection waiting = HttpConnection.connect(http)) {
            connection.get(Bytes.utf8("k"));
            assertThat(connection.read().status()).isEqualTo(200);
            // A request in process makes the stop last: else a connection may be closed between two requests.
            REDIS.control().call("CLIENT", "PAUSE", "1000");
            waiting.get(Bytes.utf8("waiting"));
            connection.get(Bytes.utf8("k"));
            assertThat(connection.read().status()).isEqualTo(200);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(proxy::close);
            HttpAnswer answer;
            do {
                connection.get(Bytes.utf8("k"));
                answer = connection.read();
                assertThat(answer.status()).isEqualTo(200);
            } while (answer.header("connection").isEmpty());
            assertThat(answer.header("connection")).containsExactly("close");
            assertThat(connection.readToEnd().size()).isZero();
            assertThat(closing).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void portInUseIsNamed() {
        try (ProxyServer proxy = start()) {
            assertThatThrownBy(() -> start("--proxy-port", Integer.toString(proxy.httpPort())))
                    .isInstanceOf(StartException.class)
                    .hasMessage("cannot listen on 127.0.0.1:%d (PROXY_PORT): Address already in use", proxy.httpPort());
            assertThatThrownBy(() -> start("--tcp-port", Integer.toString(proxy.respPort())))
                    .isInstanceOf(StartException.class)
                    .hasMessage("cannot listen on 127.0.0.1:%d (TCP_PORT): Address already in use", proxy.respPort());
            assertThat(get(proxy, "/").status()).isEqualTo(200);
        }
    }

    @Test
    void foreignAddressIsNamed() {
        assertThatThrownBy(() -> start("--proxy-host", "192.0.2.1"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.1:0 (PROXY_PORT): ")
                .message()
                .hasLineCount(1);
    }

    @Test
    void startsWithoutRedis() {
        try (RedisServerProcess other = RedisServerProcess.stopped();
                ProxyServer proxy = ProxyServer.start(ProxyConfig.fromArgs(
                        "--proxy-host",
                        "127.0.0.1",
                        "--proxy-port",
                        "0",
                        "--tcp-port",
                        "0",
                        "--redis-host",
                        other.address().host(),
                        "--redis-port",
                        Integer.toString(other.address().port())))) {
            HttpAnswer answer = get(proxy, "/k");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).hasSize(1);
            assertThat(answer.body().asUtf8())
                    .contains(other.address().toString())
                    .endsWith("\n");
            other.start();
            await().atMost(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(get(proxy, "/k").status()).isEqualTo(404));
        }
    }

    /* --------------- What Jetty itself answers --------------- */

    @Test
    void tooLongTargetIs414() {
        try (ProxyServer proxy = start()) {
            assertPlain(get(proxy, "/" + "x".repeat(70_000)), 414);
            assertThat(get(proxy, "/" + "x".repeat(60_000)).status()).isEqualTo(404);
        }
    }

    @Test
    void tooLongHeadersAre431() {
        try (ProxyServer proxy = start();
                HttpConnection connection = HttpConnection.connect(Address.loopback(proxy.httpPort()))) {
            connection.send(HttpConnection.request("GET /k", "X-Long: " + "x".repeat(70_000)));
            assertPlain(connection.read(), 431);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "GET /k HTTP/1.1\r\n\r\n",
                "\0\1\2 /k HTTP/1.1\r\n\r\n",
                "GET /k HTTP/9.9\r\nHost: x\r\n\r\n"
            })
    void brokenRequestsAreRefusedPlainly(String request) {
        try (ProxyServer proxy = start();
                HttpConnection connection = HttpConnection.connect(Address.loopback(proxy.httpPort()))) {
            connection.send(Bytes.utf8(request));
            HttpAnswer answer = connection.read();
            assertThat(answer.status()).isBetween(400, 505);
            assertThat(answer.header("server")).isEmpty();
            assertThat(answer.body().asUtf8())
                    .doesNotContainIgnoringCase("jetty")
                    .doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2", "/%zz", "/%", "/query?key=%", "/%%30", "/a;%"})
    void malformedEncodingIs400(String target) {
        try (ProxyServer proxy = start()) {
            HttpAnswer answer = get(proxy, target);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("x-content-type-options")).containsExactly("nosniff");
            assertThat(answer.header("server")).isEmpty();
        }
    }

    @Test
    void manyPipelinedKeysStayInOrder() {
        List<String> targets = new ArrayList<>();
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < 100; i++) {
            String key = i % 3 == 0 ? "a;" + i : i % 3 == 1 ? "../" + i : "k" + i;
            if (i % 2 == 0) {
                REDIS.control().call("SET", key, "v" + i);
            }
            targets.add("/" + key);
            pipeline = pipeline.plus(HttpConnection.request("GET /" + key));
        }
        try (ProxyServer proxy = start();
                HttpConnection connection = HttpConnection.connect(Address.loopback(proxy.httpPort()))) {
            connection.send(pipeline);
            for (int i = 0; i < targets.size(); i++) {
                HttpAnswer answer = connection.read();
                assertThat(answer.status()).isEqualTo(i % 2 == 0 ? 200 : 404);
                assertThat(answer.body().asUtf8()).isEqualTo(i % 2 == 0 ? "v" + i : "");
            }
        }
    }

    private static void assertPlain(HttpAnswer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("server")).isEmpty();
        assertThat(answer.header("x-content-type-options")).containsExactly("nosniff");
        assertThat(answer.body().asUtf8()).hasLineCount(1).startsWith(Integer.toString(status));
    }

    private static HttpAnswer get(ProxyServer proxy, String target) {
        return HttpConnection.get(Address.loopback(proxy.httpPort()), target);
    }

    private static ProxyServer start(String... more) {
        List<String> flags = new ArrayList<>(List.of(more));
        addUnlessGiven(flags, "--proxy-host", "127.0.0.1");
        addUnlessGiven(flags, "--proxy-port", "0");
        addUnlessGiven(flags, "--tcp-port", "0");
        addUnlessGiven(flags, "--admin-port", "none");
        addUnlessGiven(flags, "--redis-host", REDIS.address().host());
        addUnlessGiven(flags, "--redis-port", Integer.toString(REDIS.address().port()));
        return ProxyServer.start(ProxyConfig.fromArgs(flags.toArray(String[]::new)));
    }

    private static void addUnlessGiven(List<String> flags, String flag, String value) {
        if (!flags.contains(flag)) {
            flags.addAll(List.of(flag, value));
        }
    }
}
