package redisproxy.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Clients of one {@link Excess}, all on one thread. They send as much as is taken, read and drop what comes, and connect anew
 * when they are closed.
 */
public final class ExcessiveClients implements AutoCloseable {
    private static final int WRITE_BYTES = 1 << 18;
    private static final int READ_BYTES = 1 << 18;
    private static final long PAUSE_MILLIS = 5;
    private static final byte[] PING = {'P', 'I', 'N', 'G', '\r', '\n'};

    private final InetSocketAddress address;
    private final List<Client> clients = new ArrayList<>();
    private final ByteBuffer dropped = ByteBuffer.allocateDirect(READ_BYTES);
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder closedByPeer = new LongAdder();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "excessive-clients");

    private ExcessiveClients(Excess excess, Address address) {
        this.address = new InetSocketAddress(address.host(), address.port());
        add(excess.idleClients(), PING, /* repeated= */ false);
        add(excess.clients(), excess.bytes(), excess.isRepeated());
    }

    private void add(int count, byte[] bytes, boolean repeated) {
        ByteBuffer shared = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        for (int i = 0; i < count; i++) {
            clients.add(new Client(shared.duplicate(), repeated));
        }
    }

    /** Begins to send to a port. */
    public static ExcessiveClients start(Excess excess, Address address) {
        ExcessiveClients started = new ExcessiveClients(excess, address);
        started.thread.setDaemon(true);
        started.thread.start();
        return started;
    }

    /** How many bytes have been sent so far. */
    public long sentBytes() {
        return sentBytes.sum();
    }

    /** How many connections the port has closed or refused so far. */
    public long closedByPeer() {
        return closedByPeer.sum();
    }

    private void run() {
        try {
            boolean isBusy = true;
            while (!stop.await(isBusy ? 0 : PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                isBusy = false;
                for (Client client : clients) {
                    isBusy |= client.step();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clients.forEach(Client::close);
        }
    }

    /** Closes all connections. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(Address.PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Client {
        private final ByteBuffer bytes;
        private final boolean repeated;
        private @Nullable SocketChannel channel;

        Client(ByteBuffer bytes, boolean repeated) {
            this.bytes = bytes;
            this.repeated = repeated;
        }

        /** Does what can be done without waiting. Returns whether there may be more. */
        boolean step() {
            try {
                SocketChannel open = channel == null ? open() : channel;
                channel = open;
                return open.finishConnect() && exchange(open);
            } catch (IOException closed) {
                closedByPeer.increment();
                close();
                return false;
            }
        }

        private SocketChannel open() throws IOException {
            bytes.clear();
            SocketChannel opened = SocketChannel.open();
            try {
                opened.configureBlocking(false);
                opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
                // Ends with a reset, so that no port stays taken.
                opened.setOption(StandardSocketOptions.SO_LINGER, 0);
                opened.connect(address);
                return opened;
            } catch (IOException e) {
                opened.close();
                throw e;
            }
        }

        private boolean exchange(SocketChannel open) throws IOException {
            int read = open.read(dropped.clear());
            if (read < 0) {
                throw new EOFException("closed");
            }
            bytes.limit(Math.min(bytes.capacity(), bytes.position() + WRITE_BYTES));
            int written = open.write(bytes);
            sentBytes.add(written);
            if (bytes.position() == bytes.capacity() && repeated) {
                bytes.clear();
            }
            return read > 0 || written > 0;
        }

        void close() {
            SocketChannel open = channel;
            channel = null;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    // The connection has ended either way.
                }
            }
        }
    }
}
