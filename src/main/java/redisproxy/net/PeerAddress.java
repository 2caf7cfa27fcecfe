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

    /** Returns the host of an address that {@link #of} has formatted. */
    public static String host(String formatted) {
        return formatted.substring(0, Math.max(0, formatted.lastIndexOf(':')));
    }

    /** Returns the host of an address that {@link #of} has formatted, without brackets. */
    public static String plainHost(String formatted) {
        String host = host(formatted);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Returns the port of an address that {@link #of} has formatted. */
    public static int port(String formatted) {
        return Integer.parseInt(formatted.substring(formatted.lastIndexOf(':') + 1));
    }

    /** Returns whether an address that {@link #of} has formatted is one of this machine alone (RFC 1122, RFC 4291). */
    public static boolean isLoopback(String formatted) {
        String host = host(formatted);
        return host.startsWith("127.") || host.equals("[0:0:0:0:0:0:0:1]") || host.startsWith("[0:0:0:0:0:0:0:1%");
    }
}
