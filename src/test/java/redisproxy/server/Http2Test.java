package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** HTTP/2 on the plain port, by curl and by bytes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class Http2Test {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final byte[] PREFACE =
            Bytes.utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").toArray();
    private static final byte[] NO_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    /** :method GET, :scheme http, :path /, by the static table (RFC 7541, appendix A); the stream is to be set. */
    private static final byte[] GET = {0, 0, 3, 1, 5, 0, 0, 0, 0, (byte) 0x82, (byte) 0x86, (byte) 0x84};

    /** The same with :authority a, and :path /k. */
    private static final byte[] GET_K = {0, 0, 9, 1, 5, 0, 0, 0, 0, (byte) 0x82, (byte) 0x86, 1, 1, 'a', 4, 2, '/', 'k'
    };

    /** Fewer than may be under way. */
    private static final int BATCH = 90;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;

    @TempDir
    private static Path folder;

    private static Core core;

    @BeforeAll
    static void start() throws IOException {
        Path users = Files.writeString(
                folder.resolve("users"), "user default on nopass ~* +@all\nuser alice on >secret ~alice:* +@read\n");
        String[] flags = {
            "--proxy-host=127.0.0.1",
            "--proxy-port=0",
            "--tcp-port=0",
            "--admin-port=none",
            "--acl-file=" + users,
            "--max-connections=50",
            "--redis-host=127.0.0.1",
            "--redis-port=" + REDIS.address().port()
        };
        core = Core.withBothPorts(
                StartSettings.read(() -> CommandLineFlags.parse(flags).settings(Map.of())), why -> {});
        core.start();
    }

    @BeforeEach
    void keys() {
        REDIS.control().call("SET", "k", "value");
        REDIS.control().call("SET", "..", "dots");
        REDIS.control().call("SET", "a b;c", "strange");
    }

    @AfterAll
    static void stop() {
        core.close();
    }

    private static int port() {
        return core.ports().bound(SettingsCatalog.PROXY_PORT);
    }

    private static String curl(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("curl", "-s", "-i", "--max-time", "20", "--path-as-is", "--http2-prior-knowledge"));
        command.addAll(List.of(arguments));
        try (ChildProcess curl = ChildProcess.start(Map.of(), command)) {
            assertThat(curl.awaitExit()).as(curl.describe("curl")).isZero();
            return curl.out();
        }
    }

    private static String url(String target) {
        return "http://127.0.0.1:" + port() + target;
    }

    @ParameterizedTest
    @CsvSource({
        "/k, 200, value",
        "/query?key=k, 200, value",
        "/query?key=.., 200, dots",
        "/.., 400, ''",
        "/%2E%2E, 400, ''",
        "/a%20b%3Bc, 200, strange",
        "/a%20b;c, 200, strange",
        "/nobody, 404, ''",
        "/%ZZ, 400, ''"
    })
    void targets(String target, int status, String body) {
        String answer = curl(url(target));
        assertThat(answer).startsWith("HTTP/2 " + status);
        if (status == 200) {
            assertThat(answer).endsWith("\n" + body);
        }
    }

    @Test
    void headersAreThoseOfHttp11() {
        assertThat(curl(url("/k")))
                .contains("content-length: 5")
                .contains("cache-status: ")
                .contains("etag: ");
        assertThat(curl("-I", url("/k")))
                .startsWith("HTTP/2 200")
                .contains("content-length: 5")
                .doesNotContain("value");
        assertThat(curl("-X", "POST", url("/k"))).startsWith("HTTP/2 405").contains("allow: ");
        assertThat(curl("-X", "OPTIONS", url("/k"))).startsWith("HTTP/2 204");
        String etag = curl(url("/k"))
                .lines()
                .filter(line -> line.startsWith("etag: "))
                .findFirst()
                .orElseThrow();
        assertThat(curl("-H", "If-Match: \"x\"", url("/k"))).startsWith("HTTP/2 412");
        assertThat(etag).contains("\"");
    }

    /** Hits are answered without the servlet, but for requests that loads would be told of. */
    @Test
    void hitsAreThoseOfTheServlet() {
        REDIS.control().call("SET", "empty", "");
        REDIS.control().call("SET", "alice:2", "hers");
        REDIS.control().call("SET", "large", "x".repeat(200_000));
        REDIS.control().call("SET", "binary", "\u00ff\u0000");
        for (List<String> request : List.of(
                List.of(url("/k")),
                List.of(url("/query?key=k")),
                List.of(url("/a%20b%3Bc")),
                List.of(url("/empty")),
                List.of(url("/large")),
                List.of(url("/binary")),
                List.of("-u", "alice:secret", url("/alice:2")),
                List.of("-H", "Origin: http://127.0.0.1:" + port(), url("/k")))) {
            String loaded = curl(request.toArray(String[]::new));
            assertThat(loaded).startsWith("HTTP/2 200");
            long before = hits();
            String hit = curl(request.toArray(String[]::new));
            List<String> traced = new ArrayList<>(
                    List.of("-H", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
            traced.addAll(request);
            String servlet = curl(traced.toArray(String[]::new));
            assertThat(fields(hit)).as(request.toString()).isEqualTo(fields(servlet));
            assertThat(hit).contains("redis-proxy; hit");
            assertThat(body(hit)).isEqualTo(body(loaded));
            assertThat(hits() - before).isEqualTo(2);
        }
    }

    private static long hits() {
        Address resp = Address.loopback(core.ports().bound(SettingsCatalog.TCP_PORT));
        try (RespClient client = RespClient.connect(resp)) {
            Matcher hits = Pattern.compile("http_hits:(\\d+)")
                    .matcher(((Reply.Bulk) client.call("INFO", "http")).bytes().asUtf8());
            assertThat(hits.find()).isTrue();
            return Long.parseLong(hits.group(1));
        }
    }

    /** The seconds that are left may have become fewer. */
    private static List<String> fields(String answer) {
        return answer.substring(0, (answer + "\n\n").indexOf("\n\n"))
                .replaceAll("(max-age|ttl)=\\d+", "$1=some")
                .lines()
                .filter(line -> !line.startsWith("date: "))
                .sorted()
                .toList();
    }

    private static String body(String answer) {
        return (answer + "\n\n").substring((answer + "\n\n").indexOf("\n\n"));
    }

    @Test
    void usersAndPagesAreThoseOfHttp11() {
        assertThat(curl("-u", "alice:secret", url("/k"))).startsWith("HTTP/2 403");
        assertThat(curl("-u", "alice:secret", url("/alice:1"))).startsWith("HTTP/2 404");
        assertThat(curl("-u", "alice:wrong", url("/k"))).startsWith("HTTP/2 401");
        assertThat(curl("-H", "Origin: http://elsewhere.example", url("/k"))).startsWith("HTTP/2 403");
        assertThat(curl("-H", "Origin: http://127.0.0.1:" + port(), url("/k"))).startsWith("HTTP/2 200");
    }

    /** Curl 7 breaks off the second one in clear text. */
    @Test
    void severalRequestsOfOneConnection() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(PREFACE);
            socket.getOutputStream().write(NO_SETTINGS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int stream = 1; stream < 7; stream += 2) {
                byte[] request = GET.clone();
                request[8] = (byte) stream;
                socket.getOutputStream().write(request);
                int type = SETTINGS;
                while (type != HEADERS) {
                    type = nextFrame(in);
                }
            }
        }
    }

    /** Others are read between them, and what has been sent meanwhile is read after that. */
    @Test
    void manyHitsInARow() throws IOException {
        assertThat(curl(url("/k"))).startsWith("HTTP/2 200");
        long before = hits();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(PREFACE);
            socket.getOutputStream().write(NO_SETTINGS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int stream = 1;
            for (int batch = 0; batch < 20; batch++) {
                ByteArrayOutputStream requests = new ByteArrayOutputStream();
                for (int i = 0; i < BATCH; i++, stream += 2) {
                    byte[] request = GET_K.clone();
                    request[7] = (byte) (stream >> 8);
                    request[8] = (byte) stream;
                    requests.writeBytes(request);
                }
                socket.getOutputStream().write(requests.toByteArray());
                for (int answered = 0; answered < BATCH; ) {
                    answered += nextFrame(in) == DATA ? 1 : 0;
                }
            }
        }
        assertThat(hits() - before).isEqualTo(20 * BATCH);
    }

    @Test
    void upgradeIsNotOffered() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(url("/k"))).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.body()).isEqualTo("value");
    }

    @Test
    void prefaceInPieces() throws IOException {
        try (Socket socket = connect()) {
            for (byte each : PREFACE) {
                socket.getOutputStream().write(each);
                socket.getOutputStream().flush();
            }
            socket.getOutputStream().write(NO_SETTINGS);
            assertThat(nextFrame(new DataInputStream(socket.getInputStream()))).isEqualTo(SETTINGS);
        }
    }

    /** Requests that are cancelled at once, without end (CVE-2023-44487). */
    @Test
    void rapidResetEndsTheConnection() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(PREFACE);
            socket.getOutputStream().write(NO_SETTINGS);
            byte[] headers = GET.clone();
            byte[] reset = {0, 0, 4, RST_STREAM, 0, 0, 0, 0, 0, 0, 0, 0, 8};
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int sent = 0;
            try {
                for (int stream = 1; stream < 20_000; stream += 2) {
                    for (byte[] frame : List.of(headers, reset)) {
                        frame[7] = (byte) (stream >> 8);
                        frame[8] = (byte) stream;
                        socket.getOutputStream().write(frame);
                    }
                    sent++;
                }
            } catch (IOException e) {
                // The other side has closed.
            }
            assertThat(sent).isPositive();
            int type = SETTINGS;
            try {
                while (type != GOAWAY) {
                    type = nextFrame(in);
                }
            } catch (IOException e) {
                type = GOAWAY;
            }
            assertThat(type).isEqualTo(GOAWAY);
        }
        await().untilAsserted(() -> assertThat(curl(url("/k"))).startsWith("HTTP/2 200"));
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Skips a frame, and returns its type. */
    private static int nextFrame(DataInputStream in) throws IOException {
        int length = (in.readUnsignedByte() << 16) + in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.skipNBytes(5 + length);
        return type;
    }
}
