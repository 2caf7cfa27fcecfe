package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.redis.StoreFixture.LONG;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.FreePort;

/** What is made of the answers and the failures of one replica, in their order. */
final class ServerHealthTest {
    private static final String HISTORY = "one";
    private static final Replication LINKED = new Replication(false, true, true, HISTORY);
    private static final Replication CUT = new Replication(false, false, true, HISTORY);
    private static final Replication MASTER = new Replication(true, false, false, HISTORY);

    private final AtomicInteger changes = new AtomicInteger();
    private final ServerHealth health = new ServerHealth(
            new RedisNode(
                    StoreFixture.config(Address.loopback(FreePort.find()), 1, LONG),
                    null,
                    Duration.ofSeconds(1),
                    Rerouting.NONE,
                    new EventLog()),
            changes::incrementAndGet);

    private ServerHealth.Problem problem() {
        ServerHealth.Problem problem = health.asReplica(HISTORY, /* readsDisconnected= */ false);
        assertThat(problem).isNotNull();
        return problem;
    }

    private void tell(Replication told) {
        health.told(told, 1, null);
    }

    @Test
    void failureAloneIsNoReasonToLeave() {
        tell(LINKED);
        assertThat(health.suspect("gone")).isTrue();
        assertThat(problem().isToLeave()).isFalse();
        tell(LINKED);
        assertThat(health.asReplica(HISTORY, /* readsDisconnected= */ false)).isNull();
    }

    @Test
    void failureDoesNotHideThatTheMasterIsLost() {
        tell(CUT);
        assertThat(health.suspect("gone")).isTrue();
        assertThat(problem().isToLeave()).isTrue();
        tell(MASTER);
        assertThat(health.suspect("gone")).isTrue();
        assertThat(problem().isToLeave()).isTrue();
    }

    @Test
    void failureOfADisconnectedReplicaIsNoReasonToLeaveIfItMayBeReadFrom() {
        tell(CUT);
        assertThat(health.suspect("gone")).isTrue();
        assertThat(health.asReplica(HISTORY, /* readsDisconnected= */ true))
                .isEqualTo(new ServerHealth.Problem("gone", /* isToLeave= */ false));
    }

    /** It has failed, so that others are asked; whether its values are kept may change with another master. */
    @Test
    void failedReplicaIsNotLeftBecauseTheMasterHasChanged() {
        tell(LINKED);
        assertThat(health.suspect("gone")).isTrue();
        ServerHealth.Problem problem = health.asReplica("two", /* readsDisconnected= */ false);
        assertThat(problem).isEqualTo(new ServerHealth.Problem("gone", /* isToLeave= */ false));
    }

    @Test
    void lossIsNewsAfterAFailure() {
        tell(LINKED);
        assertThat(health.suspect("gone")).isTrue();
        int before = changes.get();
        assertThat(health.fail(new ServerHealth.Problem("no replica", /* isToLeave= */ true)))
                .isTrue();
        assertThat(changes).hasValue(before + 1);
        assertThat(problem().why()).isEqualTo("no replica");
        assertThat(health.suspect("gone")).isFalse();
    }
}
