package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.testkit.Address;

final class FailuresTest {
    private final NodeConfig config = StoreFixture.config(new Address("localhost", 6379), 8, Duration.ofSeconds(5));

    @Test
    void namesAddressAndRootCause() {
        Throwable failure = new JedisConnectionException(
                "Failed to connect", new RuntimeException(new ConnectException("Connection refused")));
        assertThat(Failures.describe(config, failure))
                .isEqualTo("Redis at localhost:6379 is unreachable: Connection refused");
    }

    @Test
    void findsSuppressedCauses() {
        JedisConnectionException failure = new JedisConnectionException("Failed to connect to any host");
        failure.addSuppressed(new ConnectException("Connection refused"));
        assertThat(Failures.describe(config, failure)).endsWith(": Connection refused");
    }

    @Test
    void tellsRefusalFromOutage() {
        Throwable failure = new JedisAccessControlException("NOAUTH Authentication required.");
        assertThat(Failures.describe(config, failure))
                .isEqualTo("Redis at localhost:6379 asks for a password (NOAUTH): set REDIS_PASSWORD");
    }

    @Test
    void saysThatHostIsUnknown() {
        Throwable failure = new JedisConnectionException("Failed", new UnknownHostException("nowhere"));
        assertThat(Failures.describe(config, failure)).endsWith("is unreachable: unknown host nowhere");
    }

    @Test
    void staysOnOneLine() {
        assertThat(Failures.oneLine(new IllegalStateException("a\r\nb\n\nc"))).isEqualTo("a b c");
        assertThat(Failures.oneLine(new IllegalStateException("Unknown reply: \0\33[2J")))
                .isEqualTo("Unknown reply:  [2J");
        assertThat(Failures.oneLine(new IllegalStateException())).isEqualTo("IllegalStateException");
        assertThat(Failures.oneLine(new IllegalStateException(" "))).isEqualTo("IllegalStateException");
    }

    @Test
    void writesSecondsWithoutZeros() {
        assertThat(Failures.seconds(Duration.ofSeconds(5))).isEqualTo("5");
        assertThat(Failures.seconds(Duration.ofSeconds(100))).isEqualTo("100");
        assertThat(Failures.seconds(Duration.ofMillis(250))).isEqualTo("0.25");
    }
}
