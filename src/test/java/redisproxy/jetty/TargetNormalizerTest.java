package redisproxy.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TargetNormalizerTest {
    private static RedisServerProcess redis;
    private static RedisControl control;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        redis = RedisServerProcess.started();
        control = redis.control();
        proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host",
                "127.0.0.1",
                "--proxy-port",
                "0",
                "--tcp-port",
                "0",
                "--admin-port",
                "none",
                "--redis-host",
                redis.address().host(),
                "--redis-port",
                Integer.toString(redis.address().port())));
    }

    @AfterAll
    static void stop() {
        proxy.close();
        control.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/k",
                "/a/b",
                "/a.b",
                "/a..b",
                "/k?x=%",
                "/query?key=%00",
                "//query?key=a",
                "/a+b",
                "/~a_b-c",
                "*",
                "http://h/k",
                "https://h:81/k?x",
                "http://[::1]/k"
            })
    void leavesPlainTargetsAlone(String target) {
        assertThat(TargetNormalizer.normalize("GET", target)).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        "/.., /query?key=..",
        "/./a, /query?key=.%2Fa",
        "/a/../b, /query?key=a%2F..%2Fb",
        "/%00, /query?key=%00",
        "/a;b, /query?key=a%3Bb",
        "/a%2Fb?c, /query?key=a%2Fb",
        "//a, /query?key=%2Fa",
        "/a+b%, /query?key=a%2Bb%",
        "/a&key=b%20, /query?key=a%26key%3Db%20",
        "/#a, /query?key=%23a",
        "/query?key=a#b, /query?key=a%23b",
        "http://h/.., http://h/query?key=..",
        "HTTP://h:/a;b, http://h/query?key=a%3Bb",
        "http://h, http://h/",
        "http://h?key=k, http://h/?key=k"
    })
    void movesOthersIntoTheQuery(String target, String normalized) {
        assertThat(TargetNormalizer.normalize("GET", target)).isEqualTo(normalized);
    }

    @ParameterizedTest
    @CsvSource({
        "/.., ..",
        "/., .",
        "/a/../b, a/../b",
        "/../../etc/passwd, ../../etc/passwd",
        "/a//b, a//b",
        "//a, /a",
        "///, //",
        "/a;b=c;d, a;b=c;d",
        "/;, ;",
        "/a%2Fb, a/b",
        "/%2e%2e/a, ../a",
        "/a+b, a+b",
        "/a%2Bb, a+b",
        "/%, ",
        "/a%20b, a b",
        "/schlüssel, schlüssel",
        "/%C3%BC, ü",
        "/a|b^c`d{e}, a|b^c`d{e}",
        "/a\\b, a\\b",
        "/query/a, query/a",
        "/que%72y, query",
        "//que%72y, /query",
        "/a&b=c, a&b=c",
        "/:80, :80",
        "/a@b, a@b",
        "/http://x/y, http://x/y"
    })
    void everyPathIsItsKey(String target, String key) {
        if (key == null) {
            assertThat(get(Bytes.utf8(target)).status()).isEqualTo(400);
            return;
        }
        assertKey(Bytes.utf8(target), Bytes.utf8(key));
    }

    @Test
    void everyByteCanBeEncoded() {
        assertKey(Bytes.utf8("/" + encoded(Bytes.everyValue())), Bytes.everyValue());
        assertKey(Bytes.utf8("/query?key=" + encoded(Bytes.everyValue())), Bytes.everyValue());
        for (int value = 0; value < 256; value++) {
            Bytes key = Bytes.of((byte) value);
            assertKey(Bytes.utf8("/" + encoded(key)), key);
        }
    }

    @Test
    void randomPathsAreTheirKeys() {
        Random random = new Random(11);
        String raw = "abc/.;+~_-:@!$&'()*,=[]|\\^`{}\"<>äß€";
        for (int i = 0; i < 400; i++) {
            StringBuilder path = new StringBuilder("/");
            ByteArrayOutputStream key = new ByteArrayOutputStream();
            int length = 1 + random.nextInt(12);
            for (int at = 0; at < length; at++) {
                if (random.nextInt(4) == 0) {
                    byte value = (byte) random.nextInt();
                    path.append(String.format(random.nextBoolean() ? "%%%02X" : "%%%02x", value));
                    key.write(value);
                } else {
                    String one = raw.substring(random.nextInt(raw.length())).substring(0, 1);
                    path.append(one);
                    key.writeBytes(one.getBytes(UTF_8));
                }
            }
            assertKey(Bytes.utf8(path.toString()), Bytes.of(key.toByteArray()));
        }
    }

    /** In origin form and in absolute form. */
    private static void assertKey(Bytes target, Bytes key) {
        Bytes value = Bytes.utf8("value of ").plus(key);
        control.set(key, value);
        for (Bytes form : List.of(target, Bytes.utf8("http://other:81").plus(target))) {
            HttpAnswer answer = get(form);
            assertThat(answer.status()).as("GET %s", form).isEqualTo(200);
            assertThat(answer.body()).as("GET %s", form).isEqualTo(value);
        }
    }

    private static HttpAnswer get(Bytes target) {
        try (HttpConnection connection = HttpConnection.connect(Address.loopback(proxy.httpPort()))) {
            connection.send(Bytes.utf8("GET ").plus(target).plus(Bytes.utf8(" HTTP/1.1\r\nHost: h\r\n\r\n")));
            return connection.read();
        }
    }

    private static String encoded(Bytes bytes) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : bytes.toArray()) {
            encoded.append(String.format("%%%02X", each));
        }
        return encoded.toString();
    }
}
