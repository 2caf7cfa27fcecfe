package redisproxy.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports that the proxy listens on, each by the setting of its number, on one Jetty server. Not thread-safe. */
final class Ports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

    private final boolean reusesPorts;
    private final Server server;
    private final Map<Setting<Integer>, ServerConnector> connectors = new LinkedHashMap<>();

    /**
     * Makes the server, without ports yet.
     *
     * @param threadsName what the names of its threads begin with
     * @param drainLimit how long a stop waits for requests in process
     * @param reusesPorts whether other processes of the same user may listen on the same ports
     */
    Ports(String threadsName, Duration drainLimit, boolean reusesPorts) {
        this.reusesPorts = reusesPorts;
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName(threadsName);
        server = new Server(threads);
        server.setStopTimeout(drainLimit.toMillis());
    }

    /** Has a stop wait so long for requests in process. */
    void drainFor(Duration drainLimit) {
        server.setStopTimeout(drainLimit.toMillis());
    }

    Server server() {
        return server;
    }

    /** Adds a port whose number comes from this setting. */
    void add(Setting<Integer> setting, ServerConnector connector) {
        connector.setReusePort(reusesPorts);
        connectors.put(setting, connector);
        server.addConnector(connector);
    }

    /**
     * Sees whether all ports can be bound, beside other processes that have them, without taking connections from those yet.
     *
     * @throws StartException if a port cannot be bound; it names the setting
     */
    void check() {
        checkReuse();
        connectors.forEach(this::check);
    }

    private void check(Setting<Integer> setting, ServerConnector connector) {
        InetSocketAddress address = connector.getHost() == null
                ? new InetSocketAddress(connector.getPort())
                : new InetSocketAddress(connector.getHost(), connector.getPort());
        // A socket that does not listen gets no connections.
        try (SocketChannel channel = SocketChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .setOption(StandardSocketOptions.SO_REUSEPORT, true)
                    .bind(address);
        } catch (UnresolvedAddressException e) {
            throw new StartException(failure(connector, setting, "unknown host"), e);
        } catch (IOException e) {
            throw new StartException(failure(connector, setting, String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * Binds all ports, so that a port that cannot be bound is known before anything is served.
     *
     * @throws StartException if a port cannot be bound; it names the setting
     */
    void bind() {
        connectors.forEach(this::bind);
    }

    /** Refuses what the system would let happen, or would ignore. */
    private void checkReuse() {
        if (!isReusable()) {
            throw new StartException("%s: this system has no SO_REUSEPORT (expected: Linux, or %s=false)"
                    .formatted(TakeoverCatalog.REUSE_PORT, TakeoverCatalog.REUSE_PORT));
        }
        connectors.forEach((setting, connector) -> {
            String shared = sharedWith(setting, connector.getPort());
            if (!shared.isEmpty()) {
                throw new StartException(failure(connector, setting, "the port is taken" + shared));
            }
        });
    }

    private static boolean isReusable() {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            return channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        } catch (IOException e) {
            return false;
        }
    }

    private void bind(Setting<Integer> setting, ServerConnector connector) {
        try {
            if (connector.getHost() != null) {
                InetAddress.getByName(connector.getHost());
            }
            connector.open();
        } catch (UnknownHostException e) {
            throw new StartException(failure(connector, setting, "unknown host"), e);
        } catch (IOException e) {
            Throwable root = e.getCause() == null ? e : e.getCause();
            String why = root.getMessage();
            String reason = why == null ? root.getClass().getSimpleName() : why;
            String shared = sharedWith(setting, connector.getPort());
            throw new StartException(failure(connector, setting, reason + shared), e);
        }
    }

    /** Returns which other setting has the same port, in words, or an empty text. */
    private String sharedWith(Setting<Integer> setting, int port) {
        return connectors.entrySet().stream()
                .filter(other -> port != 0
                        && other.getKey() != setting
                        && other.getValue().getPort() == port)
                .map(other -> " (%s and %s are both %d; expected: two ports)".formatted(other.getKey(), setting, port))
                .findFirst()
                .orElse("");
    }

    private static String failure(ServerConnector connector, Setting<Integer> setting, String why) {
        return "cannot listen on %s (%s): %s"
                .formatted(address(connector.getHost(), connector.getPort()), setting, why);
    }

    /** Returns what must work for the ports to be served, once the server is started. */
    List<Vital> vitals() {
        List<Vital> vitals = new ArrayList<>();
        connectors.values().forEach(connector -> vitals.addAll(PortVitals.of(connector)));
        vitals.add(PortVitals.of(server.getThreadPool()));
        return vitals;
    }

    /**
     * Returns the port that is bound for this setting.
     *
     * @throws IllegalStateException if there is none
     */
    int bound(Setting<Integer> setting) {
        ServerConnector connector = connectors.get(setting);
        if (connector == null) {
            throw new IllegalStateException(setting + ": no port");
        }
        return connector.getLocalPort();
    }

    /** Stops accepting, finishes requests in process for a bounded time, then closes all connections. Blocks. */
    @Override
    public void close() {
        drain();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("The server did not stop cleanly", e);
        }
        // A server that has not started leaves them open.
        connectors.values().forEach(ServerConnector::close);
    }

    /** Before the server stops, because from then on it answers 503 where a request should have its answer and the end of its connection. */
    private void drain() {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(server.getStopTimeout());
        CompletableFuture<?>[] closed =
                connectors.values().stream().map(ServerConnector::shutdown).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(closed).get(server.getStopTimeout(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("Connections are left", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.setStopTimeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime())));
    }

    /** Returns the URLs that are bound, with {@code 0.0.0.0} for all addresses and IPv6 addresses in brackets. */
    @Override
    public String toString() {
        return connectors.entrySet().stream()
                .map(port -> scheme(port.getKey())
                        + address(port.getValue().getHost(), port.getValue().getLocalPort()))
                .collect(Collectors.joining(" and "));
    }

    private static String scheme(Setting<Integer> setting) {
        if (setting == TlsCatalog.PROXY_TLS_PORT) {
            return "https://";
        }
        if (setting == TlsCatalog.TCP_TLS_PORT) {
            return "rediss://";
        }
        return setting == SettingsCatalog.TCP_PORT ? "redis://" : "http://";
    }

    private static String address(@Nullable String host, int port) {
        String shown = host == null ? "0.0.0.0" : host;
        return (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + port;
    }
}
