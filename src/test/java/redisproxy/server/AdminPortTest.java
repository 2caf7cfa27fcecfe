package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisServerProcess;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AdminPortTest {
    @Test
    void isLiveAndReadyWithoutRedis() {
        try (ProxyServer proxy = start("--redis-port=1", "--admin-port=0")) {
            assertThat(get(proxy, "/livez").status()).isEqualTo(200);
            assertThat(get(proxy, "/readyz").status()).isEqualTo(200);
            assertThat(text(get(proxy, "/readyz?verbose"))).doesNotContain("redis");
        }
    }

    @Test
    void isNotReadyBeforeItServesAndOnceItIsToStop() {
        try (ProxyServer proxy = start("--redis-port=1", "--admin-port=0")) {
            proxy.unready();

            assertThat(text(get(proxy, "/readyz")))
                    .isEqualTo(
                            "[+]ports ok\n[-]draining failed: the proxy has been told to stop\nreadyz check failed\n");
            assertThat(get(proxy, "/livez").status()).isEqualTo(200);
            assertThat(HttpConnection.get(Address.loopback(proxy.httpPort()), "/")
                            .status())
                    .isEqualTo(200);
        }
        Readiness readiness = new Readiness();
        assertThat(readiness.isReady()).isFalse();
        assertThat(readiness.notServing()).isEqualTo("the ports are being opened");
    }

    @Test
    void isReadyWithRedisAloneIfToldSo() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                ProxyServer proxy =
                        start("--redis-port=" + redis.address().port(), "--admin-port=0", "--ready-needs-redis=true")) {
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(get(proxy, "/readyz?verbose").status()).isEqualTo(200));
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(text(get(proxy, "/metrics"))).contains("\nredis_proxy_ready 1.0\n"));

            redis.stop();

            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(text(get(proxy, "/readyz"))).contains("[-]redis failed: Redis does not answer"));
            assertThat(text(get(proxy, "/metrics"))).contains("\nredis_proxy_ready 0.0\n");
            assertThat(get(proxy, "/livez").status()).isEqualTo(200);
        }
    }

    @Test
    void isNotReadyBeforeRedisHasAnsweredIfToldSo() {
        try (ProxyServer proxy = start("--redis-port=1", "--admin-port=0", "--ready-needs-redis=true")) {
            assertThat(text(get(proxy, "/readyz"))).contains("[-]redis failed: Redis ");
        }
    }

    @Test
    void isLeftOutIfItsDefaultIsTaken() {
        try (ProxyServer first = start("--redis-port=1");
                ProxyServer second = start("--redis-port=1")) {
            // Another process may have it.
            assertThat(second.adminPort()).isNull();
            assertThat(HttpConnection.get(Address.loopback(second.httpPort()), "/")
                            .status())
                    .isEqualTo(200);
            assertThat(second.toString()).doesNotContain("admin");
            assertThat(first.adminPort()).isIn(null, 5020);
        }
    }

    @Test
    void isAnErrorIfThePortThatWasAskedForIsTaken() {
        try (ProxyServer first = start("--redis-port=1", "--admin-port=0")) {
            int taken = first.adminPort();
            assertThatThrownBy(() -> start("--redis-port=1", "--admin-port=" + taken))
                    .isInstanceOf(StartException.class)
                    .hasMessage("cannot listen on 127.0.0.1:%d (ADMIN_PORT): Address already in use", taken);
        }
        assertThatThrownBy(() -> start("--redis-port=1", "--admin-host=no.such.host.invalid", "--admin-port=0"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("(ADMIN_PORT): no.such.host.invalid");
    }

    @Test
    void isClosedOnRequest() {
        int port = FreePort.find();
        try (ProxyServer proxy = start("--redis-port=1", "--admin-port=" + port)) {
            assertThat(proxy.adminPort()).isEqualTo(port);
            assertThat(proxy.toString()).contains(" admin http://127.0.0.1:" + port + ",");
        }
        assertThat(Address.loopback(port).isOpen()).isFalse();
        try (ProxyServer proxy = start("--redis-port=1", "--admin-port=none")) {
            assertThat(proxy.adminPort()).isNull();
        }
    }

    private static HttpAnswer get(ProxyServer proxy, String target) {
        return HttpConnection.get(Address.loopback(proxy.adminPort()), target);
    }

    private static String text(HttpAnswer answer) {
        return answer.body().asUtf8();
    }

    private static ProxyServer start(String... more) {
        List<String> flags = new ArrayList<>(
                List.of("--proxy-host=127.0.0.1", "--proxy-port=0", "--tcp-port=0", "--redis-host=127.0.0.1"));
        flags.addAll(List.of(more));
        return ProxyServer.start(ProxyConfig.fromArgs(flags.toArray(String[]::new)));
    }
}
