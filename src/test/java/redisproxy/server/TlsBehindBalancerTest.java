package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.Certificates.Pair;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.tls.Authorities;
import redisproxy.tls.PemFile;
import redisproxy.tls.TlsFile;

/** A whole proxy whose clients a balancer announces before their TLS handshakes, which it passes on. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsBehindBalancerTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final String ANNOUNCED = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n";

    @TempDir
    private static Path folder;

    private static Pair authority;
    private static Pair pair;
    private static SSLContext trusting;

    private ProxyServer proxy;

    @BeforeAll
    static void make() throws Exception {
        var certificates = new redisproxy.fixtures.Certificates(folder);
        authority = certificates.authority("ca");
        pair = certificates.issue(authority, "proxy", "DNS:localhost,IP:127.0.0.1");
        PemFile file = new PemFile("CA", authority.cert(), TlsFile.read("CA", authority.cert()));
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {Authorities.trust(file.certificates())}, null);
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
    }

    private void start(String trusted, String... flags) {
        List<String> all = new ArrayList<>(List.of(
                "--proxy-protocol=both",
                "--trusted-proxies=" + trusted,
                "--proxy-tls-port=0",
                "--tcp-tls-port=0",
                "--tls-cert-file=" + pair.cert(),
                "--tls-key-file=" + pair.key()));
        all.addAll(List.of(flags));
        proxy = ProxyServer.start(LoopbackConfig.of(REDIS.address(), all.toArray(String[]::new)));
        REDIS.control().call("SET", "k", "value");
    }

    private int port(boolean isOfHttp) {
        return isOfHttp ? proxy.httpsPort() : proxy.tcpTlsPort();
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Address.PATIENCE.toMillis());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static SSLSocket handshake(Socket socket) throws IOException {
        SSLSocket secure =
                (SSLSocket) trusting.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        secure.startHandshake();
        return secure;
    }

    /** Reads until the text is there. */
    private static String readUntil(Socket socket, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (read.indexOf(text) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private static String ask(SSLSocket client, String command, String until) throws IOException {
        send(client, command + "\r\n");
        return readUntil(client, until);
    }

    private void isRefused(String why) {
        AdminClient admin = new AdminClient(Address.loopback(proxy.adminPort()));
        await().atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(admin.get("/api/v1/events").body())
                        .contains("proxy-header-refused", "A connection from 127.0.0.1:", why));
    }

    @Test
    void clientsOfRespAreThoseThatAreAnnounced() throws IOException {
        start("127.0.0.0/8");
        try (Socket socket = connect(proxy.tcpTlsPort())) {
            send(socket, ANNOUNCED);
            try (SSLSocket client = handshake(socket)) {
                assertThat(ask(client, "CLIENT INFO", "laddr=")).contains(" addr=192.0.2.1:56324 ");
            }
        }
    }

    @Test
    void headersMayArriveByteByByteBeforeTheHandshake() throws IOException {
        start("127.0.0.0/8");
        try (Socket socket = connect(proxy.tcpTlsPort())) {
            for (int i = 0; i < ANNOUNCED.length(); i++) {
                send(socket, ANNOUNCED.substring(i, i + 1));
            }
            try (SSLSocket client = handshake(socket)) {
                assertThat(ask(client, "GET k", "value\r\n")).isEqualTo("$5\r\nvalue\r\n");
                assertThat(ask(client, "CACHE FLUSH", "\r\n")).contains("NOPERM");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headersAndHandshakesMayArriveTogether(boolean isOfHttp) throws IOException {
        start("127.0.0.0/8");
        SSLEngine engine = trusting.createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        ByteBuffer together = ByteBuffer.allocate(64 * 1024);
        together.put(ANNOUNCED.getBytes(StandardCharsets.US_ASCII));
        engine.wrap(ByteBuffer.allocate(0), together);
        try (Socket socket = connect(port(isOfHttp))) {
            socket.getOutputStream().write(together.array(), 0, together.position());
            assertThat(socket.getInputStream().read())
                    .as("the type of a record of a handshake")
                    .isEqualTo(22);
        }
    }

    @Test
    void clientsOfHttpsAreThoseThatAreAnnounced() throws IOException {
        Path accesses = folder.resolve("access.log");
        start("127.0.0.1", "--access-log=" + accesses);
        try (Socket socket = connect(proxy.httpsPort())) {
            send(socket, ANNOUNCED);
            try (SSLSocket client = handshake(socket)) {
                assertThat(ask(client, "GET /k HTTP/1.1\r\nHost: localhost\r\n", "value"))
                        .startsWith("HTTP/1.1 200 OK");
            }
        }
        await().atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(Files.readString(accesses)).contains("192.0.2.1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listedOnesWithoutAHeaderAreClosed(boolean isOfHttp) throws IOException {
        start("127.0.0.1");
        try (Socket socket = connect(port(isOfHttp))) {
            handshake(socket);
            throw new AssertionError("a handshake without a header");
        } catch (IOException closed) {
            isRefused("something else");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headersOfOthersAreRefused(boolean isOfHttp) throws IOException {
        start("10.0.0.0/8");
        try (Socket socket = connect(port(isOfHttp))) {
            send(socket, ANNOUNCED);
            handshake(socket);
            throw new AssertionError("a handshake behind a header of a stranger");
        } catch (IOException closed) {
            isRefused("TRUSTED_PROXIES");
        }
    }

    @Test
    void othersWithoutAHeaderAreServed() throws IOException {
        start("10.0.0.0/8", "--client-timeout=2");
        try (SSLSocket client = handshake(connect(proxy.tcpTlsPort()));
                SSLSocket web = handshake(connect(proxy.httpsPort()));
                Socket plain = connect(proxy.tcpTlsPort())) {
            assertThat(ask(client, "CACHE FLUSH", "\r\n")).isEqualTo("+OK\r\n");
            assertThat(ask(web, "GET /k HTTP/1.1\r\nHost: localhost\r\n", "value"))
                    .startsWith("HTTP/1.1 200 OK");
            // The beginning is that of a header in binary.
            send(plain, "\r\nPING\r\n");
            assertThat(readUntil(plain, "\r\n")).startsWith("-ERR this port expects TLS");
        }
    }

    @Test
    void whoIsSilentBehindAHeaderIsClosedInTime() throws IOException {
        start("127.0.0.1", "--client-timeout=0.3");
        try (Socket socket = connect(proxy.tcpTlsPort())) {
            send(socket, ANNOUNCED);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void haproxyPassesTlsOn() throws Exception {
        Path program = Path.of("/usr/sbin/haproxy");
        Assumptions.assumeTrue(Files.isExecutable(program), "there is no " + program);
        start("127.0.0.1");
        int respPort = FreePort.find();
        int httpPort = FreePort.find();
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 30s
                    timeout server 30s
                listen resp
                    bind 127.0.0.1:%1$d
                    server proxy 127.0.0.1:%2$d send-proxy-v2 check inter 100ms
                listen http
                    bind 127.0.0.1:%3$d
                    server proxy 127.0.0.1:%4$d send-proxy-v2 check inter 100ms
                """.formatted(
                        respPort, proxy.tcpTlsPort(), httpPort, proxy.httpsPort()));
        try (ChildProcess haproxy =
                ChildProcess.start(Map.of(), List.of(program.toString(), "-db", "-f", file.toString()))) {
            haproxy.awaitAlive("listen", () -> isOpen(respPort) && isOpen(httpPort));
            try (SSLSocket client = handshake(connect(respPort));
                    SSLSocket web = handshake(connect(httpPort))) {
                assertThat(ask(client, "GET k", "value\r\n")).isEqualTo("$5\r\nvalue\r\n");
                // It is on this machine, and so is its balancer.
                assertThat(ask(client, "CACHE FLUSH", "\r\n")).isEqualTo("+OK\r\n");
                assertThat(ask(web, "GET /k HTTP/1.1\r\nHost: localhost\r\n", "value"))
                        .startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    private static boolean isOpen(int port) {
        try {
            connect(port).close();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
