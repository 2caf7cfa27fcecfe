package redisproxy.resp;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import redisproxy.net.ReadableSource;

/** Makes a {@link RespConnection} for each accepted socket. Thread-safe. */
final class RespConnectionFactory extends AbstractConnectionFactory {
    private final RespPort port;

    RespConnectionFactory(RespPort port) {
        super("RESP");
        this.port = port;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(new RespConnection(ReadableSource.of(endPoint), port), connector, endPoint);
    }
}
