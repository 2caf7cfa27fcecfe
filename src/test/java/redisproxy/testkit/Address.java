package redisproxy.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A host and a TCP port. */
public record Address(String host, int port) {
    /** How long a connection may take to open, and then each read on it. */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    public static Address loopback(int port) {
        return new Address("127.0.0.1", port);
    }

    /** Reads {@code host:port}. */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("not host:port: " + text);
        }
        return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** Whether connections are accepted here. */
    public boolean isOpen() {
        try (Socket socket = connect()) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
