package redisproxy.server;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.http.Answers;
import redisproxy.http.Permits;
import redisproxy.redis.RedisStore;
import redisproxy.redis.RedisStores;
import redisproxy.resp.RespConnector;

/**
 * The proxy inside somebody else's servlet container: the container serves HTTP, a Jetty server with the RESP connector
 * alone runs beside it, and both share one cache. Settings come from context init parameters, over system properties,
 * over the environment. The container calls it on one thread at a time.
 */
public final class ProxyContextListener implements ServletContextListener {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyContextListener.class);

    private @Nullable ReadThroughCache cache;
    private @Nullable Server server;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        Settings settings = new Settings()
                .orFromNames(context::getInitParameter)
                .orFromNames(System::getProperty)
                .orFromNames(System::getenv);
        ProxyConfig config = ProxyConfig.from(settings);
        if (settings.given(Setting.LOG_LEVEL).isPresent()) {
            Logging.configureOwn(config.logLevel());
        }
        RedisStore store = RedisStores.open(config.redis(), config.cache().tracking());
        cache = new ReadThroughCache(config.cache(), store, Ticker.system());
        try {
            Answers answers = new Answers(cache, config.cache(), config.http().maxAge());
            HttpFront.register(
                    context, cache, answers, new Permits(config.http().maxRequests()));
            server = new Server(respThreads());
            RespConnector connector = RespConnector.create(
                    server,
                    config.resp(),
                    cache,
                    store,
                    config.cache(),
                    ConfigParameters.of(config),
                    Version.current());
            server.addConnector(connector);
            server.setStopTimeout(Draining.limit(config.redis().timeout()).toMillis());
            Ports.bind(connector, Setting.TCP_PORT);
            store.start(cache);
            server.start();
            LOG.info("{}", StartLine.of("redis://" + Ports.address(connector), config));
        } catch (Exception e) {
            contextDestroyed(event);
            throw e instanceof RuntimeException unchecked ? unchecked : new StartException("cannot start", e);
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (server != null) {
            try {
                server.stop();
            } catch (Exception e) {
                LOG.warn("The RESP port did not stop cleanly", e);
            }
        }
        if (cache != null) {
            cache.close();
        }
    }

    private static QueuedThreadPool respThreads() {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("redis-proxy-resp");
        return threads;
    }
}
