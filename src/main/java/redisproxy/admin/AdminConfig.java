package redisproxy.admin;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The configuration of the admin port. Immutable.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any free one, or {@link #NO_PORT}
 * @param isRequired whether the proxy cannot start without it: somebody has asked for this port
 * @param readyNeedsRedis whether the proxy is not ready while Redis does not answer
 */
public record AdminConfig(String host, int port, boolean isRequired, boolean readyNeedsRedis) {
    /** Beside the ports for data. */
    public static final int DEFAULT_PORT = 5020;

    public static final int MAX_PORT = 65535;

    /** No admin port is opened. */
    public static final int NO_PORT = -1;

    /** Returns whether an admin port is wanted. */
    public boolean isOpen() {
        return port != NO_PORT;
    }

    /** Returns whether only this machine reaches the port. May look the host up. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
