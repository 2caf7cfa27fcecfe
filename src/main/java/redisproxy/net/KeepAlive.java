package redisproxy.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the system probe idle clients (RFC 9293, 3.8.4), so that those that disappeared without closing do not use connections up
 * for good. The times are those of Redis's {@code tcp-keepalive} by default: 300 s until the first probe. Where they cannot be
 * set, the system's own apply.
 */
public final class KeepAlive {
    static final int IDLE_SECONDS = 300;
    private static final int INTERVAL_SECONDS = IDLE_SECONDS / 3;
    private static final int PROBES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

    private KeepAlive() {}

    /** Sets the options of the socket of a client. Does not block; a socket that refuses them is used as it is. */
    public static void enable(Socket socket) {
        try {
            socket.setKeepAlive(true);
            set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
            set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
            set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        } catch (IOException e) {
            LOG.debug("Cannot set keep-alive on a socket", e);
        }
    }

    private static void set(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }
}
