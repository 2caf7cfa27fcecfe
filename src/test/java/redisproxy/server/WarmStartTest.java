package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** A proxy begins with the keys that another one had in memory. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WarmStartTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final int KEYS = 100;

    @TempDir
    private Path directory;

    @BeforeEach
    void fill() {
        for (int i = 0; i < KEYS; i++) {
            REDIS.control().set(Bytes.utf8("key" + i), Bytes.utf8("value" + i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ttl", "tracking"})
    void fromTheAdminPortOfAnother(String coherence) {
        try (ProxyServer other = start()) {
            List<Reply> recent = readAll(other);
            try (ProxyServer proxy = start("--coherence=" + coherence, "--warm-from=" + url(other))) {
                awaitWarm(proxy);
                assertThat(recent(proxy)).isEqualTo(recent);
                assertThat(hits(proxy)).isZero();
                assertThat(call(proxy, "GET", "key7")).isEqualTo(Reply.bulk("value7"));
                assertThat(hits(proxy)).isOne();
            }
        }
    }

    @Test
    void fromAnotherWithUsers() throws IOException {
        Path users = Files.writeString(directory.resolve("users.acl"), """
                user default on nopass ~* +@all
                user next on >n ~* +info
                user getter on >g ~* +get
                """);
        Path tokens = Files.writeString(directory.resolve("tokens"), "next >n0ne\ngetter >g0ne\n");
        try (ProxyServer other = start("--acl-file=" + users, "--bearer-file=" + tokens)) {
            List<Reply> recent = readAll(other);
            String from = "--warm-from=" + url(other);
            Path token = Files.writeString(directory.resolve("token"), "n0ne\n");
            try (ProxyServer proxy = start(from, "--warm-token-file=" + token)) {
                awaitWarm(proxy);
                assertThat(recent(proxy)).isEqualTo(recent);
            }
            Files.writeString(token, "g0ne\n");
            try (ProxyServer proxy = start(from, "--warm-token-file=" + token)) {
                awaitWarm(proxy);
                assertThat(call(proxy, "DBSIZE")).isEqualTo(new Reply.Whole(0));
                assertThat(call(proxy, "GET", "key7")).isEqualTo(Reply.bulk("value7"));
            }
        }
    }

    @Test
    void fromTheFileThatTheOneBeforeHasWritten() throws IOException {
        Path file = directory.resolve("hottest.json");
        List<Reply> recent;
        try (ProxyServer before = start("--warm-from=" + file)) {
            recent = readAll(before);
        }
        assertThat(Files.readString(file)).startsWith("{\"keys64\":[");
        try (ProxyServer proxy = start("--warm-from=" + file)) {
            awaitWarm(proxy);
            assertThat(recent(proxy)).isEqualTo(recent);
        }
    }

    @Test
    void aFileThatIsNoListCostsOnlyTheWarmth() throws IOException {
        Path file = Files.writeString(directory.resolve("hottest.json"), "{\"keys64\":");
        try (ProxyServer proxy = start("--warm-from=" + file)) {
            awaitWarm(proxy);
            assertThat(call(proxy, "DBSIZE")).isEqualTo(new Reply.Whole(0));
            AdminClient admin = new AdminClient(Address.loopback(proxy.adminPort()));
            assertThat(admin.get("/api/v1/events").body()).contains("cold-start", "the list is no JSON");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:5020",
                "ftp://127.0.0.1",
                "http://",
                "http://u:s3cret@127.0.0.1:5020",
                "http://127.0.0.1:5020/api",
                "http://127.0.0.1:5020?x=s3cret"
            })
    void refusesOtherUrls(String url) {
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--warm-from=" + url))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "--warm-from: the URL is not accepted (expected: http://HOST:PORT of another admin port, and WARM_TOKEN_FILE for a token)");
    }

    private static ProxyServer start(String... more) {
        return ProxyServer.start(LoopbackConfig.of(REDIS.address(), more));
    }

    private static String url(ProxyServer proxy) {
        return "http://127.0.0.1:" + proxy.adminPort();
    }

    /** Reads all keys, and returns them by their recency. */
    private static List<Reply> readAll(ProxyServer proxy) {
        for (int i = 0; i < KEYS; i++) {
            assertThat(call(proxy, "GET", "key" + i)).isEqualTo(Reply.bulk("value" + i));
        }
        List<Reply> keys = recent(proxy);
        assertThat(keys).hasSize(KEYS).startsWith(Reply.bulk("key99"), Reply.bulk("key98"));
        return keys;
    }

    private static List<Reply> recent(ProxyServer proxy) {
        return ((Reply.Items) call(proxy, "CACHE", "KEYS", "" + KEYS))
                .items().stream()
                        .map(entry -> ((Reply.Items) entry).items().get(0))
                        .toList();
    }

    private static long hits(ProxyServer proxy) {
        String info = ((Reply.Bulk) call(proxy, "INFO", "stats")).bytes().asUtf8();
        return info.lines()
                .filter(line -> line.startsWith("keyspace_hits:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    private static Reply call(ProxyServer proxy, String... words) {
        try (RespClient client = RespClient.connect(Address.loopback(proxy.respPort()))) {
            return client.call(words);
        }
    }

    private static void awaitWarm(ProxyServer proxy) {
        Address admin = Address.loopback(proxy.adminPort());
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .until(() -> HttpConnection.get(admin, "/readyz").status() == 200);
    }
}
