package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.testkit.Address;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AbortableSocketsTest {
    @Test
    void abortEndsAnAttempt() throws Exception {
        try (FullBacklog dead = new FullBacklog()) {
            AbortableSockets sockets = sockets(dead.address(), Duration.ofSeconds(30));
            CompletableFuture<Socket> attempt = CompletableFuture.supplyAsync(sockets::createSocket);
            Thread.sleep(100);
            assertThat(attempt).isNotDone();
            sockets.abort();
            assertThatThrownBy(() -> attempt.get(1, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(JedisConnectionException.class);
            assertThatThrownBy(sockets::createSocket).isInstanceOf(JedisConnectionException.class);
        }
    }

    /** The system alone would try after one second, after three, and after seven. */
    @Test
    void connectsSoonAfterTheHostIsBack() throws Exception {
        try (FullBacklog dead = new FullBacklog()) {
            AbortableSockets sockets = sockets(dead.address(), Duration.ofSeconds(30));
            CompletableFuture<Socket> attempt = CompletableFuture.supplyAsync(sockets::createSocket);
            Thread.sleep(3_200);
            assertThat(attempt).isNotDone();
            dead.comeBack();
            try (Socket connected = attempt.get(2, TimeUnit.SECONDS)) {
                assertThat(connected.isConnected()).isTrue();
            }
        }
    }

    @Test
    void endsWithTheTimeout() {
        try (FullBacklog dead = new FullBacklog()) {
            AbortableSockets sockets = sockets(dead.address(), Duration.ofMillis(1_500));
            long startedNanos = System.nanoTime();
            assertThatThrownBy(sockets::createSocket)
                    .isInstanceOf(JedisConnectionException.class)
                    .satisfies(failure ->
                            assertThat(Failures.root(failure)).hasMessageContainingAll("onnect", "timed out"));
            assertThat(Duration.ofNanos(System.nanoTime() - startedNanos))
                    .isBetween(Duration.ofMillis(1_450), Duration.ofMillis(2_500));
        }
    }

    private static AbortableSockets sockets(Address address, Duration timeout) {
        return new AbortableSockets(
                new NodeAddress(address.host(), address.port()),
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(Math.toIntExact(timeout.toMillis()))
                        .build());
    }
}
