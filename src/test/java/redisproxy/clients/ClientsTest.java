package redisproxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Redis libraries read through the proxy as they read from Redis. */
@ParameterizedClass
@EnumSource
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClientsTest {
    private static final int MANY = 1_000;
    private static final int MEBIBYTE = 1 << 20;

    private static RedisServerProcess redis;
    private static ProxyServer proxy;
    private static Client client;

    @Parameter
    Library library;

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
        Map<Bytes, Bytes> values = new LinkedHashMap<>();
        values.put(Bytes.utf8("text"), Bytes.utf8("Süperhero"));
        values.put(Bytes.utf8("empty"), Bytes.of());
        values.put(Bytes.utf8("binary"), Bytes.everyValue());
        values.put(Bytes.utf8("large"), large());
        for (int i = 0; i < MANY; i++) {
            values.put(Bytes.utf8("key " + i), Bytes.utf8("value " + i));
        }
        try (RedisControl control = redis.control()) {
            control.setAll(values);
            control.call("RPUSH", "list", "a", "b");
        }
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeParameterizedClassInvocation
    static void connect(Library library) {
        proxy = start(FreePort.find());
        client = library.connect(resp());
    }

    @AfterParameterizedClassInvocation
    static void disconnect() {
        client.close();
        proxy.close();
    }

    @Test
    void agreesOnTheProtocol() {
        try (RespClient other = RespClient.connect(resp())) {
            long ownId = ((Reply.Whole) other.call("CLIENT", "ID")).value();
            try (Client newcomer = library.connect(resp())) {
                newcomer.text("text");
                // Some libraries open further connections in the background.
                Awaitility.await().atMost(Address.PATIENCE).untilAsserted(() -> {
                    String clients =
                            ((Reply.Bulk) other.call("CLIENT", "LIST")).bytes().asUtf8();
                    assertThat(clients.lines())
                            .filteredOn(line -> id(line) > ownId)
                            .isNotEmpty()
                            .allSatisfy(line -> assertThat(line).contains(" resp=" + library.protocol))
                            .allSatisfy(
                                    line -> assertThat(line).containsIgnoringCase(" lib-name=" + library.libraryName));
                });
            }
        }
    }

    private static long id(String clientLine) {
        return Long.parseLong(clientLine.substring("id=".length(), clientLine.indexOf(' ')));
    }

    @Test
    void readsText() {
        assertThat(client.text("text")).isEqualTo("Süperhero");
        assertThat(client.text("text")).isEqualTo("Süperhero");
    }

    @Test
    void readsNothing() {
        assertThat(client.text("absent")).isNull();
        assertThat(client.bytes("absent")).isNull();
    }

    @Test
    void readsAnEmptyValue() {
        assertThat(client.bytes("empty")).isEmpty();
    }

    @Test
    void readsAnyBytes() {
        assertThat(client.bytes("binary")).isEqualTo(Bytes.everyValue().toArray());
    }

    @Test
    void readsAMebibyte() {
        assertThat(Bytes.of(client.bytes("large"))).isEqualTo(large());
    }

    @Test
    void readsManyInOrder() {
        List<String> keys = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            boolean absent = i % 7 == 0;
            keys.add(absent ? "absent " + i : "key " + i);
            values.add(absent ? null : "value " + i);
        }
        assertThat(client.pipelined(keys)).isEqualTo(values);
        assertThat(client.pipelined(keys)).isEqualTo(values);
    }

    @Test
    void readsSeveralTogether() {
        assertThat(client.together(List.of("key 2", "absent", "key 1", "list", "text")))
                .isEqualTo(Arrays.asList("value 2", null, "value 1", null, "Süperhero"));
    }

    @Test
    void isToldOfAnotherType() {
        assertThatThrownBy(() -> client.text("list"))
                .isInstanceOf(library.refusal)
                .hasMessageContaining("WRONGTYPE Operation against a key holding the wrong kind of value");
        assertThat(client.text("text")).isEqualTo("Süperhero");
    }

    @Test
    void readsAgainAfterItsConnectionsWereKilled() {
        client.text("text");
        try (RespClient other = RespClient.connect(resp())) {
            Reply killed = other.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            assertThat(((Reply.Whole) killed).value()).isPositive();
        }
        awaitReading();
    }

    @Test
    void readsAgainAfterTheProxyWasRestarted() {
        client.text("text");
        int port = proxy.respPort();
        proxy.close();
        proxy = start(port);
        awaitReading();
    }

    /** Requests in flight may fail, and each connection of a pool notices the end by itself. */
    private static void awaitReading() {
        await().atMost(Address.PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(client.text("text")).isEqualTo("Süperhero"));
    }

    private static Bytes large() {
        byte[] bytes = new byte[MEBIBYTE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        return Bytes.of(bytes);
    }

    private static Address resp() {
        return Address.loopback(proxy.respPort());
    }

    private static ProxyServer start(int respPort) {
        return ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=" + respPort,
                "--admin-port=none",
                "--redis-host=127.0.0.1",
                "--redis-port=" + redis.address().port()));
    }
}
