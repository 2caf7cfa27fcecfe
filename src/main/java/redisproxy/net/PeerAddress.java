package redisproxy.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Formats socket addresses as Redis does. */
public final class PeerAddress {
    private PeerAddress() {}

    /** Returns {@code host:port}, an IPv6 address in brackets; {@code ?:0} if there is no such address. */
    public static String of(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return "?:0";
    }
}
