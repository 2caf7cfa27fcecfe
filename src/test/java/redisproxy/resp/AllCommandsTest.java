package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Address;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** What describes commands, where they are passed on to a Redis that is installed. */
final class AllCommandsTest {
    private static RedisServerProcess redis;
    private static PassingPort port;

    @BeforeAll
    static void start() {
        assumeTrue(RedisServerProcess.installedVersion().startsWith("7."));
        redis = RedisServerProcess.startedAsInstalled();
        port = new PassingPort(redis.address(), "+@all -debug");
        try (RespClient client = port.connect()) {
            // Redis has told its commands then.
            assertThat(client.call("SET", "k", "v")).isEqualTo(new Reply.Simple("OK"));
        }
    }

    @AfterAll
    static void stop() {
        if (port != null) {
            port.close();
            redis.close();
        }
    }

    private static RespClient client(RespClient made, String protocol) {
        assertThat(made.call("HELLO", protocol)).isNotInstanceOf(Reply.Failure.class);
        return made;
    }

    private static List<Reply> elements(Reply reply) {
        return new ArrayList<>(((Reply.Items) reply).items());
    }

    @ParameterizedTest
    @CsvSource({
        "2, COMMAND",
        "2, COMMAND INFO",
        "2, COMMAND LIST",
        "2, COMMAND LIST FILTERBY ACLCAT admin",
        "3, COMMAND",
        "3, COMMAND LIST FILTERBY PATTERN *ache*",
        "3, ACL CAT dangerous",
    })
    void theProxysOwnCommandsAreAmongThem(String protocol, String request) {
        try (RespClient client = client(port.connect(), protocol);
                RespClient direct = client(RespClient.connect(redis.address()), protocol)) {
            List<Reply> all = elements(client.call(request.split(" ", -1)));
            List<Reply> ofRedis = elements(direct.call(request.split(" ", -1)));
            assertThat(all).hasSizeGreaterThan(ofRedis.size()).containsAll(ofRedis);
            assertThat(all.toString()).contains("cache");
            List<Reply> own = all.subList(ofRedis.size(), all.size());
            assertThat(own).noneMatch(ofRedis::contains);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void documentationIsThatOfRedisAndTheProxy(String protocol) {
        try (RespClient client = client(port.connect(), protocol);
                RespClient direct = client(RespClient.connect(redis.address()), protocol)) {
            assertThat(client.call("COMMAND", "DOCS", "hset").toString())
                    .isEqualTo(direct.call("COMMAND", "DOCS", "hset").toString());
            assertThat(client.call("COMMAND", "DOCS", "get", "cache", "none").toString())
                    .contains("Get the value of a key", "cache|flush");
            assertThat(client.call("COMMAND", "DOCS").toString()).contains("zadd", "cache|flush");
            assertThat(client.call("COMMAND", "COUNT").toString())
                    .isEqualTo(new Reply.Whole(elements(client.call("COMMAND")).size()).toString());
            assertThat(client.call("ECHO", "end")).isEqualTo(Reply.bulk("end"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMAND GETKEYS MSET a 1 b 2",
                "COMMAND GETKEYSANDFLAGS LMOVE a b LEFT LEFT",
                "COMMAND GETKEYS NOSUCH a",
                "COMMAND INFO get hset config|get nosuch",
                "COMMAND LIST FILTERBY NOSUCH x",
                "COMMAND NOSUCH",
                "COMMAND INFO hset",
                "ACL CAT",
                "ACL CAT hash",
                "ACL CAT nosuch"
            })
    void theRestIsAsOfRedis(String request) {
        try (RespClient client = port.connect();
                RespClient direct = RespClient.connect(redis.address())) {
            assertThat(client.call(request.split(" ", -1)).toString())
                    .isEqualTo(direct.call(request.split(" ", -1)).toString());
        }
    }

    @Test
    void aloneTheProxysOwnAreDescribedByIt() {
        try (RespClient client = port.connect()) {
            assertThat(client.call("COMMAND", "INFO", "cache", "cache|flush").toString())
                    .contains("cache|flush")
                    .doesNotContain("Nil");
            assertThat(client.call("COMMAND", "GETKEYS", "cache", "info", "x").toString())
                    .contains("The command has no key arguments");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void eachHasItsPlaceAmongThoseOfRedis(String protocol) {
        try (RespClient client = client(port.connect(), protocol);
                RespClient direct = client(RespClient.connect(redis.address()), protocol)) {
            List<Reply> all = elements(client.call("COMMAND", "INFO", "cache", "get", "nosuch", "cache|flush", "mset"));
            List<Reply> ofRedis = elements(direct.call("COMMAND", "INFO", "get", "nosuch", "mset"));
            List<Reply> own = elements(client.call("COMMAND", "INFO", "cache", "cache|flush"));
            assertThat(own).hasSize(2).noneMatch(Reply.Nil.class::isInstance);
            assertThat(all).containsExactly(own.get(0), ofRedis.get(0), ofRedis.get(1), own.get(1), ofRedis.get(2));
        }
    }

    /** Replies that are changed come later than others, and in their order even so. */
    @Test
    void manyKeepTheirOrder() {
        int names = 1_000;
        String[] info = new String[2 + names];
        Arrays.setAll(info, i -> i % 2 == 0 ? "cache" : "mset");
        info[0] = "COMMAND";
        info[1] = "INFO";
        String[] docs = info.clone();
        docs[1] = "DOCS";
        int times = 10;
        try (RespClient client = port.connect()) {
            List<Reply> described = elements(client.call("COMMAND", "INFO", "cache", "mset"));
            for (int i = 0; i < times; i++) {
                client.send(RespClient.encode(info)
                        .plus(RespClient.encode("COMMAND", "COUNT"))
                        .plus(RespClient.encode("ECHO", Integer.toString(i)))
                        .plus(RespClient.encode(docs)));
            }
            for (int i = 0; i < times; i++) {
                List<Reply> all = elements(client.read());
                assertThat(all).hasSize(names);
                for (int at = 0; at < names; at++) {
                    assertThat(all.get(at)).isEqualTo(described.get(at % 2));
                }
                assertThat(client.read()).isInstanceOf(Reply.Whole.class);
                assertThat(client.read()).isEqualTo(Reply.bulk(Integer.toString(i)));
                assertThat(elements(client.read())).hasSizeGreaterThanOrEqualTo(names);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMMAND", "COMMAND COUNT", "COMMAND LIST", "COMMAND INFO hset", "ACL CAT hash"})
    void theFirstClientGetsThemToo(String request) {
        String[] words = request.split(" ", -1);
        try (RespClient later = port.connect();
                PassingPort fresh = new PassingPort(redis.address(), "+@all -debug");
                RespClient first = fresh.connect()) {
            assertThat(first.call(words)).isEqualTo(later.call(words));
        }
    }

    @Test
    void theFirstClientGetsTheProxysOwnWhileRedisIsDown() {
        try (PassingPort down = new PassingPort(Address.loopback(FreePort.find()), "all");
                RespClient client = down.connect()) {
            client.send(RespClient.encode("COMMAND", "LIST"));
            client.send(RespClient.encode("PING"));
            assertThat(client.read().toString()).contains("cache").doesNotContain("zadd");
            assertThat(client.read()).isEqualTo(new Reply.Simple("PONG"));
            assertThat(client.call("COMMAND", "COUNT")).isInstanceOf(Reply.Whole.class);
            assertThat(((Reply.Bulk) client.call("INFO", "server")).bytes().asUtf8())
                    .contains("redis_version:7.2.4");
        }
    }

    @Test
    void rulesHideNoCommand() {
        try (PassingPort strict = new PassingPort(redis.address(), "+@read +@write");
                RespClient client = strict.connect()) {
            client.call("SET", "k", "v");
            assertThat(client.call("COMMAND", "LIST").toString()).contains("zadd", "shutdown", "cache");
            strict.allow("read");
            assertThat(client.call("COMMAND", "LIST").toString())
                    .contains("cache")
                    .doesNotContain("zadd");
        }
    }

    @Test
    void dryRunsAreOfWhatIsPassedOnToo() {
        try (PassingPort strict = new PassingPort(redis.address(), "+@all -flushall");
                RespClient client = strict.connect()) {
            strict.authority.replace(
                    TestUsers.of("user default on nopass +@all ~*", "user bob on >x +@all -del ~app:* %R~shared:*"));
            client.call("SET", "k", "v");
            Reply ok = new Reply.Simple("OK");
            await().untilAsserted(() -> assertThat(client.call("ACL", "DRYRUN", "bob", "HSET", "app:1", "f", "v"))
                    .isEqualTo(ok));
            assertThat(client.call("ACL", "DRYRUN", "bob", "HGETALL", "shared:1"))
                    .isEqualTo(ok);
            assertThat(client.call("ACL", "DRYRUN", "bob", "HSET", "shared:1", "f", "v"))
                    .isEqualTo(Reply.bulk("This user has no permissions to access the 'shared:1' key"));
            assertThat(client.call("ACL", "DRYRUN", "bob", "DEL", "app:1"))
                    .isEqualTo(Reply.bulk("This user has no permissions to run the 'del' command"));
            assertThat(client.call("ACL", "DRYRUN", "bob", "FLUSHALL"))
                    .isEqualTo(Reply.bulk("This user has no permissions to run the 'flushall' command"));
            assertThat(client.call("ACL", "DRYRUN", "bob", "HSET").toString()).contains("wrong number of arguments");
            assertThat(client.call("ACL", "DRYRUN", "bob", "EVAL", "return 1", "0"))
                    .isEqualTo(Reply.bulk("This user has no permissions to access all keys"));
            assertThat(client.call("ACL", "DRYRUN", "bob", "NOSUCH").toString()).contains("Command 'NOSUCH' not found");
        }
    }
}
