package redisproxy.server;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.http.HttpConfig;

/**
 * The proxy inside a servlet container: the container serves HTTP, the proxy opens its RESP port beside it, and both share
 * one cache. Context init parameters go before system properties, system properties before the environment. The container
 * calls the methods on one thread at a time.
 */
public final class ProxyContextListener implements ServletContextListener {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyContextListener.class);

    private @Nullable Core core;

    /**
     * Starts the proxy. Does not wait for Redis.
     *
     * @throws ConfigException if a value is not accepted
     * @throws StartException if the RESP port cannot be bound or the cache does not fit into the heap
     */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        StartSettings start = StartSettings.read(() -> new Settings()
                .orFromNames(context::getInitParameter)
                .orFromNames(System::getProperty)
                .orFromEnvironment(ProcessTexts.environment()));
        Settings settings = start.settings();
        if (settings.given(SettingsCatalog.LOG_LEVEL).isPresent()) {
            Logging.configureOwn(start.config().log().level());
        }
        settings.notices().forEach(LOG::warn);
        ignored(settings).forEach(LOG::warn);
        core = Core.inContainer(
                start, context, why -> LOG.error("Cannot go on: {}; restart the servlet container", why));
        core.start();
        core.tellStarted();
    }

    /** Returns a sentence for each setting that is given and that the container decides in its own configuration. */
    static List<String> ignored(Settings settings) {
        return settings.value(TlsCatalog.PROXY_TLS_PORT) == HttpConfig.NO_PORT
                ? List.of()
                : List.of(
                        "%s has no effect in a servlet container, which serves HTTP (expected: HTTPS in its own configuration)"
                                .formatted(settings.nameOf(TlsCatalog.PROXY_TLS_PORT)));
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (core != null) {
            core.close();
        }
    }
}
