package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'app' 'pw' | ERR unknown command 'HELLO'",
                "ERR unknown command `AUTH`, with args beginning with: `pw`,  | ERR unknown command `AUTH`",
                "ERR Unknown Command 'AUTH' 'app' 'pw' | ERR Unknown Command 'AUTH'",
                "ERR unknown command HELLO 3 AUTH app pw | ERR unknown command HELLO",
                "ERR unknown command, with args beginning with: 'pw' | ERR unknown command",
                "ERR unknown command | ERR unknown command",
                "ERR unknown subcommand 'X'. Try CLIENT HELP. | ERR unknown subcommand 'X'. Try CLIENT HELP.",
                "WRONGPASS invalid username-password pair | WRONGPASS invalid username-password pair",
            })
    void leavesOutWhatServersQuote(String error, String expected) {
        assertThat(Failures.oneLine(new RespReader.ErrorReply(error))).isEqualTo(expected);
        assertThat(Failures.oneLine(new JedisDataException(error))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"Unexpected end of stream., Unexpected end of stream", "why:, why", "1.5 s, 1.5 s"})
    void leavesOutPunctuationInFrontOfMore(String text, String expected) {
        assertThat(Failures.clause(text)).isEqualTo(expected);
        NodeConfig config = StoreFixture.config(Address.loopback(1), 1, Duration.ofSeconds(1));
        assertThat(Failures.describe(config, new JedisConnectionException(text)))
                .endsWith(": " + expected);
    }

    @Test
    void writesSecondsWithoutZeros() {
        assertThat(Failures.seconds(Duration.ofSeconds(5))).isEqualTo("5");
        assertThat(Failures.seconds(Duration.ofSeconds(100))).isEqualTo("100");
        assertThat(Failures.seconds(Duration.ofMillis(250))).isEqualTo("0.25");
    }
}
