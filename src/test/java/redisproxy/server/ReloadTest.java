package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.fixtures.ClassRedis;
import redisproxy.measure.Event;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Settings of a running proxy, with a real Redis, that are read anew. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReloadTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    @TempDir
    Path directory;

    private Path file;
    private Core core;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("settings");
        start("TTL=60");
    }

    private void start(String... lines) throws IOException {
        write(lines);
        String[] flags = {
            "--config=" + file,
            "--proxy-host=127.0.0.1",
            "--proxy-port=0",
            "--tcp-port=0",
            "--admin-port=0",
            "--access-log=" + accessLog(),
            "--redis-host=127.0.0.1",
            "--redis-port=" + REDIS.server().address().port()
        };
        core = Core.withBothPorts(
                StartSettings.read(CommandLineFlags.parse(flags).source(Map::of)), why -> {});
        core.start();
    }

    @AfterEach
    void stop() {
        core.close();
    }

    private Path accessLog() {
        return directory.resolve("access.log");
    }

    private void write(String... lines) throws IOException {
        Files.write(file, List.of(lines));
    }

    @Test
    void appliesANewTtlToWhatIsCached() throws IOException {
        REDIS.control().call("SET", "ttl-key", "old");
        assertThat(get("ttl-key")).isEqualTo(Reply.bulk("old"));
        REDIS.control().call("SET", "ttl-key", "new");
        assertThat(get("ttl-key")).isEqualTo(Reply.bulk("old"));
        write("TTL=0.5");

        Reloaded reloaded = core.reload("a test");

        assertThat(reloaded.changed()).extracting(Reloaded.Change::toString).containsExactly("TTL from '60' to '0.5'");
        await().until(() -> get("ttl-key"), Reply.bulk("new")::equals);
        assertThat(info("cache")).contains("cache_ttl_ms:500\r\n");
        assertThat(config("ttl")).isEqualTo("0.5");
        assertThat(HttpConnection.get(http(), "/ttl-key").header("cache-control"))
                .containsExactly("max-age=0");
    }

    @Test
    void namesWhatNeedsARestartEachTime() throws IOException {
        write("TTL=60", "REDIS_POOL_SIZE=77", "REDIS_PASSWORD=secret");
        for (int i = 0; i < 2; i++) {
            Reloaded reloaded = core.reload("a test");
            assertThat(reloaded.changed()).isEmpty();
            assertThat(reloaded.toString())
                    .isEqualTo(
                            "no setting has changed; needs a restart: REDIS_PASSWORD, REDIS_POOL_SIZE from '8' to '77'");
        }
        assertThat(config("redis-pool-size")).isEqualTo("8");
    }

    @Test
    void changesNothingIfOneIsNotAccepted() throws IOException {
        write("TTL=5", "CACHE_SIZE=none");
        assertThatThrownBy(() -> core.reload("a test"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("CACHE_SIZE: 'none' is not accepted");
        assertThat(config("ttl")).isEqualTo("60");
        assertThat(core.events().after(0))
                .extracting(Event::text)
                .anyMatch(text -> text.startsWith("a test: the settings stay as they are: "));
    }

    @Test
    void otherPagesMayReadOnConnectionsThatAreOpen() throws IOException {
        REDIS.control().call("SET", "page-key", "v");
        try (HttpConnection connection = HttpConnection.connect(http())) {
            // So often that heads are learned.
            for (int i = 0; i < 3; i++) {
                assertThat(ask(connection, "X-Plain: 1").status()).isEqualTo(200);
                assertThat(ask(connection, "Origin: https://shop.example").status())
                        .isEqualTo(403);
            }
            write("CORS_ORIGIN=https://shop.example");
            assertThat(core.reload("a test").changed())
                    .extracting(each -> each.setting().name())
                    .containsExactly("CORS_ORIGIN");
            HttpAnswer shared = ask(connection, "Origin: https://shop.example");
            assertThat(shared.status()).isEqualTo(200);
            assertThat(shared.header("access-control-allow-origin")).containsExactly("https://shop.example");
            assertThat(ask(connection, "X-Plain: 1").header("vary")).containsExactly("Origin");
            write();
            core.reload("a test");
            assertThat(ask(connection, "Origin: https://shop.example").status()).isEqualTo(403);
            assertThat(ask(connection, "X-Plain: 1").header("vary")).isEmpty();
        }
    }

    @Test
    void otherNamesReachBothPorts() throws IOException {
        REDIS.control().call("SET", "page-key", "v");
        Address admin = Address.loopback(core.admin().bound());
        try (HttpConnection connection = HttpConnection.connect(http());
                HttpConnection page = HttpConnection.connect(admin)) {
            for (int i = 0; i < 3; i++) {
                assertThat(askFor(connection, "/page-key", "other.example").status())
                        .isEqualTo(200);
            }
            assertThat(askFor(page, "/api/v1/state", "cache.example").status()).isEqualTo(421);
            write("ALLOWED_HOSTS=cache.example");
            core.reload("a test");
            assertThat(config("allowed-hosts")).isEqualTo("cache.example");
            assertThat(askFor(connection, "/page-key", "other.example").status())
                    .isEqualTo(421);
            assertThat(askFor(connection, "/page-key", "cache.example").status())
                    .isEqualTo(200);
            assertThat(askFor(page, "/api/v1/state", "cache.example").status()).isEqualTo(200);
        }
    }

    private static HttpAnswer ask(HttpConnection connection, String header) {
        connection.send(HttpConnection.request("GET /page-key", header));
        return connection.read();
    }

    private static HttpAnswer askFor(HttpConnection connection, String target, String host) {
        connection.send(Bytes.utf8("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        return connection.read();
    }

    @Test
    void goesBackToTheDefaultOfWhatIsNotGivenAnyMore() throws IOException {
        write("TTL=5", "LOG_LEVEL=WARN");
        core.reload("a test");
        write();
        assertThat(core.reload("a test").toString())
                .isEqualTo("changed TTL from '5' to '60', LOG_LEVEL from 'WARN' to 'INFO'");
    }

    @Test
    void aSmallerCacheKeepsWhatWasUsedLast() throws IOException {
        for (int i = 0; i < 100; i++) {
            REDIS.control().call("SET", "size-" + i, "v");
            get("size-" + i);
        }
        get("size-0");
        write("CACHE_SIZE=2", "NEGATIVE_CACHE_SIZE=1");
        assertThat(core.reload("a test").toString())
                .isEqualTo("changed CACHE_SIZE from '100000' to '2', NEGATIVE_CACHE_SIZE from '10000' to '1'");
        assertThat(info("cache"))
                .contains("cache_entries:2\r\n", "cache_max_entries:2\r\n", "cache_max_absent_entries:1\r\n");
        REDIS.control().call("DEL", "size-0", "size-99", "size-98");
        assertThat(get("size-0")).isEqualTo(Reply.bulk("v"));
        assertThat(get("size-99")).isEqualTo(Reply.bulk("v"));
        assertThat(get("size-98")).isInstanceOf(Reply.Nil.class);

        write("CACHE_SIZE=1000000");
        core.reload("a test");
        assertThat(config("cache-size")).isEqualTo("1000000");
        assertThat(get("size-0")).isEqualTo(Reply.bulk("v"));
    }

    @Test
    void fewerBytesForTheCacheBoundItsValuesToo() throws IOException {
        REDIS.control().call("SET", "bytes-1", "v".repeat(1000));
        REDIS.control().call("SET", "bytes-2", "v".repeat(1000));
        get("bytes-1");
        get("bytes-2");
        write("CACHE_MAX_BYTES=2048", "MAX_VALUE_BYTES=1000");
        assertThat(core.reload("a test").changed())
                .extracting(change -> change.setting().name())
                .containsExactly("CACHE_MAX_BYTES", "MAX_VALUE_BYTES");
        assertThat(info("cache")).contains("cache_entries:1\r\n", "cache_max_bytes:2048\r\n");
        REDIS.control().call("DEL", "bytes-2");
        assertThat(get("bytes-2")).isEqualTo(Reply.bulk("v".repeat(1000)));
    }

    @Test
    void changesNothingIfTheCacheDoesNotFitIntoTheHeap() throws IOException {
        write("TTL=5", "CACHE_MAX_BYTES=1000000gb");
        assertThatThrownBy(() -> core.reload("a test"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("CACHE_MAX_BYTES: ")
                .hasMessageContaining("do not fit into the heap");
        assertThat(config("ttl")).isEqualTo("60");
        write("TTL=5", "CACHE_SIZE=100000000", "CACHE_MAX_BYTES=500mb");
        assertThatThrownBy(() -> core.reload("a test"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("CACHE_SIZE: 100000000 entries do not fit into the heap");
        assertThat(config("ttl")).isEqualTo("60");
    }

    @Test
    void limitsConnectionsFromNowOn() throws IOException {
        try (RespClient first = RespClient.connect(resp());
                RespClient second = RespClient.connect(resp())) {
            assertThat(first.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            assertThat(second.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            write("MAX_CONN=1");
            core.reload("a test");
            assertThat(second.call("CONFIG", "GET", "maxclients"))
                    .isEqualTo(new Reply.Items(List.of(Reply.bulk("maxclients"), Reply.bulk("1"))));
            try (RespClient third = RespClient.connect(resp())) {
                assertThat(third.read()).isEqualTo(new Reply.Failure("ERR max number of clients reached"));
            }
            write("MAX_CONN=3");
            core.reload("a test");
            try (RespClient third = RespClient.connect(resp())) {
                assertThat(third.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
        }
    }

    @Test
    void closesIdleConnectionsByANewTimeout() throws IOException {
        try (RespClient idle = RespClient.connect(resp());
                HttpConnection browser = HttpConnection.connect(http())) {
            assertThat(idle.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            browser.send(HttpConnection.request("GET /"));
            assertThat(browser.read().status()).isEqualTo(200);
            write("IDLE_TIMEOUT=0.1", "HTTP_IDLE_TIMEOUT=0.1");

            core.reload("a test");

            assertThat(idle.readToEnd().asUtf8()).isEmpty();
            assertThat(browser.readToEnd().asUtf8()).isEmpty();
        }
    }

    @Test
    void keepsSlowLoadsByANewBound() throws IOException {
        write("SLOWLOG_LOG_SLOWER_THAN=0", "SLOWLOG_MAX_LEN=2");
        core.reload("a test");
        for (String key : List.of("slow-1", "slow-2", "slow-3")) {
            get(key);
        }
        assertThat(call("SLOWLOG", "LEN")).isEqualTo(new Reply.Whole(2));
        write("SLOWLOG_LOG_SLOWER_THAN=-1", "SLOWLOG_MAX_LEN=1");
        core.reload("a test");
        get("slow-4");
        assertThat(call("SLOWLOG", "LEN")).isEqualTo(new Reply.Whole(1));
    }

    @Test
    void usersAndRulesChange() throws IOException {
        Path users = directory.resolve("users");
        Files.writeString(users, "user default on nopass ~app:* +@read\n");
        write("TTL=60", "ACL_FILE=" + users);
        assertThat(core.reload("a test").toString())
                .isEqualTo("changed ACL_FILE from '' to '%s'; users, rules and tokens are read anew".formatted(users));
        assertThat(get("other"))
                .isEqualTo(new Reply.Failure(
                        "NOPERM this user has no permissions to access one of the keys used as arguments"));
        assertThat(HttpConnection.get(http(), "/other").status()).isEqualTo(403);

        Files.writeString(users, "user default on nopass ~* +@read\n");
        assertThat(core.reload("a test").toString())
                .isEqualTo("no setting has changed; users, rules and tokens are read anew");
        assertThat(get("other")).isInstanceOf(Reply.Nil.class);
        assertThat(HttpConnection.get(http(), "/other").status()).isEqualTo(404);

        Files.writeString(users, "user default on >secret ~* +@read +nonsense\n");
        assertThatThrownBy(() -> core.reload("a test"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nonsense");
        assertThat(get("other")).isInstanceOf(Reply.Nil.class);

        write("TTL=60");
        assertThatThrownBy(() -> core.reload("a test"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(
                        "no password is set any more (expected: REQUIREPASS_FILE, ACL_FILE or BEARER_FILE");
        assertThat(core.config().users().users().isOpen()).isFalse();
    }

    @Test
    void readsAFileOfUsersOnce() throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        write("TTL=60", "ACL_FILE=" + pipe);
        // Whoever reads a second time gets nothing, for ever.
        Thread writer = new Thread(() -> {
            try {
                Files.writeString(pipe, "user default on nopass ~app:* +@read\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.start();
        core.reload("a test");
        writer.join();
        assertThat(HttpConnection.get(http(), "/other").status()).isEqualTo(403);
    }

    @Test
    void aFileThatIsWatchedIsReadAnewWhenItHasChanged() throws IOException {
        write("TTL=60", "CONFIG_WATCH=0.02");
        core.reload("a test");
        write("TTL=never", "CONFIG_WATCH=0.02");
        await().until(() -> refusals() == 1);
        write("TTL=5", "CONFIG_WATCH=0.02");
        await().until(() -> core.events().after(0).stream()
                .anyMatch(event -> event.text().startsWith("CONFIG_WATCH: changed TTL from '60' to '5'")));
        assertThat(config("ttl")).isEqualTo("5");
        assertThat(refusals()).as("a bad file is told once").isEqualTo(1);
        assertThat(core.events().after(0))
                .extracting(Event::text)
                .noneMatch(text -> text.startsWith("CONFIG_WATCH: no setting has changed"));
    }

    private long refusals() {
        return core.events().after(0).stream()
                .filter(event -> event.text().startsWith("CONFIG_WATCH: the settings stay as they are"))
                .count();
    }

    /** As Kubernetes does it: the files lie in a directory that is reached by a link, and the link is replaced. */
    @Test
    void filesOfUsersAreWatchedToo() throws IOException {
        Files.writeString(
                Files.createDirectory(directory.resolve("1")).resolve("users"), "user default on nopass ~app:*\n");
        Files.writeString(
                Files.createDirectory(directory.resolve("2")).resolve("users"), "user default on nopass ~* +@read\n");
        Path link = Files.createSymbolicLink(directory.resolve("data"), Path.of("1"));
        write("CONFIG_WATCH=0.02", "ACL_FILE=" + link.resolve("users"));
        core.reload("a test");
        assertThat(HttpConnection.get(http(), "/other").status()).isEqualTo(403);
        Path next = Files.createSymbolicLink(directory.resolve("data-next"), Path.of("2"));
        Files.move(next, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        await().until(() -> HttpConnection.get(http(), "/other").status() == 404);
    }

    @Test
    void configSetHoldsUntilAnotherValueIsRead() throws IOException {
        assertThat(call("CONFIG", "SET", "ttl", "5", "maxmemory", "64mb")).isEqualTo(new Reply.Simple("OK"));
        assertThat(config("ttl")).isEqualTo("5");
        assertThat(config("maxmemory")).isEqualTo("67108864");
        assertThat(config("cache-max-bytes")).isEqualTo("67108864");
        assertThat(core.events().after(0))
                .extracting(Event::text)
                .anyMatch(
                        text -> text.matches(
                                "CONFIG SET by 'default' \\(127\\.0\\.0\\.1:\\d+\\): changed CACHE_MAX_BYTES from '\\d+' to '67108864', .*"));

        assertThat(core.reload("a test").toString()).isEqualTo("no setting has changed");
        assertThat(config("ttl")).isEqualTo("5");
        write("TTL=60", "IDLE_TIMEOUT=7");
        assertThat(core.reload("a test").toString()).isEqualTo("changed IDLE_TIMEOUT from '0' to '7'");
        write("TTL=7");
        assertThat(core.reload("a test").toString())
                .isEqualTo("changed TTL from '5' to '7', IDLE_TIMEOUT from '7' to '0'");
        assertThat(config("maxmemory")).isEqualTo("67108864");
    }

    @Test
    void configSetSetsAllOrNone() {
        assertThat(call("CONFIG", "SET", "ttl", "5", "maxmemory", "1"))
                .isEqualTo(
                        new Reply.Failure(
                                "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - '1' is not accepted (expected: bytes from 1024 to 4611686018427387904, with kb, mb or gb if you like)"));
        assertThat(call("CONFIG", "SET", "ttl", "5", "redis-pool-size", "9"))
                .isEqualTo(
                        new Reply.Failure(
                                "ERR CONFIG SET failed (possibly related to argument 'redis-pool-size') - can't set immutable config: REDIS_POOL_SIZE needs a restart"));
        assertThat(call("CONFIG", "SET", "acl-file", "/etc/passwd"))
                .isEqualTo(
                        new Reply.Failure(
                                "ERR CONFIG SET failed (possibly related to argument 'acl-file') - can't set protected config: ACL_FILE names a file, and changes with the file of --config"));
        assertThat(call("CONFIG", "SET", "ttl", "5", "hz", "10"))
                .isEqualTo(new Reply.Failure("ERR Unknown option or number of arguments for CONFIG SET - 'hz'"));
        assertThat(config("ttl")).isEqualTo("60");
    }

    @Test
    void configSetTakesAPasswordAndNeverTakesTheLastOneAway() {
        try (RespClient client = RespClient.connect(resp())) {
            assertThat(client.call("CONFIG", "SET", "requirepass", "secr\u00e9t"))
                    .isEqualTo(new Reply.Simple("OK"));
            assertThat(get("any")).isEqualTo(new Reply.Failure("NOAUTH Authentication required."));
            assertThat(client.call("AUTH", "secr\u00e9t")).isEqualTo(new Reply.Simple("OK"));
            assertThat(client.call("CONFIG", "SET", "requirepass", "").toString())
                    .contains("(possibly related to argument 'requirepass') - no password is set any more");
            assertThat(client.call("CONFIG", "SET", "loglevel", "warning")).isEqualTo(new Reply.Simple("OK"));
            assertThat(client.call("CONFIG", "GET", "loglevel"))
                    .isEqualTo(new Reply.Items(List.of(Reply.bulk("loglevel"), Reply.bulk("warning"))));
            assertThat(client.call("CONFIG", "SET", "loglevel", "notice")).isEqualTo(new Reply.Simple("OK"));
        }
    }

    @Test
    void tellsAtTheAdminPort() throws IOException {
        AdminClient admin = new AdminClient(Address.loopback(core.admin().bound()));
        write("TTL=30");
        assertThat(admin.change("/api/v1/reload", "{}").body())
                .isEqualTo("{\"changed\":[{\"after\":\"30\",\"before\":\"60\",\"name\":\"TTL\"}],"
                        + "\"needRestart\":[],\"refusal\":null}");
        write("TTL=never");
        assertThat(admin.change("/api/v1/reload", "{}").statusCode()).isEqualTo(400);
        assertThat(admin.change("/api/v1/reload", "{}").body())
                .contains("the settings stay as they are: ", "TTL: 'never' is not accepted");
        assertThat(admin.change("/api/v1/reload", "{\"all\":true}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void theManualListsWhatChanges() throws IOException {
        String manual = Files.readString(Path.of("docs/operations.md"));
        String listed = manual.substring(manual.indexOf("`TTL`, `NEGATIVE_TTL`"));
        String[] names = listed.substring(0, listed.indexOf('.'))
                .replaceAll("[`\\s]", "")
                .split(",");
        assertThat(names)
                .containsExactlyInAnyOrderElementsOf(SettingsCatalog.all().stream()
                        .filter(Setting::changesAtRunTime)
                        .map(Setting::name)
                        .toList());
    }

    @Test
    void theManualSaysWhyTheOthersNeedARestart() throws IOException {
        String manual = Files.readString(Path.of("docs/operations.md"));
        String table =
                manual.substring(manual.indexOf("<!-- restart: begin -->"), manual.indexOf("<!-- restart: end -->"));
        assertThat(Pattern.compile("`([A-Z_]+)`").matcher(table).results().map(found -> found.group(1)))
                .as("settings with a reason for a restart in docs/operations.md")
                .containsExactlyInAnyOrderElementsOf(SettingsCatalog.all().stream()
                        .filter(setting -> !setting.changesAtRunTime())
                        .map(Setting::name)
                        .toList());
    }

    @Test
    void loadsTakeNoLongerThanANewTimeout() throws IOException {
        get("first");
        write("REDIS_TIMEOUT=0.3");
        assertThat(core.reload("a test").toString()).isEqualTo("changed REDIS_TIMEOUT from '5' to '0.3'");
        REDIS.control().call("CLIENT", "PAUSE", "1500", "ALL");
        assertThat(get("paused").toString()).contains("did not answer within 0.3 s");
        await().until(() -> get("paused") instanceof Reply.Nil);
    }

    @Test
    void otherPrefixesAreTracked() throws IOException {
        core.close();
        start("COHERENCE=tracking", "TRACKING_PREFIX=a:");
        await().until(() -> isKept("a:1"));
        assertThat(isKept("b:1")).isFalse();
        write("COHERENCE=tracking", "TRACKING_PREFIX=b:,c:");
        assertThat(core.reload("a test").toString()).isEqualTo("changed TRACKING_PREFIX from 'a:' to 'b:,c:'");
        assertThat(call("CACHE", "KEYS", "10"))
                .as("what was kept by the reports of before")
                .isEqualTo(new Reply.Items(List.of()));
        await().until(() -> isKept("b:1"));
        assertThat(isKept("a:1")).isFalse();
        REDIS.control().call("SET", "b:1", "written");
        await().until(() -> get("b:1").equals(Reply.bulk("written")));
    }

    @Test
    void prefixesThatOverlapChangeNothing() throws IOException {
        core.close();
        start("COHERENCE=tracking", "TRACKING_PREFIX=a:");
        await().until(() -> isKept("a:1"));
        write("COHERENCE=tracking", "TRACKING_PREFIX=b:,b:b");
        assertThatThrownBy(() -> core.reload("a test")).hasMessageContaining("'b:b' begins with 'b:'");
        assertThat(isKept("a:1")).isTrue();
    }

    /** Reads a key; returns whether it is cached after that. */
    private boolean isKept(String key) {
        REDIS.control().call("SETNX", key, "value");
        get(key);
        return ((Reply.Items) call("CACHE", "KEYS", "10"))
                .items().stream().anyMatch(each -> ((Reply.Items) each).items().contains(Reply.bulk(key)));
    }

    @Test
    void readinessAndTheKeysOfTheAccessLogChange() throws IOException {
        get("hashed");
        AdminClient admin = new AdminClient(Address.loopback(core.admin().bound()));
        assertThat(admin.get("/readyz?verbose").body()).doesNotContain("redis");
        write("READY_NEEDS_REDIS=true", "MAX_STALENESS_DISCONNECTED=3", "ACCESS_LOG_KEYS=show");
        assertThat(core.reload("a test").changed())
                .extracting(change -> change.setting().name())
                .containsExactly("MAX_STALENESS_DISCONNECTED", "READY_NEEDS_REDIS", "ACCESS_LOG_KEYS");
        assertThat(admin.get("/readyz?verbose").body()).contains("]redis");
        get("shown");
        await().until(() -> Files.readString(accessLog()).contains("get shown "));
        assertThat(Files.readString(accessLog())).doesNotContain("get hashed ");
        write("ACCESS_LOG_SAMPLE=1000000");
        core.reload("a test");
        assertThat(config("access-log-sample")).isEqualTo("1000000");
    }

    private Reply get(String key) {
        return call("GET", key);
    }

    private String info(String section) {
        return ((Reply.Bulk) call("INFO", section)).bytes().asUtf8();
    }

    private String config(String name) {
        Reply.Items pair = (Reply.Items) call("CONFIG", "GET", name);
        return ((Reply.Bulk) pair.items().get(1)).bytes().asUtf8();
    }

    private Reply call(String... words) {
        try (RespClient client = RespClient.connect(resp())) {
            return client.call(words);
        }
    }

    private Address http() {
        return Address.loopback(core.ports().bound(SettingsCatalog.PROXY_PORT));
    }

    private Address resp() {
        return Address.loopback(core.ports().bound(SettingsCatalog.TCP_PORT));
    }
}
