package redisproxy.server;

import java.time.Duration;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import redisproxy.http.HttpConfig;

/** Makes the HTTP port of the embedded server: HTTP/1.1 and 1.0, any bytes in a target, no word about versions. */
final class HttpConnector {
    /** A key may be long, and percent-encoding triples it; as much as an inline command on the RESP port. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private static final Duration MIN_IDLE_TIMEOUT = Duration.ofSeconds(30);

    /** A connection is not idle while its request waits for a load. */
    private static final Duration BEYOND_LOAD = Duration.ofSeconds(5);

    /** Many clients connect at once when they start or come back; what the queue cannot hold waits for a second. */
    private static final int ACCEPT_QUEUE = 1024;

    private HttpConnector() {}

    static ServerConnector create(Server server, HttpConfig config, Duration loadTimeout) {
        ServerConnector connector = new ServerConnector(server, new KeyConnectionFactory(configuration()));
        connector.setName("http");
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        Duration idle = loadTimeout.plus(BEYOND_LOAD);
        connector.setIdleTimeout(Math.max(idle.toMillis(), MIN_IDLE_TIMEOUT.toMillis()));
        return connector;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
        configuration.setUriCompliance(UriCompliance.UNSAFE);
        return configuration;
    }

    private static final class KeyConnectionFactory extends HttpConnectionFactory {
        KeyConnectionFactory(HttpConfiguration configuration) {
            super(configuration);
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            HttpConnection connection = new KeyConnection(getHttpConfiguration(), connector, endPoint);
            return configure(connection, connector, endPoint);
        }
    }

    private static final class KeyConnection extends HttpConnection {
        KeyConnection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
            super(configuration, connector, endPoint);
        }

        @Override
        protected HttpStreamOverHTTP1 newHttpStream(String method, String target, HttpVersion version) {
            return super.newHttpStream(method, TargetNormalizer.normalize(method, target), version);
        }
    }
}
