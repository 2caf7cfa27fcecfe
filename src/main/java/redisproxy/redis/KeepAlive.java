package redisproxy.redis;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the system probe idle connections to Redis (RFC 9293, 3.8.4): the probes keep firewalls and address translators from
 * forgetting them, and end those that are dead. Where the times cannot be set, the system's own apply.
 */
final class KeepAlive {
    /** Well below the four minutes after which the most impatient translators of public clouds forget a connection. */
    static final int IDLE_SECONDS = 60;

    private static final int INTERVAL_SECONDS = 20;
    private static final int PROBES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

    private KeepAlive() {}

    /** Sets the options of a socket. Does not block; a socket that refuses them is used as it is. */
    static void enable(Socket socket) {
        try {
            socket.setKeepAlive(true);
            set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
            set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
            set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        } catch (IOException e) {
            // The first use of the socket will tell if it is of no use.
            LOG.debug("Cannot set keep-alive on a socket", e);
        }
    }

    private static void set(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }
}
