package redisproxy.jetty;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Connector;

/** Bounds the connections of a port, with TLS and without together. Thread-safe. */
final class ConnectionLimit {
    private final List<Connector> ports = new CopyOnWriteArrayList<>();
    private volatile int most;

    ConnectionLimit(int most) {
        this.most = most;
    }

    /** Has the connections of this port count. */
    void count(Connector port) {
        ports.add(port);
    }

    /** Returns the most connections. */
    int most() {
        return most;
    }

    /** Lets so many connections in from now on. */
    void set(int connections) {
        most = connections;
    }

    /**
     * Returns how many connections there are beyond the most, or a number that is not positive.
     *
     * @param isNew whether one more counts, which is not among those that are connected yet
     */
    int excess(boolean isNew) {
        int open = isNew ? 1 : 0;
        for (Connector port : ports) {
            open += port.getConnectedEndPoints().size();
        }
        return open - most;
    }
}
