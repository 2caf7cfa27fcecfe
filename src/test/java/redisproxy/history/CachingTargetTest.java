package redisproxy.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import redisproxy.history.CachingTarget.Writing;
import redisproxy.history.RandomClient.Keys;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.TcpRelay;

/** The cache with a real Redis, and ways to write that are wrong: these show what the checker finds. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CachingTargetTest {
    private static final long COMMANDS = 30_000;

    /** Wrong ones are caught in the first or second round nearly always, and much later where clients hardly run at the same time. */
    private static final int ROUNDS = 100;

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
    void redisIsLinearizable() throws Exception {
        Clients clients = new Clients(new Keys("bare:", 4, 2, true, true), 1, COMMANDS);
        List<Operation> history = clients.useThroughFaults(new RespTarget(relay.address()), relay, redis.address());
        assertThat(history).filteredOn(each -> !each.isKnown()).isNotEmpty();
        LinearizabilityChecker.check(history);
    }

    @Test
    void fencedWritesAreLinearizable() throws Exception {
        Clients clients = new Clients(new Keys("fenced:", 4, 2, true, true), 2, COMMANDS);
        try (CachingTarget target = new CachingTarget(relay.address(), Writing.FENCED)) {
            LinearizabilityChecker.check(clients.useThroughFaults(target, relay, redis.address()));
            assertThat(target.hits()).isPositive();
        }
    }

    @Test
    void fencedWritesAreLinearizableWhereNothingBreaks() throws Exception {
        Clients clients = new Clients(new Keys("calm:", 4, 2, true, true), 3, COMMANDS);
        try (CachingTarget target = new CachingTarget(redis.address(), Writing.FENCED)) {
            LinearizabilityChecker.check(clients.use(target));
            assertThat(target.hits()).isGreaterThan(COMMANDS / 20);
            assertThat(target.pendingWrites()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FENCED")
    void anyOtherWayIsCaught(Writing writing) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Clients clients =
                    new Clients(new Keys(writing + ":" + round + ":", 2, 1, false, true), round, COMMANDS / 3);
            try (CachingTarget target = new CachingTarget(redis.address(), writing)) {
                LinearizabilityChecker.check(clients.use(target));
            } catch (AssertionError caught) {
                assertThat(caught).hasMessageStartingWith("no order explains");
                return;
            }
        }
        fail("%s was not caught".formatted(writing));
    }
}
