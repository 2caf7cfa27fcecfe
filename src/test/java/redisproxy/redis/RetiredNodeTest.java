package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.config;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.measure.EventLog;
import redisproxy.testkit.RedisServerProcess;

/** What a node has not answered when it is not asked any more. */
final class RetiredNodeTest {
    private final Queue<Request> takenOver = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        StoreFixture.awaitNoThreads();
    }

    /** A host that has died answers no attempt to connect. */
    @Test
    void isTakenOverWhileAConnectionIsBeingMade() {
        try (FullBacklog dead = new FullBacklog()) {
            StandaloneStore store = new StandaloneStore(
                    config(dead.address(), 1, LONG), null, Duration.ofSeconds(1), taking(), new EventLog());
            ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
            store.start(cache);
            Outcome connecting = StoreFixture.load(cache, "first");
            Outcome queued = StoreFixture.load(cache, "second");
            long started = System.nanoTime();
            Thread retiring = new Thread(store::retire);
            retiring.start();
            StoreFixture.recovers(() -> assertThat(takenOver)
                    .filteredOn(KeyRequest.class::isInstance)
                    .hasSize(2));
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(LONG.dividedBy(2));
            assertThat(connecting.isDone()).isFalse();
            assertThat(queued.isDone()).isFalse();
            cache.close();
        }
    }

    @Test
    void logsWhatBecameOfAServerThatWasUnreachable() {
        try (RedisServerProcess stopped = RedisServerProcess.stopped();
                LogLines log = new LogLines()) {
            StandaloneStore store = new StandaloneStore(
                    config(stopped.address(), 1, LONG), null, Duration.ofSeconds(1), taking(), new EventLog());
            ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
            store.start(cache);
            assertThat(StoreFixture.load(cache, "k").failure().isErrorReply()).isFalse();
            assertThat(log.with(stopped.address() + " is unreachable")).hasSize(1);
            store.retire();
            assertThat(log.with(stopped.address() + " is not waited for any longer"))
                    .hasSize(1);
            cache.close();
        }
    }

    @Test
    void logsNothingOfAServerThatAnswered() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                LogLines log = new LogLines()) {
            StandaloneStore store = new StandaloneStore(
                    config(redis.address(), 1, LONG), null, Duration.ofSeconds(1), taking(), new EventLog());
            ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
            store.start(cache);
            assertThat(StoreFixture.load(cache, "k").value()).isNull();
            store.retire();
            assertThat(log.with(redis.address().toString())).isEmpty();
            cache.close();
        }
    }

    private Rerouting taking() {
        return new Rerouting() {
            @Override
            public boolean takesOver(Request request, String error) {
                return false;
            }

            @Override
            public List<Request> takeOver(List<Request> unfinished) {
                takenOver.addAll(unfinished);
                return List.of();
            }

            @Override
            public void serverFailed() {}
        };
    }
}
