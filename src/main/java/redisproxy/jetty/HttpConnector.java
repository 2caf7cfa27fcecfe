package redisproxy.jetty;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.Answers;
import redisproxy.http.Browsers;
import redisproxy.http.HttpConfig;
import redisproxy.http.Permits;
import redisproxy.measure.AccessLog;
import redisproxy.net.ClientMemory;
import redisproxy.net.KeepAlive;
import redisproxy.net.PeriodicSweep;
import redisproxy.net.PortStats;
import redisproxy.net.ProxyHeaders;
import redisproxy.net.ReadableSource;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.Rounds;
import redisproxy.net.SharedPort;
import redisproxy.net.TlsPort;
import redisproxy.net.TlsStats;
import redisproxy.net.TurnLimiter;
import redisproxy.tls.ServerTls;

/**
 * The HTTP port of the embedded server: HTTP/2, 1.1 and 1.0, with any bytes in a target, and responses that do not name the server's
 * version. Add it to a {@link Server}, whose start and stop it follows, and put {@link #around} around the server's handler.
 */
public final class HttpConnector extends ServerConnector {
    /**
     * The time between two turns on one processor; with n processors a turn comes n times as often. The servlet takes a fifth of
     * that time for the requests of one turn.
     */
    private static final long TURN_NANOS = 1_000_000;

    /** Many clients may connect at once; a connection that the queue cannot hold is tried again after a second. */
    private static final int ACCEPT_QUEUE = 1024;

    /** Connections that wait for their next request take little memory, but must not take all file descriptors. */
    private static final int MAX_WAITING = 10_000;

    /** What clients of the TLS port may speak, the best first. */
    private static final List<String> PROTOCOLS = List.of(ServerTls.HTTP_2, ServerTls.HTTP_1_1);

    private static final byte[] EXPECTS_TLS = plainAnswer("This port expects TLS: ask for https://\n");

    private final Shared shared;
    private final Rounds rounds;
    private final Http1ConnectionFactory connections;
    private final HTTP2ServerConnectionFactory http2;
    private final SharedPort reused = new SharedPort(this::accepted);
    private volatile @Nullable HttpConnector tls;

    /**
     * Makes the connector; the port is bound when the server starts.
     *
     * @param browsers says which pages may have a browser ask the port, shared with the servlet's filter
     * @param answers those of the cache, shared with the servlet
     * @param permits bound the requests in process, shared with the servlet's filter
     * @param memory bounds what is held for the clients of both ports
     * @param authority says who may read what
     * @param accessLog takes each request, or is null
     */
    public static HttpConnector create(
            Server server,
            HttpConfig config,
            Browsers browsers,
            ReadThroughCache cache,
            Answers answers,
            Permits permits,
            ClientMemory memory,
            Authority authority,
            @Nullable AccessLog accessLog) {
        return create(server, config, browsers, cache, answers, permits, memory, authority, accessLog, MAX_WAITING);
    }

    /** As above, with {@code maxWaiting} connections beside those whose requests may be in process. */
    static HttpConnector create(
            Server server,
            HttpConfig config,
            Browsers browsers,
            ReadThroughCache cache,
            Answers answers,
            Permits permits,
            ClientMemory memory,
            Authority authority,
            @Nullable AccessLog accessLog,
            int maxWaiting) {
        if (accessLog != null) {
            server.setRequestLog(new UnusualRequestLog(accessLog));
        }
        server.setErrorHandler(new PlainErrorHandler(answers, browsers));
        int processors = Runtime.getRuntime().availableProcessors();
        AtomicLong clientNanos = new AtomicLong(config.clientTimeout().toNanos());
        HttpServices services = new HttpServices(
                answers,
                permits,
                new AnswerEncoder(server::getDateField, browsers),
                new RepeatableHeads(browsers),
                memory,
                new TurnLimiter(TURN_NANOS / processors, server.getScheduler()),
                HeadReads.of(processors, server.getThreadPool()),
                authority,
                browsers,
                accessLog,
                clientNanos::get);
        ConnectionLimit limit = new ConnectionLimit(config.maxRequests() + maxWaiting);
        Shared shared = new Shared(config, cache, services, limit, maxWaiting, clientNanos);
        HttpConnector connector = new HttpConnector(server, shared, config.port(), new Rounds(cache));
        connector.setName("http");
        return connector;
    }

    /** What a port has in common with its {@linkplain #withTls second} one. */
    private record Shared(
            HttpConfig config,
            ReadThroughCache cache,
            HttpServices services,
            ConnectionLimit limit,
            int maxWaiting,
            AtomicLong clientNanos) {}

    private HttpConnector(Server server, Shared shared, int port, Rounds rounds) {
        this(server, shared, port, rounds, new Http1ConnectionFactory(shared.services(), shared.limit()));
    }

    private HttpConnector(Server server, Shared shared, int port, Rounds rounds, Http1ConnectionFactory connections) {
        this(
                server,
                shared,
                port,
                rounds,
                connections,
                Http2.connections(
                        connections.getHttpConfiguration(),
                        shared.clientNanos().get(),
                        shared.cache(),
                        shared.services()));
    }

    private HttpConnector(
            Server server,
            Shared shared,
            int port,
            Rounds rounds,
            Http1ConnectionFactory connections,
            HTTP2ServerConnectionFactory http2) {
        super(server, connections, http2);
        this.shared = shared;
        this.rounds = rounds;
        this.connections = connections;
        this.http2 = http2;
        shared.limit().count(this);
        setHost(shared.config().host());
        setPort(port);
        setAcceptQueueSize(ACCEPT_QUEUE);
        setIdleTimeout(shared.config().idleTimeout().toMillis());
    }

    /**
     * Makes a port that serves the same with TLS, and HTTP/2 to clients that want it. Limits, timeouts and figures are those of both
     * together, and {@link #change} is to be called of this one. At most once.
     */
    public HttpConnector withTls(ServerTls serverTls, int port) {
        TlsPort tlsPort = new TlsPort(() -> serverTls.newEngine(PROTOCOLS), getExecutor(), EXPECTS_TLS);
        HttpConnector made = new HttpConnector(getServer(), shared, port, new Rounds(shared.cache(), tlsPort));
        made.setName("https");
        tls = made;
        return made;
    }

    /** Has the limits and the timeouts of {@code to} apply from now on; connections that are open stay. Thread-safe. */
    public void change(HttpConfig to) {
        shared.limit().set(to.maxRequests() + shared.maxWaiting());
        shared.clientNanos().set(to.clientTimeout().toNanos());
        applyTimeouts(to);
        HttpConnector second = tls;
        if (second != null) {
            second.applyTimeouts(to);
        }
    }

    private void applyTimeouts(HttpConfig to) {
        Http2.limitStreams(http2, to.clientTimeout().toNanos());
        long before = getIdleTimeout();
        setIdleTimeout(to.idleTimeout().toMillis());
        for (EndPoint endPoint : getConnectedEndPoints()) {
            // One that is being closed has a time of its own.
            if (endPoint.getIdleTimeout() == before) {
                endPoint.setIdleTimeout(getIdleTimeout());
            }
        }
    }

    /**
     * Counts a request of HTTP/2, of which so many bytes are held until it is answered: {@link ClientMemory#endWait} is then called.
     * Returns false if there is no memory for it.
     */
    boolean holds(Request request, long bytes) {
        ClientMemory memory = shared.services().memory();
        if (memory.isShort()) {
            shared.services().answers().countRefusedRequest();
            return false;
        }
        memory.beginWait(bytes);
        Request.addCompletionListener(request, failure -> memory.endWait(bytes));
        return true;
    }

    private static byte[] plainAnswer(String text) {
        return ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.length() + "\r\nConnection: close\r\n\r\n" + text)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Has connections that are accepted from now on begin with headers of the PROXY protocol, on this port and its {@linkplain #withTls
     * second} one. Thread-safe.
     */
    public void beginWith(ProxyHeaders headers) {
        connections.beginWith(headers);
        HttpConnector second = tls;
        if (second != null) {
            second.beginWith(headers);
        }
    }

    /** Returns a handler that adds to {@code servlets} what requests of this port need of the server. */
    public static Handler around(Handler servlets) {
        return new HeadObserver(new ContentTypeSpelling(servlets));
    }

    /** Returns the figures of the connections of this port and its {@linkplain #withTls second} one. Thread-safe. */
    public PortStats portStats() {
        PortStats own = rounds.stats(getConnectedEndPoints().size());
        HttpConnector second = tls;
        return second == null ? own : own.plus(second.portStats());
    }

    /** Returns the figures of TLS, of this port or its {@linkplain #withTls second} one. Thread-safe. */
    public TlsStats tlsStats() {
        HttpConnector second = tls;
        return second == null ? rounds.tlsStats() : second.tlsStats();
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
    public CompletableFuture<Void> shutdown() {
        reused.drain();
        CompletableFuture<Void> closed = super.shutdown();
        connections.drainHeaders();
        return closed;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        new PeriodicSweep(this, getScheduler(), shared.clientNanos()::get, this::sweep).start();
    }

    private void sweep() {
        long now = System.nanoTime();
        getConnectedEndPoints().forEach(endPoint -> sweep(endPoint, now));
    }

    private void sweep(EndPoint endPoint, long now) {
        try {
            if (endPoint.getConnection() instanceof JettyHttp1Connection connection) {
                connection.sweep(now);
            }
            if (endPoint instanceof ReadableSource source) {
                long most = shared.clientNanos().get();
                if (source.isStalled(now, most)) {
                    endPoint.close(
                            new TimeoutException("the client takes too long for a handshake or a record of TLS"));
                } else if (source.isTakenTooSlowly(now, most)) {
                    endPoint.close(new TimeoutException("the client takes too long to read"));
                }
            }
        } catch (RuntimeException e) {
            endPoint.close(e);
        }
    }

    @Override
    protected void configure(Socket socket) {
        super.configure(socket);
        KeepAlive.enable(socket);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        RoundEndPoint endPoint = rounds.newEndPoint(channel, selector, key, getScheduler(), getByteBufferPool());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
