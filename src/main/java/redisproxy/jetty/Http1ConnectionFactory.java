package redisproxy.jetty;

import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import redisproxy.net.HangUp;
import redisproxy.net.ProxyHeaders;
import redisproxy.net.ReadableSource;
import redisproxy.net.Round;

/** Makes a {@link JettyHttp1Connection} of each accepted socket, or refuses it with 503 if there are too many. Thread-safe. */
final class Http1ConnectionFactory extends HttpConnectionFactory {
    /** A key may be long, and percent-encoding triples it; as much as an inline command on the RESP port. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /** What a round has read must fit. */
    private static final int INPUT_BYTES = 2 * Round.READ_BYTES;

    /**
     * A line must end with CRLF, as {@link RequestLine} says. {@link Authority} reads {@code Host}; it does not count beside the
     * authority of a target in absolute form (RFC 9112, section 3.2.2).
     */
    private static final HttpCompliance COMPLIANCE = HttpCompliance.STRICT.with(
            "REDIS_PROXY", HttpCompliance.Violation.UNSAFE_HOST_HEADER, HttpCompliance.Violation.MISMATCHED_AUTHORITY);

    private final HttpServices services;
    private final ConnectionLimit limit;
    private volatile ProxyHeaders headers = ProxyHeaders.NONE;

    Http1ConnectionFactory(HttpServices services, ConnectionLimit limit) {
        super(configuration());
        this.services = services;
        this.limit = limit;
    }

    /** Has connections that are accepted from now on begin with headers of the PROXY protocol. */
    void beginWith(ProxyHeaders expected) {
        headers = expected;
    }

    /** Closes the connections that still await their header. */
    void drainHeaders() {
        headers.drain();
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
        configuration.setHttpCompliance(COMPLIANCE);
        configuration.setUriCompliance(UriCompliance.UNSAFE);
        configuration.setInputBufferSize(INPUT_BYTES);
        configuration.addCustomizer((request, headers) -> ClientCertificate.show(request));
        return configuration;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return headers.first(endPoint, connector.getExecutor(), ready -> connection(connector, ready));
    }

    private Connection connection(Connector connector, EndPoint endPoint) {
        // After a header it is among those that are connected.
        int excess = limit.excess(!connector.getConnectedEndPoints().contains(endPoint));
        if (excess > 0) {
            byte[] refusal = services.encoder().last(services.answers().tooManyConnections(limit.most()));
            return HangUp.refusal(endPoint, connector.getExecutor(), refusal, excess);
        }
        JettyHttp1Connection connection =
                new JettyHttp1Connection(getHttpConfiguration(), connector, ReadableSource.of(endPoint), services);
        return configure(connection, connector, endPoint);
    }
}
