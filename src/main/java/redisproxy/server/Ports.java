package redisproxy.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** Binds ports and says which. */
final class Ports {
    private Ports() {}

    /** Binds the connector's port, so that what is wrong with it is known before anything is served. */
    static void bind(ServerConnector connector, Setting setting) {
        try {
            if (connector.getHost() != null) {
                InetAddress.getByName(connector.getHost());
            }
            connector.open();
        } catch (UnknownHostException e) {
            throw failure(connector, setting, "unknown host", e);
        } catch (IOException e) {
            Throwable root = e.getCause() == null ? e : e.getCause();
            String why = root.getMessage();
            throw failure(connector, setting, why == null ? root.getClass().getSimpleName() : why, e);
        }
    }

    /** Returns the address that is bound, an IPv6 one in brackets, with {@code 0.0.0.0} for all. */
    static String address(ServerConnector connector) {
        return format(connector.getHost(), connector.getLocalPort());
    }

    private static StartException failure(ServerConnector connector, Setting setting, String why, Throwable cause) {
        String message = "cannot listen on %s (%s): %s"
                .formatted(format(connector.getHost(), connector.getPort()), setting, why);
        return new StartException(message, cause);
    }

    private static String format(@Nullable String host, int port) {
        String shown = host == null ? "0.0.0.0" : host;
        return (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + port;
    }
}
