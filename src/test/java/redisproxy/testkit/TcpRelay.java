package redisproxy.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A relay between clients and a Redis that can fail as networks fail. */
public final class TcpRelay implements AutoCloseable {
    private static final Duration SLOWNESS = Duration.ofMillis(60);

    /** Long enough that some connections are used before they break. */
    private static final int CHUNKS_PER_CUT = 4;

    /** No reply begins like this, so every client notices it. */
    private static final byte GARBAGE = 0;

    /** How bytes are carried. */
    public enum Weather {
        FAIR,
        /** Bytes from Redis arrive late. */
        SLOW,
        /** Connections break in the middle of a reply. */
        CUTTING,
        /** Connections break when a value is requested. */
        REJECTING,
        /** Nothing arrives any more, in either direction, on connections that were used; they stay open. */
        SILENT,
        /** Other bytes arrive in place of a reply; never within a value, where they could not be noticed. */
        GARBLING
    }

    private final Address target;
    private final int port = FreePort.find();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Weather weather = Weather.FAIR;
    private volatile ServerSocket server;
    private volatile Thread acceptor;

    public TcpRelay(Address target) {
        this.target = target;
        listen();
    }

    public Address address() {
        return Address.loopback(port);
    }

    /** How many connections have been made to this relay. */
    public int accepted() {
        return accepted.get();
    }

    public void become(Weather next) {
        weather = next;
    }

    /** Closes all connections. */
    public void drop() {
        links.forEach(Link::close);
    }

    /** Closes all connections, and refuses new ones. */
    public void refuse() {
        close(server);
        try {
            // While a thread is in accept, the system still completes connections.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        drop();
    }

    /** Accepts connections again. */
    public void listen() {
        try {
            ServerSocket opened = new ServerSocket();
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            server = opened;
            acceptor = start(() -> accept(opened));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket near = from.accept();
                accepted.incrementAndGet();
                lead(near);
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void lead(Socket near) {
        try {
            Link link = new Link(near, target.connect());
            links.add(link);
            if (closed.getCount() == 0 || server.isClosed()) {
                link.close();
            }
            start(link::carryRequests);
            start(link::carryReplies);
        } catch (IOException e) {
            close(near);
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "tcp-relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        refuse();
    }

    /** One connection and the connection to Redis that it is relayed to. */
    private final class Link {
        private final Socket near;
        private final Socket far;
        private final ReplyScanner scanner = new ReplyScanner();
        private volatile boolean isSilenced;
        private boolean isGarbled;

        Link(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void carryRequests() {
            carry(near, far, this::request);
        }

        void carryReplies() {
            carry(far, near, this::reply);
        }

        private void carry(Socket from, Socket to, Carrier carrier) {
            try {
                from.setSoTimeout(0);
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[64 * 1024];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    isSilenced |= weather == Weather.SILENT;
                    if (!isSilenced) {
                        carrier.carry(buffer, count, out);
                    }
                }
            } catch (IOException e) {
                // One end has closed, or the fault closed the connection.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        private void request(byte[] bytes, int count, OutputStream out) throws IOException {
            if (weather == Weather.REJECTING && new String(bytes, 0, count, ISO_8859_1).contains("$3\r\nGET\r\n")) {
                close();
                return;
            }
            out.write(bytes, 0, count);
        }

        private void reply(byte[] bytes, int count, OutputStream out) throws IOException, InterruptedException {
            Weather now = weather;
            if (now == Weather.SLOW && closed.await(SLOWNESS.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            if (now == Weather.CUTTING && ThreadLocalRandom.current().nextInt(CHUNKS_PER_CUT) == 0) {
                out.write(bytes, 0, count / 2);
                close();
                return;
            }
            for (int i = 0; i < count; i++) {
                isGarbled |= now == Weather.GARBLING && scanner.isBetweenReplies();
                if (isGarbled) {
                    bytes[i] = GARBAGE;
                } else {
                    scanner.accept(bytes[i]);
                }
            }
            out.write(bytes, 0, count);
        }

        void close() {
            links.remove(this);
            TcpRelay.close(near);
            TcpRelay.close(far);
        }
    }

    /** What is done with some bytes of one direction. */
    @FunctionalInterface
    private interface Carrier {
        void carry(byte[] bytes, int count, OutputStream out) throws IOException, InterruptedException;
    }
}
