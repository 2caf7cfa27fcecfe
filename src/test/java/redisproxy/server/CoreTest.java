package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CoreTest {
    private static final String[] FLAGS = {
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
        "1"
    };

    @Test
    void infoShowsTheRequestsOverHttp() {
        try (Core core = Core.withBothPorts(StartSettings.fixed(ProxyConfig.fromArgs(FLAGS)), why -> {})) {
            core.start();
            HttpConnection.get(Address.loopback(core.ports().bound(SettingsCatalog.PROXY_PORT)), "/");
            try (RespClient client =
                    RespClient.connect(Address.loopback(core.ports().bound(SettingsCatalog.TCP_PORT)))) {
                Reply.Bulk info = (Reply.Bulk) client.call("INFO", "http");
                assertThat(info.bytes().asUtf8().lines()).contains("# Http", "http_requests:1", "http_welcome_pages:1");
            }
        }
    }

    @Test
    void saysThatBothPortsAreTheSame() {
        String[] flags = FLAGS.clone();
        try (Core first = Core.withBothPorts(StartSettings.fixed(ProxyConfig.fromArgs(FLAGS)), why -> {})) {
            first.start();
            flags[3] = Integer.toString(first.ports().bound(SettingsCatalog.PROXY_PORT));
        }
        flags[5] = flags[3];
        Core same = Core.withBothPorts(StartSettings.fixed(ProxyConfig.fromArgs(flags)), why -> {});
        assertThatThrownBy(same::start)
                .isInstanceOf(StartException.class)
                .hasMessageEndingWith("(PROXY_PORT and TCP_PORT are both %s; expected: two ports)", flags[3]);
    }

    @Test
    void showsUrlsOfIpv6() {
        String[] flags = FLAGS.clone();
        flags[1] = "[::1]";
        try (Core core = Core.withBothPorts(StartSettings.fixed(ProxyConfig.fromArgs(flags)), why -> {})) {
            core.start();
            assertThat(core.ports().toString()).matches("http://\\[::1]:\\d+ and redis://\\[::1]:\\d+");
        }
    }

    @Test
    void closesBeforeItStarts() {
        Core core = Core.withBothPorts(StartSettings.fixed(ProxyConfig.fromArgs(FLAGS)), why -> {});
        core.close();
        core.close();
    }

    @Test
    void closesEverythingIfAPortIsTaken() {
        try (Core first = Core.withBothPorts(StartSettings.fixed(ProxyConfig.fromArgs(FLAGS)), why -> {})) {
            first.start();
            int taken = first.ports().bound(SettingsCatalog.TCP_PORT);
            String[] flags = FLAGS.clone();
            flags[5] = Integer.toString(taken);
            Core second = Core.withBothPorts(StartSettings.fixed(ProxyConfig.fromArgs(flags)), why -> {});
            assertThatThrownBy(second::start).isInstanceOf(StartException.class).hasMessageContaining("(TCP_PORT)");
            assertThat(second.ports().server().isStopped()).isTrue();
            assertThat(second.ports().bound(SettingsCatalog.PROXY_PORT)).isNegative();
        }
    }
}
