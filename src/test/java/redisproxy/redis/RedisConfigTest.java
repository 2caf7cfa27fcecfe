package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RedisConfigTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void defaults() {
        assertThat(RedisConfig.defaults())
                .isEqualTo(new RedisConfig("localhost", 6379, null, null, 0, 8, Duration.ofSeconds(5)));
    }

    @Test
    void printsNoCredentials() {
        RedisConfig config = new RedisConfig("redis", 6379, "alice", "secret", 3, 8, SECOND);
        assertThat(config.toString())
                .contains("redis:6379/3", "poolSize=8")
                .doesNotContain("alice")
                .doesNotContain("secret");
    }

    @Test
    void addressBracketsVersion6() {
        assertThat(RedisConfig.defaults().address()).isEqualTo("localhost:6379");
        assertThat(new RedisConfig("::1", 1, null, null, 0, 1, SECOND).address())
                .isEqualTo("[::1]:1");
    }

    @Test
    void acceptsItsBounds() {
        assertThat(new RedisConfig("h", 1, null, null, 0, 1, Duration.ofMillis(1)).port())
                .isOne();
        assertThat(new RedisConfig("h", 65_535, null, "p", 1_000_000, 1_000, Duration.ofHours(1)).poolSize())
                .isEqualTo(1_000);
    }

    @Test
    void refusesWhatIsOutOfBounds() {
        assertRefused("port: 0 (expected: 1 to 65535)", () -> config("h", 0, 0, 1, SECOND));
        assertRefused("port: 65536 (expected: 1 to 65535)", () -> config("h", 65_536, 0, 1, SECOND));
        assertRefused("database: -1 (expected: 0 to 1000000)", () -> config("h", 1, -1, 1, SECOND));
        assertRefused("poolSize: 0 (expected: 1 to 1000)", () -> config("h", 1, 0, 0, SECOND));
        assertRefused("timeout: PT0S (expected: PT0.001S to PT1H)", () -> config("h", 1, 0, 1, Duration.ZERO));
        assertRefused("timeout: PT2H (expected: PT0.001S to PT1H)", () -> config("h", 1, 0, 1, Duration.ofHours(2)));
        assertRefused("host: blank (expected: a host name or an address)", () -> config(" ", 1, 0, 1, SECOND));
        assertRefused("user: alice has no password", () -> new RedisConfig("h", 1, "alice", null, 0, 1, SECOND));
    }

    private static RedisConfig config(String host, int port, int database, int poolSize, Duration timeout) {
        return new RedisConfig(host, port, null, null, database, poolSize, timeout);
    }

    private static void assertRefused(String message, Runnable making) {
        assertThatIllegalArgumentException().isThrownBy(making::run).withMessage(message);
    }
}
