package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Who may do what at the admin port when there are users. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AdminLoginTest {
    private static final String ROOT = "root:r";
    private static final String READER = "reader:x";
    private static final String LIMITED = "limited:l";
    private static final String GETTER = "getter:g";

    private static final List<String> READS = List.of(
            "/api/v1/state",
            "/api/v1/history",
            "/api/v1/entry?key=k",
            "/api/v1/hotkeys",
            "/api/v1/recent",
            "/api/v1/prefixes",
            "/api/v1/events");

    private ProxyServer proxy;
    private AdminClient admin;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        Path users = Files.writeString(folder.resolve("users.acl"), """
                user root on >r ~* +@all
                user reader on >x ~* +info +@read
                user limited on >l ~app:* +info +@read +cache|invalidate
                user getter on >g ~* +get
                """);
        proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--redis-port=1",
                "--admin-port=0",
                "--acl-file=" + users));
        admin = new AdminClient(Address.loopback(proxy.adminPort()));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private HttpRequest.Builder as(String credentials, String path) {
        String encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return admin.changing(path).header("Authorization", "Basic " + encoded);
    }

    private int read(String credentials, String path) {
        return admin.send(as(credentials, path).build()).statusCode();
    }

    @Test
    void noneAreLookedAtWhileManyWrongOnesWait() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(40);
        try {
            List<Callable<Integer>> wrong = Collections.nCopies(40, () -> read("root:wrong", "/api/v1/state"));
            Set<Integer> statuses = new HashSet<>();
            for (Future<Integer> each : clients.invokeAll(wrong)) {
                statuses.add(each.get());
            }
            assertThat(statuses).containsExactlyInAnyOrder(401, 429);
        } finally {
            clients.shutdown();
        }
        assertThat(read(ROOT, "/api/v1/state")).isEqualTo(200);
    }

    private int change(String credentials, String path, String json) {
        return admin.send(as(credentials, path)
                        .header("X-Redis-Proxy", "test")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build())
                .statusCode();
    }

    @Test
    void probesNeedNoCredentialsAndAllElseDoes() {
        assertThat(admin.get("/livez").statusCode()).isEqualTo(200);
        assertThat(admin.get("/readyz").statusCode()).isEqualTo(200);
        for (String path : List.of("/", "/page/app.js", "/metrics", "/api/v1/settings", "/api/openapi.json")) {
            HttpResponse<String> refused = admin.get(path);
            assertThat(refused.statusCode()).as(path).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
                    .startsWith("Basic realm=");
        }
        for (String path : READS) {
            assertThat(admin.get(path).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(admin.get("/api/v1/stream").statusCode()).isEqualTo(401);
        assertThat(admin.change("/api/v1/invalidate", "{\"all\": true}").statusCode())
                .isEqualTo(401);
        assertThat(read("root:wrong", "/metrics")).isEqualTo(401);
    }

    @Test
    void readersReadFiguresAndAdministratorsMakeChanges() {
        for (String path : READS) {
            assertThat(read(READER, path)).as(path).isEqualTo(200);
            assertThat(read(ROOT, path)).as(path).isEqualTo(200);
        }
        assertThat(read(READER, "/metrics")).isEqualTo(200);
        assertThat(read(READER, "/api/v1/settings")).isEqualTo(403);
        assertThat(read(ROOT, "/api/v1/settings")).isEqualTo(200);
        assertThat(change(READER, "/api/v1/invalidate", "{\"all\": true}")).isEqualTo(403);
        assertThat(change(READER, "/api/v1/log-level", "{\"level\": \"info\"}")).isEqualTo(403);
        assertThat(change(ROOT, "/api/v1/invalidate", "{\"all\": true}")).isEqualTo(200);
    }

    /** Else a client that is still sending would lose the answer, or the next one that it asks for on the connection. */
    @Test
    void readsOverTheBodyOfWhatItRefuses() {
        Bytes head = Bytes.utf8("""
                POST /api/v1/invalidate HTTP/1.1\r
                Host: 127.0.0.1\r
                X-Redis-Proxy: test\r
                Content-Type: application/json\r
                Content-Length: 13\r
                """);
        Bytes end = Bytes.utf8("\r\n");
        Bytes body = Bytes.utf8("{\"all\": true}");
        Address address = Address.loopback(proxy.adminPort());
        try (HttpConnection connection = HttpConnection.connect(address)) {
            for (int i = 0; i < 2; i++) {
                connection.send(head.plus(end));
                connection.send(body);
                HttpAnswer refused = connection.read();
                assertThat(refused.status()).isEqualTo(401);
                assertThat(refused.header("connection")).isEmpty();
            }
        }
        try (HttpConnection connection = HttpConnection.connect(address)) {
            connection.send(head.plus(Bytes.utf8("Expect: 100-continue\r\n")).plus(end));
            HttpAnswer refused = connection.read();
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("connection")).containsExactly("close");
            assertThat(connection.readToEnd().size()).isZero();
        }
    }

    /** The page shows keys of all kinds, and an invalidation takes any. */
    @Test
    void whoIsAllowedSomeKeysSeesFiguresAlone() {
        for (String path : READS) {
            assertThat(read(LIMITED, path)).as(path).isEqualTo(403);
        }
        assertThat(read(LIMITED, "/metrics")).isEqualTo(200);
        assertThat(change(LIMITED, "/api/v1/invalidate", "{\"all\": true}")).isEqualTo(403);
        assertThat(read(GETTER, "/metrics")).isEqualTo(403);
        assertThat(read(GETTER, "/")).isEqualTo(200);
    }
}
