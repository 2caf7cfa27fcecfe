package redisproxy.jetty;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.Answers;
import redisproxy.http.HttpConfig;
import redisproxy.http.Permits;
import redisproxy.net.LingeringClose;
import redisproxy.net.Round;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.Rounds;
import redisproxy.net.Sweeps;
import redisproxy.net.TurnLimiter;

/**
 * The HTTP port of the embedded server: HTTP/1.1 and 1.0, any bytes in a target, no word about versions. Add it to a
 * {@link Server}, whose start and stop it follows, and put {@link #around} the server's handler.
 */
public final class HttpConnector extends ServerConnector {
    /** A key may be long, and percent-encoding triples it; as much as an inline command on the RESP port. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private static final int INPUT_BYTES = 2 * Round.READ_BYTES;

    /** What the servlet does for one turn takes a fifth of that. */
    private static final long TURN_NANOS = 1_000_000;

    private static final Duration MIN_IDLE_TIMEOUT = Duration.ofSeconds(30);

    /** A connection is not idle while its request waits for a load. */
    private static final Duration BEYOND_LOAD = Duration.ofSeconds(5);

    /** Many clients connect at once when they start or come back; what the queue cannot hold waits for a second. */
    private static final int ACCEPT_QUEUE = 1024;

    /** Connections that wait for their next request take little, but they may not take all descriptors. */
    private static final int MAX_WAITING = 10_000;

    private final Rounds rounds;
    private final long clientNanos;

    /**
     * Makes the connector; the port is bound when the server starts.
     *
     * @param answers those of the cache, shared with the servlet
     * @param permits what bounds the requests in process, shared with the servlet's filter
     * @param loadTimeout how long a load may take
     */
    public static HttpConnector create(
            Server server,
            HttpConfig config,
            ReadThroughCache cache,
            Answers answers,
            Permits permits,
            Duration loadTimeout) {
        return create(server, config, cache, answers, permits, loadTimeout, MAX_WAITING);
    }

    /** The same, with so many connections beside those whose requests may be in process. */
    static HttpConnector create(
            Server server,
            HttpConfig config,
            ReadThroughCache cache,
            Answers answers,
            Permits permits,
            Duration loadTimeout,
            int maxWaiting) {
        server.setErrorHandler(new PlainErrorHandler(answers));
        Connections connections = new Connections(
                config, config.maxRequests() + maxWaiting, answers, permits, new AnswerEncoder(server::getDateField));
        return new HttpConnector(server, config, connections, new Rounds(cache), loadTimeout);
    }

    private HttpConnector(
            Server server, HttpConfig config, Connections connections, Rounds rounds, Duration loadTimeout) {
        super(server, connections);
        this.rounds = rounds;
        this.clientNanos = config.clientTimeout().toNanos();
        setName("http");
        setHost(config.host());
        setPort(config.port());
        setAcceptQueueSize(ACCEPT_QUEUE);
        Duration idle = loadTimeout.plus(BEYOND_LOAD);
        setIdleTimeout(Math.max(idle.toMillis(), MIN_IDLE_TIMEOUT.toMillis()));
    }

    /** Returns a handler that does for requests of this port what {@code servlets} leaves to the server. */
    public static Handler around(Handler servlets) {
        return new HeadObserver(new ContentTypeSpelling(servlets));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        new Sweeps(this, getScheduler(), clientNanos, this::sweep).start();
    }

    private void sweep() {
        long now = System.nanoTime();
        getConnectedEndPoints().forEach(endPoint -> sweep(endPoint, now));
    }

    private void sweep(EndPoint endPoint, long now) {
        try {
            if (endPoint.getConnection() instanceof KeyConnection connection) {
                connection.sweep(now);
            }
            if (endPoint instanceof RoundEndPoint written && written.isTakenTooSlowly(now, clientNanos)) {
                endPoint.close(new TimeoutException("a client takes too long to read"));
            }
        } catch (RuntimeException e) {
            endPoint.close(e);
        }
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        RoundEndPoint endPoint = rounds.newEndPoint(channel, selector, key, getScheduler(), getByteBufferPool());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
        configuration.setUriCompliance(UriCompliance.UNSAFE);
        // What a round has read must fit.
        configuration.setInputBufferSize(INPUT_BYTES);
        return configuration;
    }

    private static final class Connections extends HttpConnectionFactory {
        private final TurnLimiter turnLimiter =
                new TurnLimiter(TURN_NANOS / Runtime.getRuntime().availableProcessors(), System::nanoTime);
        private final int maxConnections;
        private final long clientNanos;
        private final Answers answers;
        private final Permits permits;
        private final AnswerEncoder encoder;

        Connections(HttpConfig config, int maxConnections, Answers answers, Permits permits, AnswerEncoder encoder) {
            super(configuration());
            this.maxConnections = maxConnections;
            this.clientNanos = config.clientTimeout().toNanos();
            this.answers = answers;
            this.permits = permits;
            this.encoder = encoder;
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            // Those that are open already, without this one.
            int excess = connector.getConnectedEndPoints().size() + 1 - maxConnections;
            if (excess > 0) {
                byte[] refusal = encoder.last(answers.tooManyConnections(maxConnections));
                long linger = LingeringClose.lingerMillis(excess);
                return new LingeringClose(endPoint, connector.getExecutor(), refusal, linger);
            }
            KeyConnection connection = new KeyConnection(
                    getHttpConfiguration(),
                    connector,
                    (RoundEndPoint) endPoint,
                    answers,
                    permits,
                    encoder,
                    turnLimiter,
                    clientNanos);
            return configure(connection, connector, endPoint);
        }
    }
}
