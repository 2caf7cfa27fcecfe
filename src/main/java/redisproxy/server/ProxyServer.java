package redisproxy.server;

import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingStatus;
import redisproxy.http.Answers;
import redisproxy.http.Permits;
import redisproxy.jetty.HttpConnector;
import redisproxy.redis.RedisStore;
import redisproxy.redis.RedisStores;
import redisproxy.resp.RespConnector;

/** The proxy as a process of its own: both ports on one Jetty server, in front of one cache. Thread-safe. */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

    private final ProxyConfig config;
    private final RedisStore store;
    private final ReadThroughCache cache;
    private final Server server;
    private final ServerConnector http;
    private final ServerConnector resp;

    private ProxyServer(ProxyConfig config) {
        this.config = config;
        this.store = RedisStores.open(config.redis(), config.cache().tracking());
        this.cache = new ReadThroughCache(config.cache(), store, Ticker.system());
        Answers answers = new Answers(cache, config.cache(), config.http().maxAge());
        Permits permits = new Permits(config.http().maxRequests());
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("redis-proxy");
        this.server = new Server(threads);
        this.http = HttpConnector.create(
                server, config.http(), cache, answers, permits, config.redis().timeout());
        this.resp = RespConnector.create(
                server, config.resp(), cache, store, config.cache(), ConfigParameters.of(config), Version.current());
        server.addConnector(http);
        server.addConnector(resp);
        server.setHandler(new GracefulHandler(HttpConnector.around(servlets(answers, permits))));
        server.setStopTimeout(Draining.limit(config.redis().timeout()).toMillis());
    }

    /**
     * Starts both ports. Does not wait for Redis.
     *
     * @throws StartException if a port cannot be bound
     */
    public static ProxyServer start(ProxyConfig config) {
        ProxyServer proxy = create(config);
        try {
            Ports.bind(proxy.http, Setting.PROXY_PORT);
            Ports.bind(proxy.resp, Setting.TCP_PORT);
            proxy.store.start(proxy.cache);
            proxy.server.start();
            return proxy;
        } catch (StartException e) {
            proxy.close();
            throw e;
        } catch (Exception e) {
            proxy.close();
            throw new StartException("cannot start: " + e.getMessage(), e);
        }
    }

    private static ProxyServer create(ProxyConfig config) {
        try {
            return new ProxyServer(config);
        } catch (OutOfMemoryError e) {
            long heap = Runtime.getRuntime().maxMemory() / (1024 * 1024);
            String message = "%s: %d entries do not fit into the heap of %d MiB"
                    .formatted(Setting.CACHE_SIZE, config.cache().maxEntries(), heap);
            throw new StartException(message, e);
        }
    }

    /** Returns the HTTP port that is bound. */
    public int httpPort() {
        return http.getLocalPort();
    }

    /** Returns the RESP port that is bound. */
    public int respPort() {
        return resp.getLocalPort();
    }

    /** Returns how it stands with being told of writes. */
    TrackingStatus trackingStatus() {
        return cache.storeStats().tracking();
    }

    /** Stops accepting, finishes what is in process for a bounded time, then closes all connections. Blocks. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("The server did not stop cleanly", e);
        }
        http.close();
        resp.close();
        cache.close();
    }

    /** Says in one line where the proxy listens and what it does. */
    @Override
    public String toString() {
        return StartLine.of("http://%s and redis://%s".formatted(Ports.address(http), Ports.address(resp)), config);
    }

    private ServletContextHandler servlets(Answers answers, Permits permits) {
        ServletContextHandler context = new ServletContextHandler("/");
        // Keys are read from the raw target, so nothing about it is ambiguous.
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.addServletContainerInitializer(
                (classes, servletContext) -> HttpFront.register(servletContext, cache, answers, permits));
        return context;
    }
}
