package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.measure.EventLog;
import redisproxy.testkit.RedisServerProcess;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BackingServerTest {
    private final AtomicLong nanos = new AtomicLong(7);
    private final BackingServer backing = new BackingServer(nanos::get);

    private boolean isKnownSoon() {
        try {
            Awaitility.await()
                    .atMost(Duration.ofMillis(500))
                    .until(() -> backing.known().isKnown());
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    /** The clients that came first wait for a second by that clock, and then get the proxy's own commands. */
    @Test
    void aServerThatStartsIsAskedBeforeFirstClientsGiveUp() {
        try (RedisServerProcess late = RedisServerProcess.stopped();
                ReadThroughCache cache =
                        new ReadThroughCache(CacheConfig.defaults(), new FakeStore(), Ticker.system());
                RedisNode node = new RedisNode(
                        StoreFixture.config(late.address(), 1, StoreFixture.LONG),
                        null,
                        Duration.ofSeconds(1),
                        Rerouting.NONE,
                        backing,
                        new EventLog())) {
            node.start(cache.addOrigin("late"));
            assertThat(backing.get(node).isKnown()).isFalse();
            assertThat(isKnownSoon()).isFalse();
            late.start();
            boolean isKnown = false;
            for (int i = 0; i < 15 && !isKnown; i++) {
                nanos.addAndGet(Duration.ofMillis(60).toNanos());
                backing.get(node);
                isKnown = isKnownSoon();
            }
            assertThat(isKnown).isTrue();
        }
    }
}
