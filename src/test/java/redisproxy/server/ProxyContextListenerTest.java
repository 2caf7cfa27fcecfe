package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a servlet container decides, whatever is set. */
final class ProxyContextListenerTest {
    @Test
    void portOfHttpsHasNoEffect() {
        Settings given = new Settings().orFromNames(Map.of("PROXY_TLS_PORT", "5443")::get);
        assertThat(ProxyContextListener.ignored(given))
                .containsExactly(
                        "PROXY_TLS_PORT has no effect in a servlet container, which serves HTTP (expected: HTTPS in its own configuration)");
        assertThat(ProxyContextListener.ignored(new Settings())).isEmpty();
    }
}
