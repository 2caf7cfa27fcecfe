package redisproxy.server;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.EnumSet;
import java.util.function.Supplier;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.Answers;
import redisproxy.http.AuthFilter;
import redisproxy.http.BrowserFilter;
import redisproxy.http.Browsers;
import redisproxy.http.CacheServlet;
import redisproxy.http.HttpConfig;
import redisproxy.http.HttpStats;
import redisproxy.http.Permits;
import redisproxy.http.QoSFilter;
import redisproxy.http.WriteRules;
import redisproxy.http.Writer;
import redisproxy.jetty.HttpConnector;
import redisproxy.measure.AccessLog;
import redisproxy.measure.DurationStats;
import redisproxy.net.ClientMemory;
import redisproxy.net.PortStats;
import redisproxy.net.ProxyHeaders;
import redisproxy.net.TlsStats;

/**
 * What answers HTTP: the same filters and servlet in the proxy's own server and in a servlet container. Thread-safe once
 * it is composed.
 */
final class HttpFront {
    private static final String ALL_PATHS = "/*";

    private final HttpConfig config;
    private final ReadThroughCache cache;
    private final Answers answers;
    private final Permits permits;
    private final Browsers browsers;
    private final Authority authority;
    private final @Nullable Writer writer;
    private volatile @Nullable HttpConnector connector;

    /** Makes what answers HTTP; {@code writer} is null if nothing may be written. */
    HttpFront(
            HttpConfig config,
            CacheConfig cacheConfig,
            ReadThroughCache cache,
            Authority authority,
            @Nullable Writer writer) {
        this.writer = writer;
        this.authority = authority;
        this.config = config;
        this.cache = cache;
        this.answers = new Answers(cache, cacheConfig, config.maxAge());
        this.permits = new Permits(config.maxRequests());
        this.browsers = new Browsers(config.browsers());
    }

    /** Registers the filters and the servlet, in the order in which a request passes them. */
    void register(ServletContext context) {
        WriteRules rules = writer == null ? WriteRules.NONE : writer.rules();
        add(context, "browsers", new BrowserFilter(browsers, answers, rules));
        add(context, "auth", new AuthFilter(authority, answers, rules));
        add(context, "qos", new QoSFilter(permits, answers));
        ServletRegistration.Dynamic servlet = context.addServlet("cache", new CacheServlet(cache, answers, writer));
        servlet.setAsyncSupported(true);
        servlet.addMapping(ALL_PATHS);
    }

    private static void add(ServletContext context, String name, Filter filter) {
        FilterRegistration.Dynamic added = context.addFilter(name, filter);
        added.setAsyncSupported(true);
        added.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), /* isMatchAfter= */ false, ALL_PATHS);
    }

    /** Makes the HTTP port of the proxy's own server, which needs {@link #handler} too. */
    HttpConnector connector(Server server, ClientMemory memory, @Nullable AccessLog accessLog) {
        HttpConnector made =
                HttpConnector.create(server, config, browsers, cache, answers, permits, memory, authority, accessLog);
        connector = made;
        return made;
    }

    /** Has connections of the proxy's own port begin with headers of the PROXY protocol. */
    void beginWith(ProxyHeaders headers) {
        HttpConnector own = connector;
        if (own != null) {
            own.beginWith(headers);
        }
    }

    /** Makes the handler of the proxy's own server. */
    Handler handler() {
        ServletContextHandler context = new ServletContextHandler("/");
        // Keys are read from the raw target, so nothing about it is ambiguous.
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.addServletContainerInitializer((classes, servletContext) -> register(servletContext));
        return new GracefulHandler(HttpConnector.around(context));
    }

    /** Returns which pages may have a browser ask the port. */
    Browsers browsers() {
        return browsers;
    }

    /** Has the limits, the times and the policy for browsers of {@code to} apply from now on, and answers tell those of {@code cacheConfig}. */
    void change(HttpConfig to, CacheConfig cacheConfig) {
        browsers.change(to.browsers());
        permits.limit(to.maxRequests());
        answers.change(cacheConfig, to.maxAge());
        if (writer != null) {
            writer.change(to.maxBodyBytes(), to.clientTimeout());
        }
        HttpConnector own = connector;
        if (own != null) {
            own.change(to);
        }
    }

    /** Returns what takes a snapshot of the figures of TLS, or null in a servlet container. */
    @Nullable
    Supplier<TlsStats> tlsStats() {
        HttpConnector own = connector;
        return own == null ? null : own::tlsStats;
    }

    /** Returns what takes a snapshot of the figures of the port's connections, or null in a servlet container. */
    @Nullable
    Supplier<PortStats> portStats() {
        HttpConnector own = connector;
        return own == null ? null : own::portStats;
    }

    /** Returns how long requests for keys took. */
    DurationStats durations() {
        return answers.durations();
    }

    /** Returns a snapshot of the figures of HTTP. */
    HttpStats stats() {
        return answers.stats();
    }
}
