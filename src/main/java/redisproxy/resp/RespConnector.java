package redisproxy.resp;

import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.net.PeriodicSweep;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.Rounds;
import redisproxy.upstream.Upstream;

/**
 * The RESP port: a Jetty connector that answers the Redis protocol from a cache. Add it to a {@link Server}, whose start
 * and stop it follows. On a graceful stop it answers what has been asked before it closes the connections.
 */
public final class RespConnector extends ServerConnector {
    private static final Logger LOG = LoggerFactory.getLogger(RespConnector.class);

    /** Many clients connect at once when they start or come back; what the queue cannot hold waits for a second. */
    private static final int ACCEPT_QUEUE = 1024;

    private final ClientRegistry registry;
    private final Rounds rounds;
    private final PeriodicSweep sweeps;

    /**
     * Makes the connector; the port is bound when the server starts.
     *
     * @param upstream what is asked what the cache does not answer
     * @param cacheConfig what INFO tells of the cache
     * @param parameters what CONFIG GET tells beside what tools for Redis ask for
     * @param version the version of the proxy, for INFO
     */
    public static RespConnector create(
            Server server,
            RespConfig config,
            ReadThroughCache cache,
            Upstream upstream,
            CacheConfig cacheConfig,
            Map<String, String> parameters,
            String version) {
        ClientRegistry registry = new ClientRegistry(config.maxConnections());
        RespConnector[] self = new RespConnector[1];
        ServerCommands serverCommands = new ServerCommands(
                registry, cache, cacheConfig, config, parameters, version, () -> self[0].getLocalPort());
        CommandTable commands = new CommandTable(
                new ClientCommands(registry),
                serverCommands,
                new KeyCommands(cache, upstream),
                new CacheCommands(cache, serverCommands::cacheInfo, server.getThreadPool()));
        self[0] = new RespConnector(
                server,
                config,
                new RespConnectionFactory(cache, commands, registry, Timeouts.of(config)),
                registry,
                new Rounds(cache));
        return self[0];
    }

    private RespConnector(
            Server server,
            RespConfig config,
            RespConnectionFactory connections,
            ClientRegistry registry,
            Rounds rounds) {
        super(server, connections);
        this.registry = registry;
        this.rounds = rounds;
        this.sweeps =
                new PeriodicSweep(this, getScheduler(), Timeouts.of(config).leastNanos(), registry::sweep);
        setName("resp");
        setHost(config.host());
        setPort(config.port());
        // As Redis by default: clients keep connections in pools, idle for as long as they like.
        setIdleTimeout(0);
        setShutdownIdleTimeout(-1);
        setAcceptQueueSize(ACCEPT_QUEUE);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        sweeps.start();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        CompletableFuture<Void> closed = super.shutdown();
        registry.drain(getServer().getStopTimeout());
        return closed;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        RoundEndPoint endPoint = rounds.newEndPoint(channel, selector, key, getScheduler(), getByteBufferPool());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /** Finds clients that are gone without a word, which no idle timeout would. */
    @Override
    protected void configure(Socket socket) {
        super.configure(socket);
        try {
            socket.setKeepAlive(true);
        } catch (SocketException e) {
            LOG.debug("A socket takes no keep-alive", e);
        }
    }
}
