package redisproxy.resp;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import redisproxy.cache.ReadThroughCache;
import redisproxy.net.LingeringClose;
import redisproxy.net.ReadableSource;

/** Makes a {@link RespConnection} of each accepted socket. */
final class RespConnectionFactory extends AbstractConnectionFactory {
    private final ReadThroughCache cache;
    private final CommandTable commands;
    private final ClientRegistry registry;
    private final Timeouts timeouts;
    private final InputBudget inputBudget = InputBudget.ofHeap();

    RespConnectionFactory(ReadThroughCache cache, CommandTable commands, ClientRegistry registry, Timeouts timeouts) {
        super("RESP");
        this.cache = cache;
        this.commands = commands;
        this.registry = registry;
        this.timeouts = timeouts;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        RespConnection connection = new RespConnection(
                ReadableSource.of(endPoint),
                connector.getExecutor(),
                connector.getByteBufferPool(),
                cache,
                commands,
                registry,
                timeouts,
                inputBudget,
                LingeringClose.lingerMillis(excess((RespConnector) connector)));
        return configure(connection, connector, endPoint);
    }

    private int excess(RespConnector connector) {
        return connector.getConnectedEndPoints().size() - registry.maxConnections();
    }
}
