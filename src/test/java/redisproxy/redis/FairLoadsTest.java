package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.SHORT;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Misses;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.testkit.Bytes;

/** An asker of many keys keeps others from theirs for a batch, and not until it has all of its own. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FairLoadsTest {
    private final StoreFixture stores = new StoreFixture();

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void oneKeyWaitsForABatchAtMost() {
        CountDownLatch oneIsAsked = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer((number, client) -> {
            if (number == 1) {
                oneIsAsked.await();
            }
            ScriptedPeer.send(client, TrackingPeer.bulk("value " + number));
        })) {
            ReadThroughCache cache = stores.open(config(peer.address(), 1, LONG));
            askForMany(cache, 100_000);
            Outcome one = load(cache, "one");
            oneIsAsked.countDown();
            String value = one.value().asUtf8();
            assertThat(Integer.parseInt(value.substring("value ".length())))
                    .as("requests that Redis got up to this one")
                    .isLessThanOrEqualTo(2 * Exchange.MAX_BATCH);
        }
    }

    /** A peer that answers one after the other, and all the time, is not to blame for how many there are. */
    @Test
    void waitingForATurnDoesNotCountAgainstRedis() {
        ScriptedPeer[] self = new ScriptedPeer[1];
        try (ScriptedPeer peer =
                new ScriptedPeer((number, client) -> self[0].drip(client, "$2\r\nok\r\n", /* pauseMillis= */ 1))) {
            self[0] = peer;
            ReadThroughCache cache = stores.open(config(peer.address(), 1, SHORT));
            Many many = askForMany(cache, 1_000);
            Outcome late = load(cache, "late");
            if (late.isSuccess()) {
                assertThat(late.value()).isEqualTo(Bytes.utf8("ok"));
            }
            many.awaitAll();
            assertThat(many.failures)
                    .anySatisfy(failure -> assertThat(failure)
                            .isEqualTo(
                                    "the request waited 0.4 s for its turn among those for Redis at %s, which answers: "
                                                    .formatted(peer.address())
                                            + "more is asked than it answers in time"));
            assertThat(cache.storeStats().nodes().get(0).circuit()).isEqualTo(NodeStats.Circuit.CLOSED);
            assertThat(cache.storeStats().nodes().get(0).errors().refused()).isZero();
        }
    }

    private static Many askForMany(ReadThroughCache cache, int count) {
        Many many = new Many(count);
        Misses misses = new Misses();
        for (int i = 0; i < count; i++) {
            misses.add(Bytes.utf8("many " + i).toArray(), many);
        }
        cache.load(misses);
        return many;
    }

    private static final class Many implements LoadListener {
        private final CountDownLatch ended;
        private final AtomicInteger loaded = new AtomicInteger();
        private final List<String> failures = new ArrayList<>();

        Many(int count) {
            this.ended = new CountDownLatch(count);
        }

        @Override
        public void loaded(Entry entry, Provenance provenance) {
            loaded.incrementAndGet();
            ended.countDown();
        }

        @Override
        public void failed(BackingStoreException cause) {
            synchronized (failures) {
                failures.add(cause.getMessage());
            }
            ended.countDown();
        }

        void awaitAll() {
            try {
                ended.await();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
