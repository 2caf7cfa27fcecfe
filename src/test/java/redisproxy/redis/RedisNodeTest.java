package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.GRACE_MILLIS;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.SHORT;
import static redisproxy.redis.StoreFixture.awaitNoThreads;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;
import static redisproxy.redis.StoreFixture.ownThreads;
import static redisproxy.redis.StoreFixture.recovers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.NodeStats;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.ClassRedis;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisNodeTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final StoreFixture stores = new StoreFixture();

    @AfterEach
    void close() {
        stores.close();
    }

    /* --------------- Dead connections --------------- */

    @Test
    void killedConnectionsGoUnnoticed() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 4, LONG));
        for (int round = 0; round < 5; round++) {
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                REDIS.control().call("SET", "k" + round + "." + i, "v" + i);
                outcomes.add(load(cache, "k" + round + "." + i));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(outcomes.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
            }
            REDIS.control().call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
    }

    @Test
    void restartGoesUnnoticed() {
        try (RedisServerProcess other = RedisServerProcess.started()) {
            ReadThroughCache cache = stores.open(config(other.address(), 2, LONG));
            assertThat(load(cache, "a").value()).isNull();
            assertThat(load(cache, "b").value()).isNull();
            other.stop();
            other.start();
            try (RedisControl itsControl = other.control()) {
                itsControl.call("SET", "a", "1");
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                outcomes.add(load(cache, i == 0 ? "a" : "k" + i));
            }
            assertThat(outcomes.get(0).value()).isEqualTo(Bytes.utf8("1"));
            outcomes.forEach(Outcome::value);
        }
    }

    @Test
    void unreachableNamesAddressAndCause() {
        try (RedisServerProcess stopped = RedisServerProcess.stopped()) {
            ReadThroughCache cache = stores.open(config(stopped.address(), 2, LONG));
            Outcome outcome = load(cache, "k");
            assertThat(outcome.failure())
                    .hasMessage("Redis at %s is unreachable: Connection refused", stopped.address());
            assertThat(outcome.failure().isErrorReply()).isFalse();
            assertThat(outcome.millis()).isLessThan(5_000);
            stopped.start();
            recovers(() -> assertThat(load(cache, "k").value()).isNull());
            stopped.kill();
            await().atMost(Address.PATIENCE).until(() -> !stopped.address().isOpen());
            assertThat(load(cache, "k").failure())
                    .hasMessageContaining(stopped.address().toString());
            stopped.start();
            recovers(() -> assertThat(load(cache, "k").value()).isNull());
        }
    }

    /* --------------- Time --------------- */

    @Test
    void pausedRedisFailsAllInTime() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 2, SHORT));
        assertThat(load(cache, "warm").value()).isNull();
        REDIS.control().pause(Duration.ofMillis(1_500));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        for (Outcome outcome : outcomes) {
            assertThat(outcome.failure()).hasMessage("Redis at %s did not answer within 0.4 s", REDIS.address());
            assertThat(outcome.millis()).isBetween(SHORT.toMillis() - 1, SHORT.toMillis() + GRACE_MILLIS);
        }
        REDIS.control().call("SET", "back", "again");
        recovers(() -> assertThat(load(cache, "back").value()).isEqualTo(Bytes.utf8("again")));
    }

    @Test
    void loadsThatComeWhilePausedEndInTime() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 1, SHORT));
        assertThat(load(cache, "warm").value()).isNull();
        REDIS.control().pause(Duration.ofMillis(1_500));
        Outcome first = load(cache, "first");
        assertThat(first.failure()).hasMessageContaining("did not answer within");
        Outcome second = load(cache, "second");
        assertThat(second.failure()).hasMessageContaining("did not answer within");
        assertThat(second.millis()).isLessThan(SHORT.toMillis() + GRACE_MILLIS);
    }

    @Test
    void shortPauseIsWaitedFor() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 2, LONG));
        REDIS.control().call("SET", "k", "v");
        REDIS.control().pause(Duration.ofMillis(500));
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
    }

    /* --------------- Figures --------------- */

    @Test
    void countsWhatItDoes() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 1, LONG));
        REDIS.control().call("RPUSH", "list", "a");
        load(cache, "a").value();
        load(cache, "b").value();
        assertThat(load(cache, "list").failure().isErrorReply()).isTrue();
        await().atMost(Address.PATIENCE).until(() -> node(cache).linksInUse() == 0);
        NodeStats figures = node(cache);
        assertThat(figures.address()).isEqualTo(REDIS.address().toString());
        assertThat(figures.circuit()).isEqualTo(NodeStats.Circuit.CLOSED);
        assertThat(figures.linksOpen()).isOne();
        assertThat(figures.linksOpened()).isOne();
        assertThat(figures.linksBroken()).isZero();
        assertThat(figures.requests()).as("three loads and the probe").isEqualTo(4);
        assertThat(figures.queued()).isZero();
        assertThat(figures.longestWaitMillis()).isZero();
        assertThat(figures.errors()).isEqualTo(new NodeStats.Errors(0, 0, 0, 1));
    }

    @Test
    void countsAnsweredAndOverdueRequestsOfOneBatchApart() {
        ScriptedPeer[] self = new ScriptedPeer[1];
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                ScriptedPeer.send(client, "$1\r\nv\r\n");
            } else {
                self[0].keepSilent();
            }
        })) {
            self[0] = peer;
            StandaloneStore store =
                    new StandaloneStore(config(peer.address(), 1, Duration.ofSeconds(2)), null, new EventLog());
            ReadThroughCache cache = stores.add(store);
            Outcome answered = load(cache, "answered");
            Outcome overdue = load(cache, "overdue");
            store.start(cache);
            assertThat(answered.value()).isEqualTo(Bytes.utf8("v"));
            assertThat(overdue.failure()).hasMessageContaining("did not answer within");
            await().atMost(Address.PATIENCE).until(() -> node(cache).errors().timedOut() == 2);
            assertThat(node(cache).requests())
                    .as("the answered load, and perhaps the PING that finds out that the peer is back")
                    .isBetween(1L, 2L);
        }
    }

    @Test
    void probeThatIsNotPermittedFailsNoLoad() {
        REDIS.control().call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@all", "-ping");
        REDIS.control().call("SET", "k", "v");
        Address address = REDIS.address();
        StandaloneStore store = new StandaloneStore(
                StoreFixture.node(address, new Credentials("reader", new Password.Fixed("secret")), 0, 1, LONG),
                null,
                new EventLog());
        ReadThroughCache cache = stores.add(store);
        Outcome beside = load(cache, "k");
        store.start(cache);
        assertThat(beside.value()).isEqualTo(Bytes.utf8("v"));
        await().atMost(Address.PATIENCE).until(() -> node(cache).requests() == 2);
        assertThat(node(cache).linksBroken()).isZero();
    }

    @Test
    void countsWhatWaitsAndTimesOut() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 1, SHORT));
        load(cache, "warm").value();
        REDIS.control().pause(Duration.ofMillis(1_500));
        Outcome first = load(cache, "first");
        // It lasts until the timeout.
        Polling.atMost(Address.PATIENCE)
                .until(() -> node(cache).linksInUse() == 1 && node(cache).queued() == 0);
        Outcome second = load(cache, "second");
        assertThat(node(cache).queued()).isOne();
        assertThat(first.failure()).hasMessageContaining("did not answer within");
        assertThat(second.failure()).hasMessageContaining("did not answer within");
        await().atMost(Address.PATIENCE).until(() -> node(cache).errors().timedOut() == 2);
        assertThat(node(cache).linksBroken()).isPositive();
    }

    /** A request that comes soon after a failed attempt is refused. */
    @Test
    void countsAttemptsToConnectAndRefusals() {
        try (RedisServerProcess stopped = RedisServerProcess.stopped()) {
            ReadThroughCache cache = stores.open(config(stopped.address(), 1, LONG));
            await().atMost(Address.PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> load(cache, "k").failure() != null
                            && node(cache).errors().unreachable() > 0
                            && node(cache).errors().refused() > 0);
            assertThat(node(cache).linksOpened()).isZero();
        }
    }

    private static NodeStats node(ReadThroughCache cache) {
        return cache.storeStats().nodes().get(0);
    }

    /* --------------- Closing --------------- */

    @Test
    void closeFailsWhatWaits() {
        StandaloneStore store = new StandaloneStore(config(REDIS.address(), 2, LONG), null, new EventLog());
        ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
        assertThat(load(cache, "warm").value()).isNull();
        REDIS.control().pause(Duration.ofSeconds(3));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        cache.close();
        for (Outcome outcome : outcomes) {
            assertThat(outcome.isDone()).isTrue();
            assertThat(outcome.failure()).hasMessage("the proxy is shutting down");
        }
        assertThat(load(cache, "late").failure()).hasMessage("the proxy is shutting down");
        awaitNoThreads();
    }

    @Test
    void closeEndsTheThreads() {
        StandaloneStore store = new StandaloneStore(config(REDIS.address(), 3, LONG), null, new EventLog());
        ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
        store.start(cache);
        assertThat(load(cache, "k").value()).isNull();
        assertThat(ownThreads()).isNotEmpty();
        cache.close();
        cache.close();
        awaitNoThreads();
    }

    @Test
    void loadersAreStartedAsTheyAreNeeded() {
        CountDownLatch released = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            released.await();
            ScriptedPeer.send(client, "$-1\r\n");
        })) {
            ReadThroughCache cache = stores.open(config(peer.address(), 3, LONG.multipliedBy(3)));
            await().atMost(Address.PATIENCE)
                    .until(() -> node(cache).requests() == 1 && node(cache).linksInUse() == 0);
            assertThat(loaders()).as("for the probe").isOne();
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                int busy = Math.min(3, i);
                outcomes.add(load(cache, "k" + i));
                await().atMost(Address.PATIENCE).until(() -> node(cache).linksInUse() == busy);
            }
            assertThat(loaders()).isEqualTo(3);
            released.countDown();
            outcomes.forEach(outcome -> assertThat(outcome.value()).isNull());
        }
    }

    private static long loaders() {
        return ownThreads().stream().filter(name -> name.contains("loader")).count();
    }

    @Test
    void closesWithoutBeingStarted() {
        StandaloneStore store = new StandaloneStore(config(REDIS.address(), 3, LONG), null, new EventLog());
        store.close();
        assertThat(ownThreads()).isEmpty();
    }
}
