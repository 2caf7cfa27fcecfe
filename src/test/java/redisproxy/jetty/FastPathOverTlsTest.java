package redisproxy.jetty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.Certificates;
import redisproxy.tls.Authorities;
import redisproxy.tls.PemFile;
import redisproxy.tls.ServerTls;
import redisproxy.tls.ServerTlsConfig;
import redisproxy.tls.TlsFile;

/** Repeated requests are answered without Jetty with TLS too: it is a {@link Teapot}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FastPathOverTlsTest {
    private static final String REQUEST = "GET /k HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    private static Path folder;

    private static RunningConnector running;
    private static SSLContext client;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        Certificates certificates = new Certificates(folder);
        Certificates.Pair authority = certificates.authority("ca");
        Certificates.Pair pair = certificates.issue(authority, "proxy", "DNS:localhost");
        running = RunningConnector.start(100);
        port = running.openTls(ServerTls.open(new ServerTlsConfig(pair.cert(), pair.key())));
        client = SSLContext.getInstance("TLS");
        PemFile trusted = new PemFile("CA", authority.cert(), TlsFile.read("CA", authority.cert()));
        client.init(null, new TrustManager[] {Authorities.trust(trusted.certificates())}, null);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static SSLSocket connect(String version) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    private static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** Reads up to and including this text. */
    private static String readTo(SSLSocket socket, String end) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.length() < end.length() || read.indexOf(end, read.length() - end.length()) < 0) {
            int next = in.read();
            assertThat(next).as(read.toString()).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    private static SSLSocket known(String version) throws IOException {
        SSLSocket socket = connect(version);
        send(socket, REQUEST);
        String head = readTo(socket, "\r\n\r\n");
        String body = head.contains("200 OK") ? "value" : "/k";
        assertThat(readTo(socket, body)).isEqualTo(body);
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void repeatedRequest(String version) throws IOException {
        try (SSLSocket socket = known(version)) {
            for (int i = 0; i < 3; i++) {
                send(socket, REQUEST);
                assertThat(readTo(socket, "\r\n\r\nvalue")).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void pipeline(String version) throws IOException {
        try (SSLSocket socket = known(version)) {
            int count = 2000;
            send(socket, REQUEST.repeat(count));
            for (int i = 0; i < count; i++) {
                assertThat(readTo(socket, "\r\n\r\nvalue")).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void requestsInPieces(String version) throws IOException {
        try (SSLSocket socket = known(version)) {
            for (int i = 0; i < REQUEST.length(); i++) {
                send(socket, REQUEST.substring(i, i + 1));
            }
            assertThat(readTo(socket, "\r\n\r\nvalue")).startsWith("HTTP/1.1 200 OK");
        }
    }

    /** Jetty reads a long head, and pays for its pieces by turns, though they have been decrypted before. */
    @ParameterizedTest
    @ValueSource(ints = {10_000, 30_000, 60_000})
    void longHead(int length) throws IOException {
        try (SSLSocket socket = known("TLSv1.3")) {
            String head = REQUEST.replace("\r\n\r\n", "\r\nX: " + "x".repeat(length) + "\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                send(socket, head);
                assertThat(readTo(socket, "\r\n\r\n/k")).startsWith("HTTP/1.1 418");
            }
        }
    }

    /** The client has sent all that it will, and still reads. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3"})
    void halfClosed(String version) throws IOException {
        try (SSLSocket socket = known(version)) {
            send(socket, REQUEST);
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("value");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 3_000_000})
    void largeValue(int length) throws IOException {
        byte[] large = "x".repeat(length).getBytes(US_ASCII);
        running.put("large-" + length, large);
        try (SSLSocket socket = known("TLSv1.3")) {
            for (int i = 0; i < 2; i++) {
                send(socket, REQUEST.replace("/k", "/large-" + length));
                assertThat(readTo(socket, "\r\n\r\n")).contains("Content-Length: " + length);
                assertThat(socket.getInputStream().readNBytes(length)).isEqualTo(large);
            }
        }
    }
}
