package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.GRACE_MILLIS;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;
import static redisproxy.redis.StoreFixture.recovers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.ReadThroughCache;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

/** All connections of a pool swallow what is sent, as when a firewall has forgotten them; new ones work. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForgottenLinksTest {
    private static final int POOL = 4;

    private final StoreFixture stores = new StoreFixture();
    /** All connections of the pool are opened within it, on a machine that is busy with other tests. */
    private static final Duration TIMEOUT = Duration.ofMillis(1_500);

    private final Set<Object> clients = ConcurrentHashMap.newKeySet();
    private final Set<Object> forgotten = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isWarm = new AtomicBoolean();
    private final CountDownLatch allAsked = new CountDownLatch(POOL);
    private final ScriptedPeer peer = new ScriptedPeer((number, client) -> {
        if (forgotten.contains(client)) {
            return;
        }
        if (clients.add(client) && !isWarm.get()) {
            allAsked.countDown();
            allAsked.await();
        }
        ScriptedPeer.send(client, "$2\r\nok\r\n");
    });

    @AfterEach
    void close() {
        stores.close();
        peer.close();
    }

    @Test
    void costOneTimeoutAndNotOneEach() {
        ReadThroughCache cache = warm();
        Outcome first = load(cache, "first");
        assertThat(first.failure()).hasMessage("Redis at %s did not answer within 1.5 s", peer.address());
        recovers(() -> assertThat(load(cache, "next").value()).isEqualTo(Bytes.utf8("ok")));
        for (int i = 0; i < 3 * POOL; i++) {
            Outcome later = load(cache, "later " + i);
            assertThat(later.value()).isEqualTo(Bytes.utf8("ok"));
            assertThat(later.millis()).isLessThan(GRACE_MILLIS);
        }
    }

    /** What had been sent on another forgotten connection is repeated in the time that it has left. */
    @Test
    void requestsUnderWayAreRepeatedOnFreshOnes() throws InterruptedException {
        ReadThroughCache cache = warm();
        Outcome first = load(cache, "first");
        Thread.sleep(TIMEOUT.toMillis() / 2);
        Outcome second = load(cache, "second");
        assertThat(first.isDone()).isFalse();
        assertThat(second.value()).isEqualTo(Bytes.utf8("ok"));
        assertThat(first.failure()).hasMessage("Redis at %s did not answer within 1.5 s", peer.address());
    }

    /** Has each connection of the pool used, and then forgotten. */
    private ReadThroughCache warm() {
        ReadThroughCache cache = stores.open(config(peer.address(), POOL, TIMEOUT));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            int before = i;
            outcomes.add(load(cache, "warm " + i));
            await().atMost(Address.PATIENCE).until(() -> peer.gets() > before);
        }
        outcomes.forEach(outcome -> assertThat(outcome.value()).isEqualTo(Bytes.utf8("ok")));
        await().atMost(Address.PATIENCE)
                .until(() -> cache.storeStats().nodes().get(0).linksInUse() == 0);
        isWarm.set(true);
        forgotten.addAll(clients);
        return cache;
    }
}
