package redisproxy.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address of a client as a proxy in front has announced it. An end point returns it as its remote address, so that it reaches all that
 * asks for that. Immutable.
 */
public final class ClientAddress extends InetSocketAddress {
    private static final long serialVersionUID = 1;

    private final boolean isLocal;

    /**
     * Makes an address.
     *
     * @param isLocal whether the client is on this machine
     */
    ClientAddress(InetAddress address, int port, boolean isLocal) {
        super(address, port);
        this.isLocal = isLocal;
    }

    /**
     * Returns whether the client with this remote address is on this machine. One behind a proxy is if both are: who is announced as
     * 127.0.0.1 by another machine is on that one.
     */
    public static boolean isLocal(@Nullable SocketAddress remote) {
        if (remote instanceof ClientAddress announced) {
            return announced.isLocal;
        }
        return remote instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
    }
}
