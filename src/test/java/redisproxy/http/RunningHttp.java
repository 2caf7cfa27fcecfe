package redisproxy.http;

import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import redisproxy.auth.Authority;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.LoadReport;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Address;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** The servlet behind the filter, on a Jetty server with few threads, in front of a store that the test controls. */
final class RunningHttp implements AutoCloseable {
    static final int THREADS = 8;

    final FakeStore store = new FakeStore();
    final Authority authority = Authority.open();
    final ReadThroughCache cache;
    final Queue<LoadReport> loads = new ConcurrentLinkedQueue<>();
    final Answers answers;
    private final Server server;
    private final ServerConnector connector;

    RunningHttp(int maxRequests) {
        this(maxRequests, new CacheConfig(1_000, Duration.ofMinutes(10)), /* maxAge= */ null, Ticker.system());
    }

    /** With a servlet that writes too. */
    RunningHttp(Writer writer) {
        this(
                10,
                new CacheConfig(1_000, Duration.ofMinutes(10)),
                /* maxAge= */ null,
                Ticker.system(),
                writer,
                writer.rules());
    }

    RunningHttp(int maxRequests, CacheConfig config, Duration maxAge, Ticker ticker) {
        this(maxRequests, config, maxAge, ticker, null, WriteRules.NONE);
    }

    private RunningHttp(
            int maxRequests, CacheConfig config, Duration maxAge, Ticker ticker, Writer writer, WriteRules rules) {
        cache = new ReadThroughCache(config, store, ticker, loads::add);
        answers = new Answers(cache, config, maxAge);
        server = new Server(new QueuedThreadPool(THREADS));
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setUriCompliance(UriCompliance.UNSAFE);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        FilterHolder users = new FilterHolder(new AuthFilter(authority, answers, rules));
        users.setAsyncSupported(true);
        context.addFilter(users, "/*", EnumSet.of(DispatcherType.REQUEST));
        FilterHolder filter = new FilterHolder(new QoSFilter(new Permits(maxRequests), answers));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        ServletHolder servlet = new ServletHolder(new CacheServlet(cache, answers, writer));
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, "/*");
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Address address() {
        return Address.loopback(connector.getLocalPort());
    }

    HttpConnection connect() {
        return HttpConnection.connect(address());
    }

    HttpAnswer get(String target) {
        return HttpConnection.get(address(), target);
    }

    /** Sends a request with these header lines on a connection of its own. */
    HttpAnswer ask(String methodAndTarget, String... headers) {
        try (HttpConnection connection = connect()) {
            connection.send(HttpConnection.request(methodAndTarget, headers));
            return methodAndTarget.startsWith("HEAD") ? connection.readWithoutBody() : connection.read();
        }
    }

    @Override
    public void close() {
        store.release();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        cache.close();
    }
}
