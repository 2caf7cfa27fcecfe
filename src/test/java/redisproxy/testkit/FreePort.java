package redisproxy.testkit;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Finds a free loopback port below the range from which the system takes the ports of outgoing connections, so that no such
 * connection takes it first. Ports are given in turn, to all processes of this user: a port is not found again before all
 * others have been, however late the one that has found it listens there. Thread-safe.
 */
public final class FreePort {
    private static final int FIRST = 12_000;
    private static final int LAST = 22_000;
    private static final int TRIES = 100;

    /** Between the port of a Cluster's node and that of its bus. */
    private static final int BUS_DISTANCE = 10_000;

    private static final Path TURN =
            Path.of(System.getProperty("java.io.tmpdir"), "redis-proxy-test-ports-" + System.getProperty("user.name"));

    private FreePort() {}

    public static int find() {
        for (int left = TRIES; left > 0; left--) {
            int port = next();
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port after " + TRIES + " tries");
    }

    /** Finds a port that is free, together with that of the Cluster's bus, which is at a fixed distance. */
    public static int findWithBus() {
        for (int left = TRIES; left > 0; left--) {
            int port = next();
            if (isFree(port) && isFree(port + BUS_DISTANCE)) {
                return port;
            }
        }
        throw new IllegalStateException("no free ports after " + TRIES + " tries");
    }

    /** A lock of a file is one of this process, hence synchronized for its threads. */
    private static synchronized int next() {
        try (FileChannel turn = FileChannel.open(TURN, CREATE, READ, WRITE)) {
            // Until the channel is closed.
            turn.lock();
            ByteBuffer last = ByteBuffer.allocate(Integer.BYTES);
            int next = turn.read(last, 0) == Integer.BYTES ? last.getInt(0) + 1 : FIRST;
            int port = next < FIRST || next >= LAST ? FIRST : next;
            turn.write(last.clear().putInt(0, port), 0);
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException("no turn from " + TURN, e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
