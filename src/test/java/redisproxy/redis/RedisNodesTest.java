package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.FreePort;

/** Which nodes are kept when the slots are told anew. */
final class RedisNodesTest {
    private final NodeAddress first = new NodeAddress("127.0.0.1", FreePort.find());
    private final NodeAddress second = new NodeAddress("127.0.0.1", FreePort.find());
    private final ReadThroughCache cache =
            new ReadThroughCache(CacheConfig.defaults(), new FakeStore(), Ticker.system());
    private final RedisNodes nodes = new RedisNodes((address, role) -> new RedisNode(
            StoreFixture.config(Address.loopback(address.port()), 1, StoreFixture.LONG),
            null,
            Duration.ofSeconds(1),
            new Failing(),
            new EventLog()));

    @BeforeEach
    void start() {
        nodes.start(cache);
    }

    @AfterEach
    void close() {
        nodes.close();
        cache.close();
        StoreFixture.awaitNoThreads();
    }

    @Test
    void theOneThatIsReplacedIsRemovedAtOnce() {
        nodes.at(first, ServerRole.ANY);
        nodes.removeAllBut(Set.of(first));
        nodes.at(second, ServerRole.ANY);
        nodes.removeAllBut(Set.of(second));
        assertThat(nodes.all()).containsOnlyKeys(second);
    }

    /** Another node has referred to it: the slots that it holds have not been told yet. */
    @Test
    void theOneThatIsNotNamedYetIsKept() {
        nodes.at(first, ServerRole.ANY);
        nodes.at(second, ServerRole.ANY);
        nodes.removeAllBut(Set.of(first));
        assertThat(nodes.all()).containsOnlyKeys(first, second);
    }

    private static final class Failing implements Rerouting {
        @Override
        public boolean takesOver(Request request, String error) {
            return false;
        }

        @Override
        public List<Request> takeOver(List<Request> unfinished) {
            InFlight.fail(unfinished, BackingStoreException.unavailable("nobody is asked any more", null));
            return List.of();
        }

        @Override
        public void serverFailed() {}
    }
}
