package redisproxy.jetty;

import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import redisproxy.net.PeerNames;

/**
 * The certificate that the client of a connection has shown: its names, read once and only if they are asked for. Belongs to the
 * thread that has the connection.
 */
final class ClientCertificate implements Supplier<List<String>> {
    private final EndPoint endPoint;
    private @Nullable List<String> names;

    ClientCertificate(EndPoint endPoint) {
        this.endPoint = endPoint;
    }

    /** Returns its names, or none if there is no certificate. A request must have arrived, and with it the handshake be done. */
    @Override
    public List<String> get() {
        List<String> read = names;
        if (read == null) {
            read = PeerNames.of(endPoint);
            names = read;
        }
        return read;
    }

    /** Has the servlets of a request see the certificate, where containers put it. */
    static Request show(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        String name = EndPoint.SslSessionData.ATTRIBUTE;
        Object kept = connection.getAttribute(name);
        if (kept == null) {
            kept = connection.getConnection().getEndPoint().getSslSessionData();
            if (kept == null) {
                return request;
            }
            connection.setAttribute(name, kept);
        }
        request.setAttribute(name, kept);
        return request;
    }
}
