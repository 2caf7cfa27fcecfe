package redisproxy.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Connects sockets for one connection, one after the other, which blocks for the connection timeout at most. {@link #abort} may
 * be called by any thread, and ends that at once: Jedis's own factory does not show a socket before it is connected.
 */
final class AbortableSockets implements JedisSocketFactory {
    private static final Logger LOG = LoggerFactory.getLogger(AbortableSockets.class);

    /**
     * An attempt that is not answered for so long is made anew, by a new lookup of the name. The system repeats an attempt
     * after one second, then two, then four (RFC 6298, 2.1 and 5.5): a host that is back would be noticed late.
     */
    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(1);

    private final NodeAddress address;
    private final JedisClientConfig client;
    private final boolean haveChannels;

    private volatile @Nullable Socket latest;
    private volatile boolean isAborted;

    /** Makes sockets to an address, with the timeouts of {@code client}. */
    AbortableSockets(NodeAddress address, JedisClientConfig client) {
        this(address, client, /* haveChannels= */ false);
    }

    /** Makes such sockets; {@code haveChannels} says whether each has a {@link Socket#getChannel channel}. */
    AbortableSockets(NodeAddress address, JedisClientConfig client, boolean haveChannels) {
        this.address = address;
        this.client = client;
        this.haveChannels = haveChannels;
    }

    @Override
    public Socket createSocket() {
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(client.getConnectionTimeoutMillis());
        while (true) {
            JedisConnectionException failure = new JedisConnectionException("no connection to " + address);
            boolean mayPass = false;
            for (InetAddress each : addresses()) {
                try {
                    return connect(each, untilNanos);
                } catch (SocketTimeoutException e) {
                    failure.addSuppressed(e);
                    mayPass = true;
                } catch (IOException e) {
                    failure.addSuppressed(e);
                }
            }
            if (!mayPass || isAborted || System.nanoTime() - untilNanos >= 0) {
                throw failure;
            }
        }
    }

    /** Returns the addresses of the host, in any order, so that many proxies do not prefer one. */
    private List<InetAddress> addresses() {
        try {
            List<InetAddress> all = Arrays.asList(InetAddress.getAllByName(address.host()));
            Collections.shuffle(all);
            return all;
        } catch (UnknownHostException e) {
            throw new JedisConnectionException(e);
        }
    }

    private Socket connect(InetAddress host, long untilNanos) throws IOException {
        Socket socket = haveChannels ? SocketChannel.open().socket() : new Socket();
        latest = socket;
        try {
            if (isAborted) {
                // The thread that aborted may have found no socket.
                throw new IOException("the connection is closed");
            }
            socket.setTcpNoDelay(true);
            // What is left unread is of no use: no port waits for the end of the connection.
            socket.setSoLinger(true, 0);
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
            long most = Math.min(LONGEST_ATTEMPT.toMillis(), leftMillis);
            socket.connect(new InetSocketAddress(host, address.port()), Math.toIntExact(Math.max(1, most)));
            socket.setSoTimeout(client.getSocketTimeoutMillis());
            KeepAlive.enable(socket);
            return socket;
        } catch (IOException e) {
            close(socket);
            throw e;
        }
    }

    /** Returns the socket that was connected last. */
    Socket latest() throws IOException {
        Socket socket = latest;
        if (socket == null) {
            throw new IOException("the connection is closed");
        }
        return socket;
    }

    /** Closes the latest socket at once, which wakes whoever connects it, reads from it or writes to it. */
    void abort() {
        isAborted = true;
        Socket socket = latest;
        if (socket != null) {
            end(socket);
            close(socket);
        }
    }

    /** Has the server see the end now: closing alone is put off by the system while a thread is about to read. */
    private static void end(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("A socket was closed before it was connected", e);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("A socket did not close cleanly", e);
        }
    }
}
