package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RespClient;

/** Clients that send all their requests, close their output, and then read the replies. Redis answers them all. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HalfClosedTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final PassingPort port = new PassingPort(REDIS.address(), "all");

    @AfterEach
    void close() {
        port.close();
    }

    private String replies(RespClient client, Bytes requests) {
        client.send(requests);
        client.finishSending();
        return client.readToEnd().asUtf8();
    }

    private static Bytes requests(String... lines) {
        return Bytes.utf8(String.join("\r\n", lines) + "\r\n");
    }

    @Test
    void aWriteThatWaitsForALoadIsExecuted() {
        try (RespClient client = port.connect()) {
            client.call("SET", "value", "0");
            REDIS.control().pause(Duration.ofMillis(200));
            assertThat(replies(client, requests("GET value", "SET value 1", "GET value")))
                    .isEqualTo("$1\r\n0\r\n+OK\r\n$1\r\n1\r\n");
        }
    }

    @Test
    void aTransactionIsExecuted() {
        try (RespClient client = port.connect();
                RespClient other = port.connect()) {
            client.call("SET", "t", "0");
            REDIS.control().pause(Duration.ofMillis(200));
            assertThat(replies(client, requests("MULTI", "INCR t", "INCR t", "EXEC", "PING")))
                    .isEqualTo("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n+PONG\r\n");
            assertThat(other.call("GET", "t").toString()).contains("2");
        }
    }

    @Test
    void aResetIsExecuted() {
        try (RespClient client = port.connect()) {
            REDIS.control().pause(Duration.ofMillis(200));
            assertThat(replies(client, requests("WATCH k", "GET none", "RESET", "PING")))
                    .isEqualTo("+OK\r\n$-1\r\n+RESET\r\n+PONG\r\n");
        }
    }

    @Test
    void theKeysOfAUserAreLookedAt() {
        port.authority.replace(TestUsers.of("user default on nopass +@all ~k*"));
        int keys = 900;
        String request = IntStream.range(0, keys).mapToObj(i -> " k" + i).collect(Collectors.joining());
        try (RespClient client = port.connect()) {
            assertThat(replies(client, requests("MGET" + request)))
                    .isEqualTo("*" + keys + "\r\n" + "$-1\r\n".repeat(keys));
        }
    }

    @Test
    void nothingIsWaitedForThatMayNeverCome() {
        try (RespClient client = port.connect()) {
            assertThat(replies(client, requests("PING", "BLPOP none 0", "SET value 2", "RESET")))
                    .isEqualTo("+PONG\r\n");
            await().atMost(Address.PATIENCE).until(() -> port.pinned().inUse() == 0);
        }
    }
}
