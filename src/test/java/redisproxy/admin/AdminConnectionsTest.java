package redisproxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AdminConnectionsTest {
    /** More than the kernel takes for a client that does not read. */
    private static final int LARGE = 32 * 1024 * 1024;

    private static final int MOST_BYTES = 48 * 1024 * 1024;

    private final AtomicLong nanos = new AtomicLong();
    private final AdminServer server =
            new AdminServer(new AdminConfig("127.0.0.1", 0, true, false), MOST_BYTES, nanos::get);
    private final List<AutoCloseable> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server.addProbe("livez", List.of());
        server.add("/large", new Large());
        server.open();
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : clients) {
            each.close();
        }
        server.close();
    }

    /** Answers with many bytes at once. */
    private static final class Large extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.write(true, ByteBuffer.allocate(LARGE), callback);
            return true;
        }
    }

    @Test
    void answersProbesBesideSilentConnections() {
        HttpConnection scraper = connect();
        probe(scraper);
        for (int i = 0; i < AdminConnections.MOST_CONNECTIONS; i++) {
            connect();
        }
        for (int i = 0; i < 10; i++) {
            long began = System.nanoTime();
            probe(connect());
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        }
        // One that has had an answer goes after those that have asked nothing.
        probe(scraper);
    }

    @Test
    void closesConnectionsThatHaveNoRequestBeforeTheNewOne() {
        HttpConnection first = connect();
        for (int i = 0; i < AdminConnections.MOST_CONNECTIONS; i++) {
            connect();
        }
        assertThat(first.readToEnd()).isEqualTo(Bytes.utf8(""));
    }

    @Test
    void closesTheOneThatDoesNotReadForTheLongestTime() throws IOException {
        Socket first = ask("/large");
        await().until(() -> server.heldBytes() == LARGE);
        Socket second = ask("/large");
        await().until(() -> server.heldBytes() == LARGE && isCut(first));
        assertThat(server.heldBytes()).isEqualTo(LARGE);
        assertThat(second.getInputStream().readNBytes(LARGE)).hasSize(LARGE);
        await().until(() -> server.heldBytes() == 0);
    }

    @Test
    void closesTheOneWhoseAnswerTakesTooLong() throws IOException {
        Socket slow = ask("/large");
        await().until(() -> server.heldBytes() == LARGE);
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        await().until(() -> server.heldBytes() == 0);
        assertThat(isCut(slow)).isTrue();
        probe(connect());
    }

    /** Returns whether the answer has no end. */
    private static boolean isCut(Socket client) {
        try {
            return client.getInputStream().transferTo(OutputStream.nullOutputStream()) < LARGE;
        } catch (IOException e) {
            return true;
        }
    }

    private HttpConnection connect() {
        HttpConnection connection = HttpConnection.connect(Address.loopback(server.port()));
        clients.add(connection);
        return connection;
    }

    private static void probe(HttpConnection connection) {
        connection.send(HttpConnection.request("GET /livez"));
        assertThat(connection.read().status()).isEqualTo(200);
    }

    /** A client that has room for little. */
    private Socket ask(String path) throws IOException {
        Socket socket = new Socket();
        clients.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
