package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

/** A cache in front of a store with tracking, and what tests do with both. */
final class TrackedStore implements AutoCloseable {
    /** Longer than any test. */
    static final Duration NEVER = Duration.ofHours(1);

    static final Duration SOON = Duration.ofMillis(200);

    final EventLog log = new EventLog();
    private final TrackingPeer peer;
    private ReadThroughCache cache;

    TrackedStore(TrackingPeer peer) {
        this.peer = peer;
    }

    void startTracking(Duration heartbeat) {
        start(heartbeat);
        await(State.TRACKING);
    }

    void start(Duration heartbeat, String... prefixes) {
        TrackingConfig tracking = new TrackingConfig(List.of(prefixes), heartbeat, Duration.ZERO);
        CacheConfig config = new CacheConfig(100, NEVER, 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
        StandaloneStore store =
                new StandaloneStore(config(peer.address()), tracking, /* refusedPause= */ Duration.ofMillis(20), log);
        cache = new ReadThroughCache(config, store, Ticker.system());
        store.start(cache);
    }

    static NodeConfig config(Address address) {
        return StoreFixture.node(address, Credentials.NONE, 0, 2, Address.PATIENCE);
    }

    ReadThroughCache cache() {
        return cache;
    }

    TrackingStatus status() {
        return cache.storeStats().tracking();
    }

    void await(State state) {
        await(() -> status().state() == state);
    }

    void await(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    /** Returns the number of the latest connection that tracks. */
    int trackerNumber() {
        List<TrackingPeer.Client> trackers = peer.trackers();
        return trackers.isEmpty() ? 0 : trackers.get(trackers.size() - 1).number;
    }

    Outcome load(String key) {
        return StoreFixture.load(cache, key);
    }

    Entry cached(String key) {
        byte[] bytes = Bytes.utf8(key).toArray();
        return cache.getIfPresent(bytes, 0, bytes.length);
    }

    boolean tryToCache(String key) {
        load(key).value();
        return cached(key) != null;
    }

    void assertCached(String key, String value) {
        // More than once if a machine is so slow that a heartbeat fails.
        AtomicReference<Entry> entry = new AtomicReference<>(cached(key));
        await(() -> entry.get() != null || (tryToCache(key) && entry.compareAndSet(null, cached(key))));
        byte[] bytes = new byte[entry.get().valueLength()];
        entry.get().putValue(ByteBuffer.wrap(bytes));
        assertThat(Bytes.of(bytes)).isEqualTo(Bytes.utf8(value));
    }

    void awaitNoThreads() {
        await(() -> StoreFixture.ownThreads().isEmpty());
    }

    /** Closes the cache and the peer, and fails if a thread of theirs lives on. */
    @Override
    public void close() {
        if (cache != null) {
            cache.close();
        }
        peer.close();
        awaitNoThreads();
    }
}
