package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

final class RunningScriptsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Reply PONG = new Reply.Simple("PONG");

    private final AtomicLong nanos = new AtomicLong();
    private final RunningScripts scripts = new RunningScripts(nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void oneIsLongThatHasNotEndedAfterAWhile() {
        Runnable end = scripts.begin("eval", /* isBulk= */ false);
        assertThat(scripts.areLong()).isFalse();
        pass(Duration.ofMillis(100));
        assertThat(scripts.areLong()).isTrue();
        end.run();
        assertThat(scripts.areLong()).isFalse();
    }

    @Test
    void otherCommandsAreNone() {
        Runnable end = scripts.begin("blpop", /* isBulk= */ false);
        pass(Duration.ofMillis(100));
        assertThat(scripts.areLong()).isFalse();
        end.run();
        assertThat(scripts.areLong()).isFalse();
    }

    @Test
    void noneIsLongWhileOthersEnd() {
        Runnable first = scripts.begin("eval", /* isBulk= */ false);
        Runnable second = scripts.begin("eval", /* isBulk= */ false);
        pass(Duration.ofMillis(60));
        first.run();
        pass(Duration.ofMillis(60));
        assertThat(scripts.areLong()).isFalse();
        pass(Duration.ofMillis(60));
        assertThat(scripts.areLong()).isTrue();
        second.run();
    }

    @Test
    void othersLeaveByTheConnectionsWithoutALongOne() {
        Runnable usual = scripts.begin("eval", /* isBulk= */ false);
        pass(Duration.ofMillis(100));
        assertThat(scripts.leavesAsBulk(/* isBulk= */ false)).isTrue();
        assertThat(scripts.leavesAsBulk(/* isBulk= */ true)).isTrue();
        Runnable bulk = scripts.begin("eval", /* isBulk= */ true);
        pass(Duration.ofMillis(100));
        assertThat(scripts.leavesAsBulk(/* isBulk= */ false)).isFalse();
        usual.run();
        assertThat(scripts.leavesAsBulk(/* isBulk= */ true)).isFalse();
        bulk.run();
        assertThat(scripts.leavesAsBulk(/* isBulk= */ true)).isTrue();
    }

    @Test
    void whileOneTakesLongOthersAreToldSoByRedis() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient running = port.connect();
                RespClient other = port.connect();
                RespClient direct = RespClient.connect(REDIS.address())) {
            assertThat(direct.call("CONFIG", "SET", "lua-time-limit", "10")).isEqualTo(new Reply.Simple("OK"));
            assertThat(other.call("PING")).isEqualTo(PONG);
            running.send(RespClient.encode("EVAL", "while true do end", "0"));
            try {
                await().until(() -> isBusy(other.call("PING")));
                assertThat(isBusy(other.call("PING", "message"))).isTrue();
                assertThat(isBusy(other.call("SET", "k", "1"))).isTrue();
                assertThat(other.call("SCRIPT", "KILL")).isEqualTo(new Reply.Simple("OK"));
            } finally {
                direct.call("SCRIPT", "KILL");
            }
            assertThat(running.read()).isInstanceOf(Reply.Failure.class);
            assertThat(other.call("PING")).isEqualTo(PONG);
            assertThat(other.call("PING", "message")).isEqualTo(Reply.bulk("message"));
            assertThat(other.call("SET", "k", "1")).isEqualTo(new Reply.Simple("OK"));
        }
    }

    private static boolean isBusy(Reply reply) {
        return reply instanceof Reply.Failure failure && failure.toString().contains("BUSY");
    }
}
