package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.OptionalDouble;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;
import redisproxy.testkit.KeepAliveTimer;
import redisproxy.testkit.Polling;

/** Clients and Redis are probed when they have said nothing for some minutes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KeepAliveTest {
    @Test
    void everyConnectionIsProbedWithinFiveMinutes() throws Exception {
        assumeThat(KeepAliveTimer.isKnown()).isTrue();
        try (ServerSocket redis = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Core core = Core.withBothPorts(
                        StartSettings.fixed(ProxyConfig.fromArgs(
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
                                Integer.toString(redis.getLocalPort()))),
                        why -> {})) {
            core.start();
            isProbed(core.ports().bound(SettingsCatalog.PROXY_PORT));
            isProbed(core.ports().bound(SettingsCatalog.TCP_PORT));
            assertThat(awaitTimerOfALink(redis)).isBetween(1.0, 60.0);
        }
    }

    /** A link that is not answered is replaced each second, which a timer may be looked for too late for. */
    private static double awaitTimerOfALink(ServerSocket redis) throws Exception {
        redis.setSoTimeout(Math.toIntExact(Address.PATIENCE.toMillis()));
        long endNanos = System.nanoTime() + Address.PATIENCE.toNanos();
        while (System.nanoTime() - endNanos < 0) {
            try (Socket link = redis.accept()) {
                // Its first bytes are sent and acknowledged before the timer is that of keep-alive.
                OptionalDouble timer = Polling.atMost(Duration.ofSeconds(1))
                        .until(
                                () -> KeepAliveTimer.seconds(link.getPort(), link.getLocalPort()),
                                OptionalDouble::isPresent);
                return timer.orElseThrow();
            } catch (ConditionTimeoutException e) {
                // The next link is looked at.
            }
        }
        throw new AssertionError("no link has a timer");
    }

    private static void isProbed(int port) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(awaitTimer(port, client.getLocalPort())).isBetween(1.0, 300.0);
        }
    }

    private static double awaitTimer(int from, int to) {
        return Polling.atMost(Address.PATIENCE)
                .until(() -> KeepAliveTimer.seconds(from, to), OptionalDouble::isPresent)
                .orElseThrow();
    }
}
