package redisproxy.resp;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.cache.Coherence;
import redisproxy.cache.ReadThroughCache;
import redisproxy.measure.AccessLog;
import redisproxy.measure.Accesses;
import redisproxy.near.NearCaches;
import redisproxy.net.ClientMemory;
import redisproxy.net.KeepAlive;
import redisproxy.net.PeriodicSweep;
import redisproxy.net.PortStats;
import redisproxy.net.ProxyHeaders;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.Rounds;
import redisproxy.net.SharedPort;
import redisproxy.net.TlsPort;
import redisproxy.net.TlsStats;
import redisproxy.net.TurnLimiter;
import redisproxy.upstream.PinStats;
import redisproxy.upstream.Relay;
import redisproxy.upstream.Upstream;

/**
 * The RESP port: a Jetty connector that answers the Redis protocol from a cache. Add it to a {@link Server}, with which it
 * starts and stops. A graceful stop answers the requests that have been read, then closes the connections. Thread-safe.
 */
public final class RespConnector extends ServerConnector {
    /** Clients whose requests have very many arguments send up to 64 MB in a second, which is faster than such requests are executed. */
    private static final long ARGUMENT_TURN_NANOS = 1_000_000;

    /** Many clients connect at once when they start or come back; a connection that the queue cannot hold waits for a second. */
    private static final int ACCEPT_QUEUE = 1024;

    /** Which clients have read which keys is worth less memory than what they are sent. */
    private static final int SHARE_OF_READERS = 2;

    private static final byte[] EXPECTS_TLS =
            "-ERR this port expects TLS (redis-cli --tls, rediss://)\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Shared shared;
    private final Rounds rounds;
    private final SharedPort reused = new SharedPort(this::accepted);
    private final PeriodicSweep sweeps;
    private volatile RespConfig config;
    private @Nullable RespPort clients;
    private volatile @Nullable RespConnector tls;
    private volatile ProxyHeaders headers = ProxyHeaders.NONE;

    /** What a port has in common with its {@linkplain #withTls second} one. */
    private record Shared(
            ReadThroughCache cache,
            ClientRegistry registry,
            PortFigures figures,
            Timeouts timeouts,
            NearCaches near,
            Supplier<PinStats> pins) {}

    /**
     * Makes the connector; the port is bound when the server starts.
     *
     * @param upstream answers the questions about keys that the cache does not answer
     * @param relay executes the commands that are passed on; null if none can be
     * @param authority says who the clients are and what they may do
     * @param accesses counts what is accessed most
     * @param memory bounds what is held for the clients of both ports
     * @param settings the proxy's settings, for CONFIG
     * @param version the version of the proxy, for INFO
     * @param slowLoads the loads that SLOWLOG and LATENCY show
     * @param accessLog takes each request, or is null
     * @param sections further sections of INFO, in their order
     */
    public static RespConnector create(
            Server server,
            RespConfig config,
            ReadThroughCache cache,
            Upstream upstream,
            @Nullable Relay relay,
            Authority authority,
            Accesses accesses,
            ClientMemory memory,
            OwnSettings settings,
            String version,
            SlowLoads slowLoads,
            @Nullable AccessLog accessLog,
            List<InfoSection> sections) {
        ClientRegistry registry = new ClientRegistry(config.maxConnections());
        PortFigures figures = new PortFigures(accessLog);
        NearCaches near =
                new NearCaches(config.trackingTableMaxKeys(), memory.maxBytes() / SHARE_OF_READERS, cache::isReported);
        cache.tellWrites(near);
        RespConnector connector = new RespConnector(
                server,
                config,
                new Shared(
                        cache,
                        registry,
                        figures,
                        new Timeouts(config),
                        near,
                        relay == null ? () -> PinStats.NONE : relay::pinned),
                new Rounds(cache));
        StatsSinceReset stats = new StatsSinceReset(connector::stats, cache::stats, memory::closedClients, figures);
        Logins logins = new Logins(authority, authority.attempts());
        logins.follow(registry);
        Background background = new Background(connector.getExecutor());
        Passing passing = new Passing(
                relay,
                cache,
                () -> connector.config.commands(),
                figures,
                logins,
                background,
                connector.getScheduler(),
                new Unblock(registry));
        Info info = Info.of(
                new ServerInfo(version, connector::getLocalPort, passing.version()::get),
                new RespInfo(stats::now, registry),
                MemoryInfo.section(cache::stats, memory),
                new CommandInfo(stats::now),
                new CacheInfo(cache, config.database()),
                sections);
        InspectionCommands inspection = new InspectionCommands(cache);
        CommandTable commands = CommandTable.of(
                figures,
                logins,
                passing,
                new KeyCommands(cache, upstream),
                new CacheCommand(cache, accesses, () -> info.text(CacheInfo::isOwn)).command(),
                new HotKeysCommand(accesses).command(),
                inspection.dbSize(),
                inspection.memory(),
                InspectionCommands.module(),
                new ClientCommand(
                                registry,
                                logins,
                                new TrackingCommand(registry, near, () -> cache.coherence() != Coherence.TTL))
                        .command(),
                new InfoCommand(info, passing.inPlaceOfProxy(), background).command(),
                new ConfigCommand(() -> connector.config, settings, connector::getLocalPort, stats::reset, passing)
                        .command(),
                new SlowLogCommand(slowLoads.log()).command(),
                new LatencyCommand(slowLoads.latency(), stats::commands).command());
        connector.serve(new RespPort(
                cache,
                commands,
                passing,
                background,
                figures,
                registry,
                connector.shared.timeouts(),
                memory,
                new PushMemory(memory),
                HeldReplies.ofHeap(),
                new TurnLimiter(ARGUMENT_TURN_NANOS, connector.getScheduler()),
                connector.getByteBufferPool(),
                connector.getExecutor(),
                connector.getScheduler(),
                logins,
                config.database(),
                connector::excess));
        return connector;
    }

    /**
     * Makes a port that serves the same with TLS. Limits, timeouts and figures are those of both together, and {@link #change} is
     * for both. Add it to the same server, beside this one or in its place. At most once, before the server starts.
     *
     * @param engines returns an engine in server mode for each connection; called on threads that handshakes run on
     */
    public RespConnector withTls(Supplier<SSLEngine> engines, @Nullable String host, int port) {
        RespConnector made = new RespConnector(
                getServer(),
                config.at(host, port),
                shared,
                new Rounds(shared.cache(), new TlsPort(engines, getExecutor(), EXPECTS_TLS)));
        made.setName("resp-tls");
        made.serve(requireNonNull(clients));
        tls = made;
        return made;
    }

    private void serve(RespPort port) {
        clients = port;
        addConnectionFactory(new RespConnectionFactory(port, () -> headers));
    }

    private RespConnector(Server server, RespConfig config, Shared shared, Rounds rounds) {
        super(server, new ConnectionFactory[0]);
        this.shared = shared;
        this.rounds = rounds;
        this.config = config;
        this.sweeps = new PeriodicSweep(this, getScheduler(), shared.timeouts()::leastNanos, shared.registry()::sweep);
        setName("resp");
        setHost(config.host());
        setPort(config.port());
        // As in Redis by default: clients keep idle connections in pools for any time.
        setIdleTimeout(0);
        setShutdownIdleTimeout(-1);
        setAcceptQueueSize(ACCEPT_QUEUE);
    }

    /** Has the limits and the timeouts of {@code to} apply from now on; connections that are open stay. Thread-safe. */
    public void change(RespConfig to) {
        shared.registry().limit(to.maxConnections());
        shared.timeouts().change(to);
        config = to;
    }

    /**
     * Has connections that are accepted from now on begin with headers of the PROXY protocol, on this port and its {@linkplain #withTls
     * second} one. Thread-safe.
     */
    public void beginWith(ProxyHeaders expected) {
        headers = expected;
        RespConnector second = tls;
        if (second != null) {
            second.beginWith(expected);
        }
    }

    /** Returns the figures of the port's connections. Thread-safe. */
    public PortStats portStats() {
        PortStats own = rounds.stats(getConnectedEndPoints().size());
        RespConnector second = tls;
        return second == null ? own : own.plus(second.portStats());
    }

    /** Returns the figures of TLS, of this port or its {@linkplain #withTls second} one. Thread-safe. */
    public TlsStats tlsStats() {
        RespConnector second = tls;
        return second == null ? rounds.tlsStats() : second.tlsStats();
    }

    /** Returns how many more sockets are open than connections are allowed. */
    private int excess() {
        RespConnector second = tls;
        int sockets = getConnectedEndPoints().size()
                + (second == null ? 0 : second.getConnectedEndPoints().size());
        return sockets - shared.registry().maxConnections();
    }

    /** Returns the figures of the port. Thread-safe. */
    public RespStats stats() {
        return stats(shared.figures().commands(command -> true));
    }

    /** As {@link #stats}, with the durations of one command alone: copies of all are too large to be made each second. */
    public RespStats statsTiming(String command) {
        return stats(shared.figures().commands(command::equals));
    }

    private RespStats stats(List<CommandStats> commands) {
        return shared.registry()
                .stats(commands, shared.near().stats(), shared.pins().get());
    }

    /** Returns how many connections were closed because too many were open. Thread-safe. */
    public long rejected() {
        return shared.registry().rejected();
    }

    @Override
    public void open() throws IOException {
        super.open();
        if (isReusePort() && getTransport() instanceof ServerSocketChannel channel) {
            reused.open(channel);
        }
    }

    private void accepted(SocketChannel channel) {
        configure(channel.socket());
        getSelectorManager().accept(channel);
    }

    @Override
    public void accept(int acceptorId) throws IOException {
        if (!reused.accept()) {
            super.accept(acceptorId);
        }
    }

    @Override
    public void close() {
        super.close();
        reused.close();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        sweeps.start();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        reused.drain();
        CompletableFuture<Void> closed = super.shutdown();
        headers.drain();
        if (!shared.registry().isDraining()) {
            Parting.begin(shared.registry(), getScheduler(), getServer().getStopTimeout());
        }
        return closed;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        RoundEndPoint endPoint = rounds.newEndPoint(channel, selector, key, getScheduler(), getByteBufferPool());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /** Keep-alive probes find clients that disappeared without closing; there need not be an idle timeout. */
    @Override
    protected void configure(Socket socket) {
        super.configure(socket);
        KeepAlive.enable(socket);
    }
}
