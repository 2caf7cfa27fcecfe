package redisproxy.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.tls.ServerTls;

/**
 * The server of the admin port: one acceptor, one selector, and a few threads of its own. Add handlers, then {@linkplain #open
 * bind} and {@linkplain #start start} it. Not thread-safe.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** An acceptor, a selector, and threads for a few scrapes at one time whose clients read slowly. */
    private static final int MOST_THREADS = 8;

    private static final int LEAST_THREADS = 1;

    /** Few programs scrape or probe at one time. */
    private static final int ACCEPT_QUEUE = 64;

    /** One that does not matter: the largest answers, figures of a hundred nodes, have some hundred KB. */
    private static final int PART_OF_HEAP = 64;

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** A stop does not wait for those that watch. */
    private static final Duration STOP_TIMEOUT = Duration.ofMillis(100);

    private final AdminConfig config;
    private final Server server;
    private final HttpConfiguration http = new HttpConfiguration();

    /** The ports by their schemes; empty only before they are added. */
    private final Map<String, ServerConnector> connectors = new LinkedHashMap<>();

    private final PathMappingsHandler paths = new PathMappingsHandler();
    private final AdminConnections connections;
    private final Map<Runnable, Duration> tasks = new LinkedHashMap<>();
    private Runnable beforeClose = () -> {};

    /** Makes the server, with nothing to answer yet. */
    public AdminServer(AdminConfig config) {
        this(config, Runtime.getRuntime().maxMemory() / PART_OF_HEAP, System::nanoTime);
    }

    /** As above, with the most bytes that requests and answers may hold, and with a clock. */
    AdminServer(AdminConfig config, long mostBytes, LongSupplier nanoTime) {
        this.config = config;
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
        threads.setName("redis-proxy-admin");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        server = new Server(threads, new ScheduledExecutorScheduler("redis-proxy-admin-timer", true), null);
        server.setStopTimeout(STOP_TIMEOUT.toMillis());
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        connections = new AdminConnections(paths, mostBytes, nanoTime);
        server.setHandler(connections);
        every(SECOND, connections::sweep);
        if (config.isOpen()) {
            addPort("http", config.port(), new HttpConnectionFactory(http));
        }
    }

    /** Adds a port with TLS. To be called before {@link #open}. */
    public void addTls(ServerTls tls, int port) {
        HttpConfiguration secure = new HttpConfiguration(http);
        // Probes ask by the address of a machine, which no certificate names. What names browsers may ask for is
        // decided elsewhere.
        secure.addCustomizer(new SecureRequestCustomizer(/* sniHostCheck= */ false));
        HttpConnectionFactory plain = new HttpConnectionFactory(secure);
        addPort("https", port, new SslConnectionFactory(new TlsEngines(tls), plain.getProtocol()), plain);
    }

    private void addPort(String scheme, int port, ConnectionFactory... protocols) {
        ServerConnector connector = new ServerConnector(server, 1, 1, protocols);
        connector.setName("admin");
        connector.setHost(config.host());
        connector.setPort(port);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        connector.addEventListener(connections);
        connectors.put(scheme, connector);
    }

    /** Returns whether there is a port with TLS. */
    public boolean hasTls() {
        return connectors.containsKey("https");
    }

    /** Has a probe of this name answered: it succeeds if all checks hold. */
    public void addProbe(String name, List<Check> checks) {
        List<Check> always = List.copyOf(checks);
        addProbe(name, () -> always);
    }

    /** As above, with the checks that count when it is asked. */
    public void addProbe(String name, Supplier<List<Check>> checks) {
        add("/" + name, new HealthHandler(name, checks));
    }

    /** Has a handler answer GET and HEAD at this path. */
    public void add(String path, Handler handler) {
        paths.addMapping(PathSpec.from(path), new MethodsHandler(MethodsHandler.READS, handler));
    }

    /** Has a handler answer POST at this path. */
    public void addChange(String path, Handler handler) {
        paths.addMapping(PathSpec.from(path), new MethodsHandler(MethodsHandler.CHANGES, handler));
    }

    /** Has a task run again and again while the server runs, on one thread: it must not block. */
    public void every(Duration period, Runnable task) {
        tasks.put(task, period);
    }

    /** Has something done before the port is closed. Called once at most. */
    public void beforeClose(Runnable task) {
        beforeClose = task;
    }

    private void schedule(Runnable task, Duration period) {
        server.getScheduler()
                .schedule(
                        () -> {
                            try {
                                task.run();
                            } catch (RuntimeException | Error e) {
                                LOG.error("A task of the admin port failed", e);
                            } finally {
                                schedule(task, period);
                            }
                        },
                        period.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /**
     * Binds the ports.
     *
     * @throws IOException if one cannot be bound, or the host is unknown
     */
    public void open() throws IOException {
        InetAddress.getByName(config.host());
        for (ServerConnector connector : connectors.values()) {
            connector.open();
        }
    }

    /** Begins to answer; the port is bound. */
    public void start() throws Exception {
        server.start();
        tasks.forEach(this::schedule);
    }

    /** Returns how many bytes of requests and answers are held. */
    long heldBytes() {
        return connections.heldBytes();
    }

    /** Returns the port that is bound, or null if there is only one with TLS. */
    public @Nullable Integer port() {
        ServerConnector plain = connectors.get("http");
        return plain == null ? null : plain.getLocalPort();
    }

    /** Returns the port with TLS that is bound, or null if there is none. */
    public @Nullable Integer tlsPort() {
        ServerConnector tls = connectors.get("https");
        return tls == null ? null : tls.getLocalPort();
    }

    /** Closes the port and ends its threads. Blocks for a short time. */
    @Override
    public void close() {
        beforeClose.run();
        try {
            server.stop();
        } catch (TimeoutException e) {
            LOG.debug("The admin port did not wait for its requests", e);
        } catch (Exception e) {
            LOG.warn("The admin port did not stop cleanly", e);
        }
        // A server that has not started leaves them open.
        connectors.values().forEach(ServerConnector::close);
    }

    /** Returns the URLs that are bound. */
    @Override
    public String toString() {
        String host = config.host();
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return connectors.entrySet().stream()
                .map(each ->
                        each.getKey() + "://" + shown + ":" + each.getValue().getLocalPort())
                .collect(Collectors.joining(" and "));
    }
}
