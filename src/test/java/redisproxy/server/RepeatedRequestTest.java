package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** A connection's first request is answered by the servlet, one like it by the connection itself: in the same words. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RepeatedRequestTest {
    private static RedisServerProcess redis;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        redis = RedisServerProcess.started();
        try (RedisControl control = redis.control()) {
            set(control, "text", Bytes.utf8("Superhero \u00FC"));
            set(control, "binary", Bytes.of(new byte[] {(byte) 0xFF, 0, 1}));
            set(control, "empty", Bytes.of());
            for (int length : new int[] {1, 9, 10, 8 * 1024, 8 * 1024 + 1, 64 * 1024, 64 * 1024 + 1, 1024 * 1024}) {
                set(control, "of" + length, Bytes.of(new byte[length]));
            }
            control.call("LPUSH", "list", "x");
        }
        proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host",
                "127.0.0.1",
                "--proxy-port",
                "0",
                "--tcp-port",
                "0",
                "--redis-host",
                redis.address().host(),
                "--redis-port",
                Integer.toString(redis.address().port())));
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "binary",
                "empty",
                "of1",
                "of9",
                "of10",
                "of8192",
                "of8193",
                "of65536",
                "of65537",
                "of1048576",
                "absent",
                "list"
            })
    void isAnsweredAsTheFirstOne(String key) {
        Address address = Address.loopback(proxy.httpPort());
        try (HttpConnection connection = HttpConnection.connect(address)) {
            Bytes request = HttpConnection.request("GET /" + key);
            HttpAnswer first = exchange(connection, request);
            for (int i = 0; i < 3; i++) {
                HttpAnswer repeated = exchange(connection, request);
                assertThat(repeated.status()).isEqualTo(first.status());
                assertThat(undated(repeated)).isEqualTo(undated(first));
                assertThat(repeated.body()).isEqualTo(first.body());
            }
        }
    }

    private static HttpAnswer exchange(HttpConnection connection, Bytes request) {
        connection.send(request);
        return connection.read();
    }

    private static Map<String, List<String>> undated(HttpAnswer answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers());
        assertThat(headers.remove("date")).hasSize(1);
        return headers;
    }

    private static void set(RedisControl control, String key, Bytes value) {
        control.set(Bytes.utf8(key), value);
    }
}
