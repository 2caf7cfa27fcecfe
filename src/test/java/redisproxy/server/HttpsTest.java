package redisproxy.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.Certificates.Pair;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.tls.Authorities;
import redisproxy.tls.PemFile;
import redisproxy.tls.TlsFile;

/** The HTTPS port, by curl, openssl and the JDK's client. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HttpsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final String NAMES = "DNS:localhost,IP:127.0.0.1";

    @TempDir
    private static Path folder;

    private static redisproxy.fixtures.Certificates certificates;
    private static Pair authority;
    private static Pair right;
    private static Path cert;
    private static Path key;
    private static Core core;

    @BeforeAll
    static void start() throws IOException {
        certificates = new redisproxy.fixtures.Certificates(folder);
        authority = certificates.authority("ca");
        right = certificates.issue(authority, "proxy", NAMES);
        cert = folder.resolve("shown.pem");
        key = folder.resolve("shown.key");
        show(right);
        core = start("--tls-cert-file=" + cert, "--tls-key-file=" + key);
    }

    private static Core start(String... more) {
        List<String> flags = new ArrayList<>(List.of(
                "--proxy-host=127.0.0.1",
                "--proxy-port=none",
                "--proxy-tls-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--client-timeout=2",
                "--redis-host=127.0.0.1",
                "--redis-port=" + REDIS.address().port()));
        flags.addAll(List.of(more));
        Core started = Core.withBothPorts(
                StartSettings.read(() ->
                        CommandLineFlags.parse(flags.toArray(String[]::new)).settings(Map.of())),
                why -> {});
        started.start();
        return started;
    }

    private static void show(Pair pair) throws IOException {
        Files.copy(pair.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), key, StandardCopyOption.REPLACE_EXISTING);
    }

    @AfterAll
    static void stop() {
        core.close();
    }

    @BeforeEach
    void keys() {
        REDIS.control().call("SET", "k", "value");
    }

    private static int port(Core of) {
        return of.ports().bound(TlsCatalog.PROXY_TLS_PORT);
    }

    private static String url(String target) {
        return "https://localhost:" + port(core) + target;
    }

    /** As {@link #curl}, by a client that shows this certificate. */
    private static String curlAs(Pair shown, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--cert", shown.cert().toString(), "--key", shown.key().toString()));
        all.addAll(List.of(arguments));
        return curl(all.toArray(String[]::new));
    }

    private static String curl(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-s",
                "-i",
                "--max-time",
                "20",
                "--cacert",
                authority.cert().toString()));
        command.addAll(List.of(arguments));
        try (ChildProcess curl = ChildProcess.start(Map.of(), command)) {
            assertThat(curl.awaitExit()).as(curl.describe("curl")).isZero();
            return curl.out();
        }
    }

    @Test
    void clientsChooseTheVersion() {
        assertThat(curl("--http2", url("/k"))).startsWith("HTTP/2 200").endsWith("value");
        assertThat(curl("--http1.1", url("/k"))).startsWith("HTTP/1.1 200 OK").endsWith("value");
        assertThat(curl("--no-alpn", url("/k"))).startsWith("HTTP/1.1 200 OK").endsWith("value");
        assertThat(curl("--http2", url("/k"), url("/k"), url("/k")).split("HTTP/2 200"))
                .hasSize(4);
        assertThat(curl("--http1.1", url("/k"), url("/k"), url("/k")).split("200 OK"))
                .hasSize(4);
    }

    @Test
    void manyStreamsAtOnce() throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(trusting())
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url("/k"))).build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).version())
                .isEqualTo(HttpClient.Version.HTTP_2);
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 90)
                .mapToObj(i -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .toList();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.join().version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.join().body()).isEqualTo("value");
        });
    }

    @Test
    void largeValue() {
        String large = "x".repeat(3_000_000);
        REDIS.control().call("SET", "large", large);
        for (String version : List.of("--http1.1", "--http2")) {
            assertThat(curl(version, url("/large"))).endsWith(large);
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        List<X509Certificate> trusted =
                new PemFile("CA", authority.cert(), TlsFile.read("CA", authority.cert())).certificates();
        context.init(null, new TrustManager[] {Authorities.trust(trusted)}, null);
        return context;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void oldVersionsAreRefused(String version) {
        try (ChildProcess openssl = openssl(version + " -cipher DEFAULT@SECLEVEL=0")) {
            assertThat(openssl.awaitExit()).as(openssl.describe("s_client")).isNotZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_2 -no_ticket"})
    void sessionsAreResumed(String version) {
        try (ChildProcess openssl = openssl("-reconnect " + version)) {
            assertThat(openssl.awaitExit()).as(openssl.describe("s_client")).isZero();
            assertThat(openssl.out()).contains("Reused, TLSv1.2");
        }
    }

    @Test
    void renegotiationIsRefused() {
        String request = "GET /k HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n";
        // openssl takes what it reads at one time as a command of its own if that begins with its letter.
        String input = "printf '%1$s'; sleep 1; echo R; sleep 1; printf '%1$s'; sleep 1".formatted(request);
        try (ChildProcess openssl = openssl("-tls1_2", input)) {
            openssl.awaitExit();
            assertThat(openssl.err()).as(openssl.describe("s_client")).contains("RENEGOTIATING");
            assertThat(openssl.out().split("HTTP/1.1 200 OK", -1)).hasSize(2);
        }
        assertThat(curl("--http1.1", url("/k"))).endsWith("value");
    }

    private static ChildProcess openssl(String options) {
        return openssl(options, "true");
    }

    private static ChildProcess openssl(String options, String input) {
        return ChildProcess.start(
                Map.of(),
                List.of(
                        "bash",
                        "-c",
                        "(%s) | timeout 20 openssl s_client -connect 127.0.0.1:%d -CAfile %s %s"
                                .formatted(input, port(core), authority.cert(), options)));
    }

    @Test
    void clientWithoutTlsIsTold() throws IOException {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port(core))) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write("GET /k HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(plain.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("\r\n\r\nThis port expects TLS: ask for https://\n");
        }
    }

    @Test
    void newCertificateKeepsConnections() throws Exception {
        try (SSLSocket open =
                (SSLSocket) trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port(core))) {
            assertThat(get(open)).contains("200 OK");
            show(certificates.issue(authority, "newer", NAMES));
            core.reload("a test");
            assertThat(get(open)).contains("200 OK");
            assertThat(subject()).isEqualTo("CN=newer");
        } finally {
            show(right);
            core.reload("a test");
        }
        assertThat(subject()).isEqualTo("CN=proxy");
    }

    private static String subject() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port(core))) {
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    private static String get(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET /k HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        StringBuilder answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!answer.toString().endsWith("value")) {
            int next = in.read();
            assertThat(next).as(answer.toString()).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void certificateNamesTheUser(String version) throws IOException {
        Path users = Files.writeString(
                folder.resolve("users"),
                "user default on nopass ~open:* +@read\nuser alice on >secret ~alice:* +@read\nuser root on >third ~* +@all\nuser spiffe://a/bob on >other ~bob:* +@read\n");
        Pair alice = certificates.issue(authority, "alice", NAMES);
        Pair root = certificates.issue(authority, "root", NAMES);
        Pair bob = certificates.issue(authority, "somebody", "URI:spiffe://a/bob");
        Core strict = start(
                "--tls-cert-file=" + cert,
                "--tls-key-file=" + key,
                "--tls-ca-cert-file=" + authority.cert(),
                "--tls-auth-clients=optional",
                "--admin-tls-port=0",
                "--acl-file=" + users);
        try {
            String url = "https://localhost:" + port(strict);
            String admin = "https://localhost:" + strict.admin().tlsBound();
            REDIS.control().call("SET", "alice:1", "hers");
            REDIS.control().call("SET", "open:1", "everybody's");
            // Often enough that the answers come by the short way.
            for (int i = 0; i < 3; i++) {
                assertThat(curlAs(alice, version, url + "/alice:1"))
                        .contains(" 200")
                        .containsIgnoringCase("cache-control: private")
                        .endsWith("hers");
                assertThat(curlAs(alice, version, url + "/open:1")).contains(" 403");
                assertThat(curlAs(bob, version, url + "/bob:1")).contains(" 404");
                assertThat(curlAs(bob, version, url + "/alice:1")).contains(" 403");
                assertThat(curl(version, url + "/open:1", url + "/open:1")).contains(" 200");
                assertThat(curl(version, url + "/alice:1")).contains(" 403");
                assertThat(curl(
                                version,
                                "-u",
                                "alice:secret",
                                url + "/alice:1",
                                "--next",
                                "-s",
                                "-i",
                                "--cacert",
                                authority.cert().toString(),
                                version,
                                url + "/alice:1"))
                        .contains(" 200", "hers", " 403");
                assertThat(curl(version, admin + "/api/v1/state")).contains(" 403");
                assertThat(curlAs(root, version, admin + "/api/v1/state")).contains(" 200");
                assertThat(curlAs(bob, version, "-u", "alice:secret", url + "/alice:1"))
                        .endsWith("hers");
            }
        } finally {
            strict.close();
        }
    }

    @Test
    void clientsShowCertificates() {
        Pair alice = certificates.issue(authority, "alice", NAMES);
        Core strict =
                start("--tls-cert-file=" + cert, "--tls-key-file=" + key, "--tls-ca-cert-file=" + authority.cert());
        try {
            String url = "https://localhost:" + port(strict) + "/k";
            assertThat(curl(
                            "--cert",
                            alice.cert().toString(),
                            "--key",
                            alice.key().toString(),
                            url))
                    .startsWith("HTTP/2 200");
            try (ChildProcess curl = ChildProcess.start(
                    Map.of(), List.of("curl", "-s", "--cacert", authority.cert().toString(), url))) {
                assertThat(curl.awaitExit()).isNotZero();
            }
        } finally {
            strict.close();
        }
    }

    /** They do not keep others from their handshakes, and are closed. */
    @Test
    void thousandHandshakesThatGoSilent() throws IOException {
        byte[] beginning = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(core));
                silent.add(socket);
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(beginning);
            }
            assertThat(curl("--http2", url("/k"))).startsWith("HTTP/2 200");
            assertThat(curl("--http1.1", url("/k"))).startsWith("HTTP/1.1 200");
            for (Socket socket : silent) {
                assertThat(socket.getInputStream().readAllBytes().length).isLessThan(100);
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(curl("--http2", url("/k"))).startsWith("HTTP/2 200"));
    }

    @Test
    void adminPort() {
        Core admin = start("--tls-cert-file=" + cert, "--tls-key-file=" + key, "--admin-tls-port=0");
        try {
            assertThat(admin.admin().bound()).isNull();
            String url = "https://localhost:" + admin.admin().tlsBound();
            assertThat(curl(url + "/readyz")).startsWith("HTTP/1.1 200");
            // As probes do, by an address that the certificate does not name.
            assertThat(curl("-H", "Host: 10.1.2.3", url + "/readyz")).startsWith("HTTP/1.1 200");
            assertThat(curl(url + "/metrics")).contains("redis_proxy_certificate_expiry_timestamp_seconds");
            assertThat(curl(url + "/api/v1/state")).contains("\"subject\":\"CN=");
            assertThat(admin.toString()).contains(url.replace("localhost", "127.0.0.1"));
        } finally {
            admin.close();
        }
    }

    /** As while both are replaced, one after the other. */
    @Test
    void settingsChangeWhileTheKeyIsOfAnotherCertificate() throws IOException {
        Path changing = Files.copy(key, folder.resolve("changing.key"));
        Core own = start("--tls-cert-file=" + cert, "--tls-key-file=" + changing);
        try (RespClient client = RespClient.connect(Address.loopback(own.ports().bound(SettingsCatalog.TCP_PORT)))) {
            Files.copy(authority.key(), changing, StandardCopyOption.REPLACE_EXISTING);
            assertThat(client.call("CONFIG", "SET", "ttl", "5")).isEqualTo(new Reply.Simple("OK"));
        } finally {
            own.close();
        }
    }

    @Test
    void startLineAndInfoTell() {
        assertThat(core.toString()).contains("https://127.0.0.1:" + port(core)).contains("redis://");
    }
}
