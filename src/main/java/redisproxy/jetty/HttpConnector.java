package redisproxy.jetty;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
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
import redisproxy.net.Round;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.Rounds;

/**
 * The HTTP port of the embedded server: HTTP/1.1 and 1.0, any bytes in a target, no word about versions. Add it to a
 * {@link Server}, whose start and stop it follows, and put {@link #around} the server's handler.
 */
public final class HttpConnector extends ServerConnector {
    /** A key may be long, and percent-encoding triples it; as much as an inline command on the RESP port. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private static final Duration MIN_IDLE_TIMEOUT = Duration.ofSeconds(30);

    /** A connection is not idle while its request waits for a load. */
    private static final Duration BEYOND_LOAD = Duration.ofSeconds(5);

    /** Many clients connect at once when they start or come back; what the queue cannot hold waits for a second. */
    private static final int ACCEPT_QUEUE = 1024;

    private final Rounds rounds;

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
        server.setErrorHandler(new PlainErrorHandler());
        Connections connections = new Connections(answers, permits, new AnswerEncoder(server::getDateField));
        return new HttpConnector(server, config, connections, new Rounds(cache), loadTimeout);
    }

    private HttpConnector(
            Server server, HttpConfig config, Connections connections, Rounds rounds, Duration loadTimeout) {
        super(server, connections);
        this.rounds = rounds;
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
        configuration.setInputBufferSize(Round.READ_BYTES);
        return configuration;
    }

    private static final class Connections extends HttpConnectionFactory {
        private final Answers answers;
        private final Permits permits;
        private final AnswerEncoder encoder;

        Connections(Answers answers, Permits permits, AnswerEncoder encoder) {
            super(configuration());
            this.answers = answers;
            this.permits = permits;
            this.encoder = encoder;
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            KeyConnection connection = new KeyConnection(
                    getHttpConfiguration(), connector, (RoundEndPoint) endPoint, answers, permits, encoder);
            return configure(connection, connector, endPoint);
        }
    }
}
