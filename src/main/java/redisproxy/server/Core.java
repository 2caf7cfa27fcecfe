package redisproxy.server;

import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.StoreStats;
import redisproxy.cache.Ticker;
import redisproxy.redis.RedisStore;
import redisproxy.redis.RedisStores;
import redisproxy.resp.InfoSection;
import redisproxy.resp.RespConnector;

/**
 * The composition of the proxy: the store, the cache in front of it, what answers HTTP, and the ports. {@link ProxyServer}
 * runs it as a process, {@link ProxyContextListener} inside a servlet container. Start and close it on one thread; the rest is
 * thread-safe.
 */
final class Core implements AutoCloseable {
    /*
     * Each part needs only parts above it. Ports are bound first, then the store starts, then the ports serve. Parts close from
     * the bottom.
     */
    private final ProxyConfig config;
    private final RedisStore store;
    private final ReadThroughCache cache;
    private final HttpFront http;
    private final Ports ports;

    private Core(ProxyConfig config, RedisStore store, String threadsName) {
        this.config = config;
        this.store = store;
        // Its bucket array has the full size from the start, so that a heap too small for it shows here.
        this.cache = new ReadThroughCache(config.cache(), store, Ticker.system());
        this.http = new HttpFront(config.http(), config.cache(), config.redis().timeout(), cache);
        this.ports = new Ports(threadsName, Draining.limit(config.redis().timeout()));
    }

    /**
     * Composes a proxy that serves both ports itself. Does not start it.
     *
     * @throws StartException if the cache does not fit into the heap
     */
    static Core withBothPorts(ProxyConfig config) {
        return compose(config, "redis-proxy", Core::addHttpPort);
    }

    /**
     * Composes a proxy that serves RESP itself and has a servlet container serve HTTP. Does not start it.
     *
     * @throws StartException if the cache does not fit into the heap
     */
    static Core inContainer(ProxyConfig config, ServletContext context) {
        return compose(config, "redis-proxy-resp", core -> core.http.register(context));
    }

    private static Core compose(ProxyConfig config, String threadsName, Consumer<Core> addHttp) {
        RedisStore store = RedisStores.open(config.redis(), config.cache().tracking());
        try {
            Core core = new Core(config, store, threadsName);
            addHttp.accept(core);
            core.addRespPort();
            return core;
        } catch (OutOfMemoryError e) {
            store.close();
            long heap = Runtime.getRuntime().maxMemory() / (1024 * 1024);
            String message = "%s: %d entries do not fit into the heap of %d MiB"
                    .formatted(SettingsCatalog.CACHE_SIZE, config.cache().maxEntries(), heap);
            throw new StartException(message, e);
        } catch (RuntimeException | Error e) {
            // No other part holds threads or sockets before it starts.
            store.close();
            throw e;
        }
    }

    private void addHttpPort() {
        ports.add(SettingsCatalog.PROXY_PORT, http.connector(ports.server()));
        ports.server().setHandler(http.handler());
    }

    private void addRespPort() {
        RespConnector connector = RespConnector.create(
                ports.server(),
                config.resp(),
                cache,
                store,
                config.cache(),
                ConfigParameters.of(config),
                Version.current(),
                List.of(new InfoSection("Http", this::httpInfo)));
        ports.add(SettingsCatalog.TCP_PORT, connector);
    }

    /**
     * Binds the ports, then serves. Does not wait for Redis.
     *
     * @throws StartException if a port cannot be bound; everything is closed then
     */
    void start() {
        try {
            ports.bind();
            store.start(cache);
            ports.server().start();
        } catch (StartException | Error e) {
            close();
            throw e;
        } catch (Exception e) {
            close();
            throw new StartException("cannot start: " + e.getMessage(), e);
        }
    }

    Ports ports() {
        return ports;
    }

    /** Returns a snapshot of the store's figures. */
    StoreStats storeStats() {
        return cache.storeStats();
    }

    private Map<String, Object> httpInfo() {
        return HttpInfo.fields(http.stats());
    }

    /** Stops accepting, finishes requests in process for a bounded time, then closes all connections. Blocks. */
    @Override
    public void close() {
        ports.close();
        // The cache closes its store.
        cache.close();
    }

    /** Returns one line with the addresses and the main settings. */
    @Override
    public String toString() {
        return StartLine.of(ports.toString(), config);
    }
}
