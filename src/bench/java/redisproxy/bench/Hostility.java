package redisproxy.bench;

import com.google.errorprone.annotations.Immutable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import redisproxy.testkit.Address;
import redisproxy.testkit.Excess;
import redisproxy.testkit.ExcessiveClients;
import redisproxy.testkit.RespClient;

/**
 * The process that abuses a port, apart from those that measure. Says {@code on} once it is in force, goes on until it is
 * ended, for ten minutes at most, and says every second how much it has done.
 */
final class Hostility {
    private static final long LONGEST_MILLIS = 600_000;
    private static final int DRIPPING = 900;
    private static final long DRIP_MILLIS = 100;
    private static final int UNREAD = 20;
    private static final long RETRY_MILLIS = 10;
    private static final int PIPELINES = 8;
    private static final int HELD = 1_000;
    private static final int FLOODED = 2_000;
    private static final int THREADS = 4;
    private static final int READ_BYTES = 1 << 16;
    private static final int PATIENCE_MILLIS = 5_000;

    private final Address address;
    private final byte[] bytes;
    private final AtomicLong done = new AtomicLong();

    /** A kind of abuse. Returns when the abuse has begun, and goes on with it on its own threads. */
    @Immutable
    interface Behaviour {
        void begin(Hostility hostility) throws IOException;
    }

    private Hostility(Address address, byte[] bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /** Takes the name of the {@link Abuse} and the port's address. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Abuse abuse = Abuse.valueOf(arguments[0]);
        Hostility hostility = new Hostility(Address.parse(arguments[1]), abuse.bytes());
        abuse.behaviour.begin(hostility);
        System.err.println("on");
        for (long left = LONGEST_MILLIS; left > 0; left -= 1000) {
            Thread.sleep(1000);
            System.err.println("done " + hostility.done.getAndSet(0));
        }
    }

    /** Many connections send one byte at a time; the last byte again and again. Those that are closed are opened anew. */
    void drip() throws IOException {
        List<SocketChannel> channels = open(DRIPPING);
        int[] sent = new int[DRIPPING];
        forever(() -> {
            for (int i = 0; i < DRIPPING; i++) {
                try {
                    channels.get(i).write(ByteBuffer.wrap(bytes, Math.min(sent[i]++, bytes.length - 1), 1));
                    done.incrementAndGet();
                } catch (IOException closed) {
                    channels.get(i).close();
                    channels.set(i, open());
                    sent[i] = 0;
                }
            }
            Thread.sleep(DRIP_MILLIS);
        });
    }

    /** A few connections send as much as is taken, and do not read. */
    void sendUnread() throws IOException {
        sendUnread(UNREAD);
    }

    void sendFewUnread() throws IOException {
        sendUnread(PIPELINES);
    }

    private void sendUnread(int count) throws IOException {
        List<SocketChannel> channels = open(count);
        List<ByteBuffer> left = new ArrayList<>();
        for (SocketChannel channel : channels) {
            channel.configureBlocking(false);
            left.add(ByteBuffer.wrap(bytes));
        }
        forever(() -> {
            for (int i = 0; i < count; i++) {
                try {
                    done.addAndGet(channels.get(i).write(left.get(i)));
                } catch (IOException closed) {
                    channels.get(i).close();
                    channels.set(i, open());
                    channels.get(i).configureBlocking(false);
                    left.get(i).rewind();
                }
            }
            Thread.sleep(RETRY_MILLIS);
        });
    }

    /** A few connections send pipelines without end, and read as fast as they can. */
    void pipeline() throws IOException {
        for (SocketChannel channel : open(PIPELINES)) {
            ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
            forever(() -> channel.write(ByteBuffer.wrap(bytes)));
            forever(() -> {
                if (channel.read(in.clear()) < 0) {
                    throw new IOException("closed");
                }
                done.addAndGet(in.position());
            });
        }
    }

    /** A few connections subscribe and do not read, while others publish. */
    void publishUnread() throws IOException {
        byte[] subscription = RespClient.encode("SUBSCRIBE", Abuse.CHANNEL).toArray();
        List<SocketChannel> subscribed = open(UNREAD);
        for (SocketChannel channel : subscribed) {
            channel.write(ByteBuffer.wrap(subscription));
        }
        forever(() -> {
            Thread.sleep(LONGEST_MILLIS);
            done.addAndGet(subscribed.size());
        });
        pipeline();
    }

    /** A few connections ask again and again, and read what comes little by little. */
    void readSlowly() throws IOException {
        for (int i = 0; i < PIPELINES; i++) {
            forever(() -> {
                try (SocketChannel channel = open()) {
                    ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
                    channel.write(ByteBuffer.wrap(bytes));
                    while (channel.read(in.clear()) >= 0) {
                        done.addAndGet(in.position());
                        Thread.sleep(DRIP_MILLIS);
                    }
                } catch (IOException closed) {
                    Thread.sleep(DRIP_MILLIS);
                }
            });
        }
    }

    /** Many connections send something, and then nothing. */
    void hold() throws IOException {
        List<SocketChannel> held = open(HELD);
        for (SocketChannel channel : held) {
            channel.write(ByteBuffer.wrap(bytes));
        }
        forever(() -> {
            Thread.sleep(LONGEST_MILLIS);
            done.addAndGet(held.size());
        });
    }

    /** Many connections are open, and threads open more, ask, read what comes, and close. */
    void flood() throws IOException {
        List<SocketChannel> held = open(FLOODED);
        forever(() -> {
            Thread.sleep(LONGEST_MILLIS);
            done.addAndGet(held.size());
        });
        sendAndLeave();
    }

    /** Threads connect, send, read what comes at once, and close. */
    void sendAndLeave() {
        for (int i = 0; i < THREADS; i++) {
            byte[] in = new byte[READ_BYTES];
            forever(() -> {
                try (Socket socket = new Socket()) {
                    // Ends with a reset, so that no port stays taken.
                    socket.setSoLinger(true, 0);
                    socket.setSoTimeout(PATIENCE_MILLIS);
                    socket.connect(new InetSocketAddress(address.host(), address.port()), PATIENCE_MILLIS);
                    sendAndRead(socket, in);
                } catch (IOException refused) {
                    // The abused port may close or refuse.
                }
                done.incrementAndGet();
            });
        }
    }

    /** A few clients do what would cost all others much. */
    void exceed(Excess excess) {
        ExcessiveClients clients = ExcessiveClients.start(excess, address);
        AtomicLong before = new AtomicLong();
        forever(() -> {
            Thread.sleep(RETRY_MILLIS);
            long sent = clients.sentBytes();
            done.addAndGet(sent - before.getAndSet(sent));
        });
    }

    private void sendAndRead(Socket socket, byte[] in) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException refused) {
            // The port may have answered before it refused the rest.
        }
        InputStream stream = socket.getInputStream();
        if (stream.read(in) < 0) {
            return;
        }
    }

    private List<SocketChannel> open(int count) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            channels.add(open());
        }
        return channels;
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(new InetSocketAddress(address.host(), address.port()));
        return channel;
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void forever(Step step) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    step.run();
                }
            } catch (IOException | InterruptedException e) {
                System.err.println("ended: " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
