package redisproxy.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.history.RandomClient.Keys;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.TcpRelay;

/**
 * Clients that read and write few keys through one proxy, at the same time, while its connections to Redis break. All that they get is as if their
 * commands had been executed one after the other.
 *
 * <p>Properties set the number of commands, and which they are: {@code ./mvnw -Dlint=false test -Dtest=HistoryTest
 * -Dhistory.operations=10000000 -Dhistory.seed=7}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HistoryTest {
    private static final long OPERATIONS = Long.getLong("history.operations", 100_000);
    private static final long SEED = Long.getLong("history.seed", 1);

    /** What is recorded takes memory: each round has keys of its own, and is checked when it has ended. */
    private static final long ROUND = 100_000;

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
    void historiesAreLinearizableWhileConnectionsBreak() throws Exception {
        try (ProxyServer proxy = start(relay.address())) {
            Target target = new RespTarget(Address.loopback(proxy.respPort()));
            for (long done = 0; done < OPERATIONS; done += ROUND) {
                Clients clients = new Clients(keys("broken:" + done + ":"), SEED + done, Math.min(ROUND, OPERATIONS));
                List<Operation> history = clients.useThroughFaults(target, relay, redis.address());
                assertThat(history).filteredOn(each -> !each.isKnown()).isNotEmpty();
                LinearizabilityChecker.check(history);
            }
        }
    }

    @Test
    void historiesAreLinearizableWhileNothingBreaks() throws Exception {
        try (ProxyServer proxy = start(redis.address())) {
            Target target = new RespTarget(Address.loopback(proxy.respPort()));
            for (long done = 0; done < OPERATIONS; done += ROUND) {
                Clients clients = new Clients(keys("calm:" + done + ":"), SEED + done, Math.min(ROUND, OPERATIONS));
                List<Operation> history = clients.use(target);
                assertThat(history).allMatch(Operation::isKnown);
                LinearizabilityChecker.check(history);
            }
        }
    }

    private static Keys keys(String prefix) {
        return new Keys(prefix, 6, 3, /* expire= */ true, /* transact= */ true);
    }

    private static ProxyServer start(Address address, String... flags) {
        List<String> all = new ArrayList<>(List.of(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--ttl=3600",
                "--commands=all",
                "--redis-host=" + address.host(),
                "--redis-port=" + address.port()));
        all.addAll(List.of(flags));
        return ProxyServer.start(ProxyConfig.fromArgs(all.toArray(String[]::new)));
    }
}
