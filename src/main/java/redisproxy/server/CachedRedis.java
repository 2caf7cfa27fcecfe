package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.LoadObserver;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.measure.Accesses;
import redisproxy.redis.LoadTimeout;
import redisproxy.redis.RedisStore;
import redisproxy.resp.SlowLoads;

/**
 * Redis behind the cache: the store, the cache in front of it, its first keys, and what is told of loads and accesses. Start and close it
 * on one thread; the rest is thread-safe.
 */
final class CachedRedis implements AutoCloseable {
    private final RedisStore store;
    private final LoadTimeout loadTimeout;
    private final LoadFigures loads = new LoadFigures();
    private final SlowLoads slowLoads;
    private final Accesses accesses = new Accesses();
    private final ReadThroughCache cache;
    private final WarmStart warm;

    /**
     * Makes the cache; the store has not been started.
     *
     * @param loadTimeout how long the store may take with a load
     */
    CachedRedis(
            ProxyConfig config, CacheConfig cacheConfig, RedisStore store, LoadTimeout loadTimeout, Outputs outputs) {
        this.store = store;
        this.loadTimeout = loadTimeout;
        this.slowLoads = new SlowLoads(config.slowLoads());
        // Its bucket array has the full size from the start, so that a heap too small for it shows here.
        this.cache = new ReadThroughCache(
                cacheConfig, store, Ticker.system(), loadObserver(outputs), new SampledAccesses(accesses));
        this.warm = new WarmStart(config.takeover().warm(), cache, outputs.log());
    }

    /** Returns all that want to know how a load went. */
    private LoadObserver loadObserver(Outputs outputs) {
        List<LoadObserver> observers = new ArrayList<>(List.of(loads, slowLoads));
        observers.addAll(outputs.loadObservers());
        return LoadObserver.all(observers);
    }

    RedisStore store() {
        return store;
    }

    ReadThroughCache cache() {
        return cache;
    }

    LoadFigures loads() {
        return loads;
    }

    SlowLoads slowLoads() {
        return slowLoads;
    }

    Accesses accesses() {
        return accesses;
    }

    /** Connects to Redis. Does not wait for it. */
    void start() {
        store.start(cache);
    }

    /** Begins to warm the cache and to count accesses; the names of threads begin with {@code threadsName}. */
    void warm(String threadsName) {
        accesses.start(threadsName + "-accesses");
        warm.start(threadsName);
    }

    /** Waits until the cache is warm, for a bounded time. */
    void awaitWarm() {
        warm.await();
    }

    /** Returns why the cache is not warm yet, or null. */
    @Nullable
    String warmingUp() {
        return warm.pending();
    }

    /** Has other settings apply to loads. The size of the cache is another matter, see {@link HeapRoom}. */
    ChangeablePart.Change prepare(ProxyConfig to) {
        return () -> {
            slowLoads.change(to.slowLoads());
            loadTimeout.change(to.redis().timeout());
        };
    }

    @Override
    public void close() {
        warm.close();
        // The cache closes its store.
        cache.close();
        accesses.close();
    }
}
