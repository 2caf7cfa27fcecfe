package redisproxy.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.TcpRelay;

/**
 * Clients count up and read the same counters through two proxies that are told of writes, and at Redis itself. No connection sees a counter go
 * back, whichever commands it reads by.
 *
 * <p>{@code -Dhistory.operations} sets the number of commands, and {@code -Dhistory.seed} which they are.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MonotonicReadsTest {
    private static final long OPERATIONS = Long.getLong("history.operations", 40_000);
    private static final long SEED = Long.getLong("history.seed", 1);

    private static RedisServerProcess redis;
    private static TcpRelay relay;

    @BeforeAll
    static void start() {
        redis = RedisServerProcess.started();
        relay = new TcpRelay(redis.address());
    }

    @AfterAll
    static void stop() {
        relay.close();
        redis.close();
    }

    @Test
    void noCounterGoesBackWhileNothingBreaks() throws Exception {
        CountingClients clients = new CountingClients("calm:", SEED, OPERATIONS);
        try (ProxyServer one = start(redis.address());
                ProxyServer two = start(redis.address())) {
            clients.use(targets(redis.address(), one, two));
        }
        assertThat(clients.reads()).isGreaterThan(OPERATIONS / 2);
        assertThat(clients.failures()).isZero();
    }

    @Test
    void noCounterGoesBackWhileConnectionsBreak() throws Exception {
        CountingClients clients = new CountingClients("broken:", SEED, OPERATIONS);
        try (ProxyServer one = start(relay.address());
                ProxyServer two = start(relay.address())) {
            clients.useThroughFaults(targets(relay.address(), one, two), relay, redis.address());
        }
        assertThat(clients.reads()).isGreaterThan(OPERATIONS / 10);
        assertThat(clients.failures()).isPositive();
    }

    /** One of the clients writes to Redis itself. */
    private static List<Target> targets(Address writer, ProxyServer one, ProxyServer two) {
        return IntStream.range(0, CountingClients.COUNT)
                .mapToObj(i -> switch (i) {
                    case 0 -> writer;
                    default -> Address.loopback(i % 2 == 0 ? one.respPort() : two.respPort());
                })
                .<Target>map(RespTarget::new)
                .toList();
    }

    private static ProxyServer start(Address address) {
        return ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--ttl=3600",
                "--coherence=tracking",
                "--commands=all",
                "--redis-host=" + address.host(),
                "--redis-port=" + address.port()));
    }
}
