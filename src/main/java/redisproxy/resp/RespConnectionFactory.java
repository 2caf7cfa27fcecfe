package redisproxy.resp;

import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import redisproxy.net.ProxyHeaders;
import redisproxy.net.ReadableSource;

/** Makes a {@link RespConnection} for each accepted socket. Thread-safe. */
final class RespConnectionFactory extends AbstractConnectionFactory {
    private final RespPort port;
    private final Supplier<ProxyHeaders> headers;

    /** Makes the factory; {@code headers} returns what connections begin with. */
    RespConnectionFactory(RespPort port, Supplier<ProxyHeaders> headers) {
        super("RESP");
        this.port = port;
        this.headers = headers;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return headers.get().first(endPoint, connector.getExecutor(), ready -> connection(connector, ready));
    }

    private Connection connection(Connector connector, EndPoint endPoint) {
        return configure(new RespConnection(ReadableSource.of(endPoint), port), connector, endPoint);
    }
}
