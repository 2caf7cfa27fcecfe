package redisproxy.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Address;

/** With connections that send back what they get, in the order of one round, or fail in the step that they are told. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RoundTest {
    private static final int TIMEOUT_MILLIS = (int) Address.PATIENCE.toMillis();

    private final ReadThroughCache cache =
            new ReadThroughCache(new CacheConfig(1, Duration.ofMinutes(1)), new FakeStore(), Ticker.system());
    private final Server server = new Server();
    private final EchoConnector connector = new EchoConnector(server, cache);
    private final CountDownLatch waits = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        connector.factory.waits = waits;
        connector.factory.goesOn = goesOn;
        server.addConnector(connector);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        goesOn.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.stop();
        cache.close();
    }

    @Test
    void servesAllReadableConnections() throws Exception {
        List<Socket> all = inOneRound("a", "bb", "", "ccc");
        assertThat(read(all.get(0), 1)).isEqualTo("a");
        assertThat(read(all.get(1), 2)).isEqualTo("bb");
        assertThat(read(all.get(3), 3)).isEqualTo("ccc");
        send(all.get(2), "late");
        assertThat(read(all.get(2), 4)).isEqualTo("late");
    }

    @Test
    void servesMoreThanFitIntoItsMemory() throws Exception {
        String[] words = new String[40];
        for (int i = 0; i < words.length; i++) {
            words[i] = String.valueOf((char) ('A' + i)).repeat(Round.READ_BYTES - i);
        }
        List<Socket> all = inOneRound(words);
        for (int i = 0; i < words.length; i++) {
            assertThat(read(all.get(i), words[i].length())).isEqualTo(words[i]);
        }
    }

    /** A failure of one connection, in any step, costs no other connection its answer. */
    @Test
    void failuresStayWithTheirConnection() throws Exception {
        List<Socket> all = inOneRound("one", "!read", "two", "!answer", "three", "!resume", "four");
        assertThat(read(all.get(0), 3)).isEqualTo("one");
        assertThat(read(all.get(2), 3)).isEqualTo("two");
        assertThat(read(all.get(4), 5)).isEqualTo("three");
        assertThat(read(all.get(6), 4)).isEqualTo("four");
        for (int failed : new int[] {1, 3, 5}) {
            assertThat(all.get(failed).getInputStream().read()).isNegative();
        }
        send(all.get(0), "again");
        assertThat(read(all.get(0), 5)).isEqualTo("again");
    }

    /** Once for all connections, both when they are answered and when they are resumed, and whatever another one has left there. */
    @Test
    void carriesOutAtTheEndWhatConnectionsLeaveThere() throws Exception {
        List<Socket> all = inOneRound("!endfail", "!end", "late");
        assertThat(read(all.get(0), 8)).isEqualTo("!endfail");
        assertThat(read(all.get(1), 4)).isEqualTo("!end");
        assertThat(read(all.get(2), 4)).isEqualTo("late");
        send(all.get(2), "next");
        assertThat(read(all.get(2), 4)).isEqualTo("next");
        List<String> answered = List.copyOf(connector.factory.answered);
        assertThat(answered).containsSubsequence("!end", "end of !end", "resumed !end", "end of !end", "next");
        assertThat(answered.subList(0, answered.indexOf("end of !end"))).contains("!endfail", "late");
    }

    /** A connection that resumes again and again does not keep others waiting. */
    @Test
    void resumingOverAndOverLetsOthersPass() throws Exception {
        Socket busy = connect();
        Socket other = connect();
        send(busy, "!busy");
        send(other, "passes");
        assertThat(read(other, 6)).isEqualTo("passes");
        send(other, "!done");
        assertThat(read(other, 5)).isEqualTo("!done");
        assertThat(read(busy, 5)).isEqualTo("!busy");
    }

    /** Even if many connections that send much were readable before. */
    @Test
    void littleIsServedBeforeMuch() throws Exception {
        String much = "m".repeat(Round.READ_BYTES);
        List<Socket> greedy = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = connect();
            send(socket, much);
            assertThat(read(socket, much.length())).isEqualTo(much);
            greedy.add(socket);
        }
        Socket modest = connect();
        hold();
        connector.factory.answered.clear();
        for (Socket socket : greedy) {
            send(socket, much);
        }
        send(modest, "little");
        goesOn.countDown();
        assertThat(read(modest, 6)).isEqualTo("little");
        for (Socket socket : greedy) {
            assertThat(read(socket, much.length())).isEqualTo(much);
        }
        assertThat(connector.factory.answered).startsWith("!hold", "little").hasSize(2 + greedy.size());
    }

    /** Sends each word on a connection of its own while the selector's thread is held. */
    private List<Socket> inOneRound(String... words) throws Exception {
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            all.add(connect());
        }
        hold();
        for (int i = 0; i < words.length; i++) {
            send(all.get(i), words[i]);
        }
        goesOn.countDown();
        return all;
    }

    private void hold() throws Exception {
        Socket holding = connect();
        send(holding, "!hold");
        assertThat(waits.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        sockets.add(socket);
        send(socket, "open");
        assertThat(read(socket, 4)).isEqualTo("open");
        return socket;
    }

    private static void send(Socket socket, String word) throws IOException {
        socket.getOutputStream().write(word.getBytes(US_ASCII));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readNBytes(bytes), US_ASCII);
    }

    private static final class EchoConnector extends ServerConnector {
        final EchoFactory factory;
        private final Rounds rounds;

        EchoConnector(Server server, ReadThroughCache cache) {
            this(server, new EchoFactory(), new Rounds(cache));
        }

        private EchoConnector(Server server, EchoFactory factory, Rounds rounds) {
            super(server, 1, 1, factory);
            this.factory = factory;
            this.rounds = rounds;
            setHost("127.0.0.1");
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            return rounds.newEndPoint(channel, selector, key, getScheduler(), getByteBufferPool());
        }
    }

    private static final class EchoFactory extends AbstractConnectionFactory {
        final Queue<String> answered = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean done = new AtomicBoolean();
        private CountDownLatch waits;
        private CountDownLatch goesOn;

        EchoFactory() {
            super("echo");
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            Echo echo = new Echo(ReadableSource.of(endPoint), connector.getExecutor(), waits, goesOn, done, answered);
            return configure(echo, connector, endPoint);
        }
    }

    private static final class Echo extends AbstractConnection.NonBlocking implements RoundConnection {
        private final ReadableSource endPoint;
        private final CountDownLatch waits;
        private final CountDownLatch goesOn;
        private final AtomicBoolean done;
        private final Queue<String> answered;
        private String word = "";

        Echo(
                ReadableSource endPoint,
                Executor executor,
                CountDownLatch waits,
                CountDownLatch goesOn,
                AtomicBoolean done,
                Queue<String> answered) {
            super(endPoint, executor);
            this.answered = answered;
            this.done = done;
            this.endPoint = endPoint;
            this.waits = waits;
            this.goesOn = goesOn;
        }

        @Override
        public void onOpen() {
            super.onOpen();
            endPoint.awaitReadable(this);
        }

        @Override
        public void onFillable() {
            throw new AssertionError("not in a round");
        }

        @Override
        public void read(Round round) {
            int count = round.read(endPoint);
            word = new String(round.input(), round.inputEnd() - Math.max(count, 0), Math.max(count, 0), US_ASCII);
            if (word.equals("!hold")) {
                waits.countDown();
                try {
                    assertThat(goesOn.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS))
                            .isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            failIf("!read");
            if (count < 0) {
                endPoint.close();
            }
        }

        @Override
        public void answer(Round round) {
            failIf("!answer");
            answered.add(word);
            leaveForTheEnd(round);
            round.resume(this);
        }

        @Override
        public void resume() {
            failIf("!resume");
            done.compareAndSet(false, word.equals("!done"));
            if (word.equals("!busy") && !done.get()) {
                endPoint.round().resume(this);
                return;
            }
            if (word.startsWith("!end")) {
                answered.add("resumed " + word);
            }
            leaveForTheEnd(endPoint.round());
            endPoint.write(Callback.NOOP, ByteBuffer.wrap(word.getBytes(US_ASCII)));
            endPoint.awaitReadable(this);
        }

        @Override
        public void fail(Throwable cause) {
            endPoint.close(cause);
        }

        private void leaveForTheEnd(Round round) {
            assertThat(round.isGathering()).isTrue();
            String left = word;
            if (left.startsWith("!end")) {
                round.atEnd(() -> {
                    assertThat(left).isEqualTo("!end");
                    assertThat(round.isGathering()).isFalse();
                    answered.add("end of " + left);
                });
            }
        }

        private void failIf(String step) {
            if (word.equals(step)) {
                throw new IllegalStateException(step);
            }
        }
    }
}
