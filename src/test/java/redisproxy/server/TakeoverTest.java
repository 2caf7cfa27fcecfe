package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.ProxyProcess;

/** A process takes the ports over from another one, while clients go on. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TakeoverTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final List<String> MAIN =
            List.of("-cp", System.getProperty("java.class.path"), "redisproxy.server.Main");
    private static final int CLIENTS = 2;
    private static final Bytes KEY = Bytes.utf8("Batman");
    private static final Bytes VALUE = Bytes.utf8("Bruce Wayne");

    private final int http = FreePort.find();
    private final int resp = FreePort.find();

    @Test
    void newConnectionsAreServedThroughout() {
        REDIS.control().set(KEY, VALUE);
        int takeovers = Integer.getInteger("takeover.count", 2);
        ProxyProcess serving = start("--reuse-port=true");
        NewConnections clients =
                NewConnections.start(Address.loopback(http), Address.loopback(resp), CLIENTS, KEY, VALUE);
        try (clients) {
            for (int i = 0; i < takeovers; i++) {
                ProxyProcess next = start("--reuse-port=true");
                serving.process().terminate();
                assertThat(serving.process().awaitExit())
                        .as(serving.process()::err)
                        .isZero();
                serving = next;
            }
        } finally {
            serving.close();
        }
        assertThat(clients.failures()).as("of %d requests", clients.requests()).isEmpty();
    }

    @Test
    void withoutTheSettingAPortHasOneProcess() {
        try (ProxyProcess first = start();
                ChildProcess second = launch("--reuse-port=true")) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.err()).contains("cannot listen on 127.0.0.1:" + http + " (PROXY_PORT)");
            assertThat(first.process().isAlive()).isTrue();
        }
        try (ProxyProcess first = start("--reuse-port=true");
                ChildProcess second = launch()) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.err()).contains("cannot listen on 127.0.0.1:" + http + " (PROXY_PORT)");
            assertThat(first.process().isAlive()).isTrue();
        }
    }

    private ProxyProcess start(String... more) {
        return ProxyProcess.start(MAIN, Map.of(), flags(more));
    }

    private ChildProcess launch(String... more) {
        return ProxyProcess.launch(MAIN, Map.of(), flags(more));
    }

    private List<String> flags(String... more) {
        List<String> flags = new ArrayList<>(List.of("--proxy-host", "127.0.0.1", "--redis-host", "127.0.0.1"));
        flags.addAll(List.of("--proxy-port", "" + http, "--tcp-port", "" + resp));
        flags.addAll(List.of("--redis-port", "" + REDIS.address().port()));
        flags.addAll(List.of(more));
        return flags;
    }
}
