package redisproxy.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;

/** A server that answers no attempt to connect, like a host that has died, until it is back. */
final class FullBacklog implements AutoCloseable {
    private static final int MOST_SOCKETS = 100;

    private final ServerSocket server;
    private final List<Socket> sockets = new ArrayList<>();

    FullBacklog() {
        try {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            fill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill() throws IOException {
        for (int i = 0; i < MOST_SOCKETS; i++) {
            Socket socket = new Socket();
            sockets.add(socket);
            try {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new IllegalStateException("the backlog has no end");
    }

    Address address() {
        return Address.loopback(server.getLocalPort());
    }

    /** Accepts each connection from now on. */
    void comeBack() {
        ScriptedPeer.start(() -> ScriptedPeer.accept(server, words -> {}));
    }

    @Override
    public void close() {
        try {
            for (Socket each : sockets) {
                each.close();
            }
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
