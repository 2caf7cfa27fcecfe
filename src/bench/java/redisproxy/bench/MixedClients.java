package redisproxy.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RespClient;

/**
 * The process of clients that read and write: each sends one request, and the next when it has the reply. Nine of ten read a value that
 * has been filled in, the others write to further keys. Prints its figures in the form of wrk's.
 */
final class MixedClients {
    private static final int READ_PERCENT = 90;
    private static final int BUFFER_BYTES = 1024;

    /** Longer latencies count as this one, in microseconds. */
    private static final int LONGEST_MICROS = 1_000_000;

    private final SplittableRandom random = new SplittableRandom(1);
    private final int[] latencies = new int[LONGEST_MICROS + 1];
    private final Selector selector;
    private long requests;
    private long errors;

    private MixedClients(Selector selector) {
        this.selector = selector;
    }

    /** Takes the seconds, the address and the number of connections. */
    public static void main(String[] arguments) throws IOException {
        Address address = Address.parse(arguments[1]);
        try (Selector selector = Selector.open()) {
            MixedClients clients = new MixedClients(selector);
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress(address.host(), address.port()));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, clients.new Client(channel));
            }
            clients.run(Long.parseLong(arguments[0]) * 1_000_000_000);
        }
    }

    private void run(long nanos) throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            ((Client) key.attachment()).send();
        }
        long start = System.nanoTime();
        long now = start;
        while (now - start < nanos) {
            selector.select(key -> ((Client) key.attachment()).receive());
            now = System.nanoTime();
        }
        System.out.printf(
                "result requests=%d micros=%d errors=%d p50=%d p99=%d%n",
                requests, (now - start) / 1_000, errors, percentile(50), percentile(99));
    }

    private int percentile(int percent) {
        long wanted = requests * percent / 100;
        long seen = 0;
        int micros = 0;
        while (micros < LONGEST_MICROS && (seen += latencies[micros]) <= wanted) {
            micros++;
        }
        return micros;
    }

    /** One connection. */
    private final class Client {
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
        private byte[] expected = {};
        private long sentNanos;

        Client(SocketChannel channel) {
            this.channel = channel;
        }

        void send() throws IOException {
            boolean reads = random.nextInt(100) < READ_PERCENT;
            Data data = reads ? Data.SMALL : Data.WRITTEN;
            int index = random.nextInt(data.count());
            Bytes key = Bytes.utf8(data.key(index));
            Bytes value = data.value(index);
            Bytes request = reads
                    ? RespClient.encode(Bytes.utf8("GET"), key)
                    : RespClient.encode(Bytes.utf8("SET"), key, value);
            expected = reads
                    ? ("$" + value.size() + "\r\n" + value.asUtf8() + "\r\n").getBytes(US_ASCII)
                    : "+OK\r\n".getBytes(US_ASCII);
            in.clear();
            sentNanos = System.nanoTime();
            ByteBuffer out = ByteBuffer.wrap(request.toArray());
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    Thread.onSpinWait();
                }
            }
        }

        void receive() {
            try {
                if (channel.read(in) < 0) {
                    throw new BenchException("the server has closed a connection");
                }
                if (in.position() >= expected.length) {
                    boolean isRight = Arrays.equals(in.array(), 0, in.position(), expected, 0, expected.length);
                    errors += isRight ? 0 : 1;
                    requests++;
                    latencies[(int) Math.min(LONGEST_MICROS, (System.nanoTime() - sentNanos) / 1_000)]++;
                    send();
                }
            } catch (IOException e) {
                throw new BenchException(e.toString());
            }
        }
    }
}
