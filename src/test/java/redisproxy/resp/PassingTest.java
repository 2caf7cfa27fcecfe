package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.auth.Users;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.HeldRelay;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.upstream.PassedCommand;

/** Commands that are passed on to a real Redis. */
final class PassingTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Reply OK = new Reply.Simple("OK");

    /** Sends requests in one pipeline, and returns all replies byte for byte; a last PING tells where they end. */
    private static String pipelined(RespClient client, String... requests) {
        String end = "end of the pipeline";
        Bytes all = Bytes.of(new byte[0]);
        for (String request : requests) {
            all = all.plus(RespClient.encode(request.split(" ", -1)));
        }
        client.send(all.plus(RespClient.encode("ECHO", end)));
        StringBuilder replies = new StringBuilder();
        String last = "$" + end.length() + "\r\n" + end + "\r\n";
        while (!replies.toString().endsWith(last)) {
            replies.append(new String(client.read(1).toArray(), StandardCharsets.ISO_8859_1));
        }
        return replies.toString();
    }

    @Test
    void readsFollowWrites() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect();
                RespClient other = port.connect()) {
            assertThat(client.call("SET", "k", "1")).isEqualTo(OK);
            assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("1"));
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("1"));
            assertThat(client.call("INCR", "k")).isEqualTo(new Reply.Whole(2));
            assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("2"));
            assertThat(client.call("DEL", "k")).isEqualTo(new Reply.Whole(1));
            assertThat(other.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            assertThat(client.call("MSET", "a", "1", "b", "2")).isEqualTo(OK);
            assertThat(other.call("MGET", "a", "b"))
                    .isEqualTo(new Reply.Items(List.of(Reply.bulk("1"), Reply.bulk("2"))));
            assertThat(client.call("FLUSHALL")).isEqualTo(OK);
            assertThat(other.call("MGET", "a", "b").toString()).contains("Nil").doesNotContain("Bulk");
        }
    }

    @Test
    void commandsThatArriveAtOneTimeLeaveTogether() throws Exception {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient first = port.connect()) {
            assertThat(first.call("SET", "k", "0")).isEqualTo(OK);
            List<RespClient> others = Stream.generate(port::connect).limit(20).toList();
            for (RespClient each : others) {
                assertThat(each.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
            HeldRelay.Stall stall = port.relay.stallNext();
            first.send(RespClient.encode("INCR", "k"));
            assertThat(stall.hasBegun().await(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            for (RespClient each : others) {
                each.send(RespClient.encode("INCR", "k").plus(RespClient.encode("INCR", "k")));
            }
            stall.goesOn().countDown();
            assertThat(first.read()).isInstanceOf(Reply.Whole.class);
            for (RespClient each : others) {
                long once = ((Reply.Whole) each.read()).value();
                assertThat(((Reply.Whole) each.read()).value()).isGreaterThan(once);
                each.close();
            }
            assertThat(first.call("GET", "k")).isEqualTo(Reply.bulk("41"));
            assertThat(port.relay.passed())
                    .as("with two selectors, half of them")
                    .anyMatch(together -> together.size() >= 20);
        }
    }

    @Test
    void whatHasNotLeftIsCachedAgainAtOnce() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            assertThat(client.call("SET", "k", "1")).isEqualTo(OK);
            for (boolean isInDoubt : new boolean[] {false, true}) {
                port.relay.hold();
                client.send(RespClient.encode("SET", "k", "2"));
                await().until(() -> port.relay.held() == 1);
                assertThat(port.cache.stats().pendingWrites()).isOne();
                port.relay.failHeld(isInDoubt);
                assertThat(client.read()).isInstanceOf(Reply.Failure.class);
                assertThat(port.cache.stats().pendingWrites()).isEqualTo(isInDoubt ? 1 : 0);
                port.relay.release();
                assertThat(client.call("GET", "k")).isEqualTo(Reply.bulk("1"));
                assertThat(port.cache.stats().size()).isEqualTo(isInDoubt ? 0 : 1);
            }
        }
    }

    @Test
    void whatCannotBePassedOnIsAnsweredByAnError() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            assertThat(client.call("SET", "k", "1")).isEqualTo(OK);
            port.relay.refuseNext();
            assertThat(client.call("INCR", "k").toString()).contains("ERR passing the command on failed");
            assertThat(client.call("INCR", "k")).isEqualTo(new Reply.Whole(2));
        }
    }

    @Test
    void afterMuchAClientKeepsAwayFromOthersForAWhile() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            assertThat(client.call("SET", "k", "1")).isEqualTo(OK);
            assertThat(client.call("SET", "large", "x".repeat(70_000))).isEqualTo(OK);
            for (int i = 0; i < 101; i++) {
                assertThat(client.call("INCR", "k")).isEqualTo(new Reply.Whole(2 + i));
            }
            assertThat(client.call("GETEX", "large")).isInstanceOf(Reply.Bulk.class);
            assertThat(client.call("INCR", "k")).isEqualTo(new Reply.Whole(103));
            List<Boolean> bulk = port.relay.passed().stream()
                    .flatMap(List::stream)
                    .filter(command -> command.key() != null)
                    .map(PassedCommand::isBulk)
                    .toList();
            assertThat(bulk.subList(0, 2)).containsExactly(false, true);
            assertThat(bulk.subList(2, 102)).containsOnly(true);
            assertThat(bulk.subList(102, bulk.size())).containsExactly(false, false, true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void aPipelineIsAnsweredAsByRedis(String protocol) {
        String[] mixed = {
            "SET a 1",
            "GET a",
            "GET b",
            "SET b x",
            "GET b",
            "APPEND b y",
            "STRLEN b",
            "GET b",
            "GETRANGE b 0 0",
            "MGET a b c",
            "EXISTS a b c",
            "LPUSH l 1 2 3",
            "LRANGE l 0 -1",
            "GET l",
            "TYPE l",
            "TTL a",
            "HSET h f v",
            "HGETALL h",
            "GET a",
            "INCR a",
            "GET a",
            "SETEX a 100 z",
            "TTL a",
            "GET a",
            "DEL a b",
            "GET a",
            "GET b",
            "SMEMBERS none",
            "ZADD z 1.5 m",
            "ZSCORE z m",
            "SET a",
            "NOSUCH a b",
            "INCR l",
            "OBJECT ENCODING l",
            "XADD s 1-1 f v",
            "XREAD COUNT 1 STREAMS s 0",
            "EVAL return{1,KEYS[1]} 1 a",
            "FLUSHALL",
            "GET l",
            "EXISTS h",
            "DBSIZE",
            "SCRIPT EXISTS x",
            "TIME x",
            "GET"
        };
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient proxied = port.connect();
                RespClient direct = RespClient.connect(REDIS.address())) {
            for (RespClient each : List.of(proxied, direct)) {
                each.call("HELLO", protocol);
            }
            String expected = pipelined(direct, mixed);
            for (int round = 0; round < 20; round++) {
                assertThat(pipelined(proxied, mixed)).isEqualTo(expected);
            }
        }
    }

    @Test
    void aReadBeforeAWriteGetsTheValueBeforeIt() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            for (int i = 0; i < 200; i++) {
                REDIS.control().call("SET", "k" + i, "old");
                assertThat(pipelined(client, "GET k" + i, "SET k" + i + " new", "GET k" + i))
                        .startsWith("$3\r\nold\r\n+OK\r\n$3\r\nnew\r\n");
            }
        }
    }

    @Test
    void hitsOfOtherKeysStayHitsAndNobodySeesTheOldValue() {
        REDIS.control().call("SET", "k", "old");
        REDIS.control().call("SET", "hot", "1");
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient writer = port.connect();
                RespClient reader = port.connect()) {
            assertThat(reader.call("GET", "k")).isEqualTo(Reply.bulk("old"));
            assertThat(reader.call("GET", "hot")).isEqualTo(Reply.bulk("1"));
            port.relay.hold();
            writer.send(RespClient.encode("SET", "k", "new"));
            await().until(() -> port.relay.held() == 1);
            assertThat(reader.call("GET", "hot")).isEqualTo(Reply.bulk("1"));
            port.relay.release();
            assertThat(writer.read()).isEqualTo(OK);
            assertThat(reader.call("GET", "k")).isEqualTo(Reply.bulk("new"));
        }
    }

    @Test
    void inlineAndLargeRequestsPass() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            client.send(Bytes.utf8("SET greeting \"Hello, \\x00World\"\r\n"));
            assertThat(client.read()).isEqualTo(OK);
            assertThat(client.call("GET", "greeting")).isEqualTo(Reply.bulk("Hello, \0World"));
            char[] many = new char[5 << 20];
            Arrays.fill(many, 'x');
            assertThat(client.call("SET", "large", new String(many))).isEqualTo(OK);
            assertThat(client.call("STRLEN", "large")).isEqualTo(new Reply.Whole(5 << 20));
            String[] keys = Stream.concat(
                            Stream.of("MSET"),
                            Stream.iterate(0, i -> i + 1).limit(2_000).flatMap(i -> Stream.of("many" + i, "v" + i)))
                    .toArray(String[]::new);
            assertThat(client.call(keys)).isEqualTo(OK);
            assertThat(client.call("GET", "many1999")).isEqualTo(Reply.bulk("v1999"));
        }
    }

    @Test
    void unheardCommandsAreExecutedAndBounded() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            client.send(RespClient.encode("CLIENT", "REPLY", "OFF"));
            Bytes incr = RespClient.encode("INCR", "n");
            for (int i = 0; i < 2_000; i++) {
                client.send(incr);
            }
            client.send(RespClient.encode("CLIENT", "REPLY", "ON"));
            assertThat(client.read()).isEqualTo(OK);
            assertThat(client.call("GET", "n")).isEqualTo(Reply.bulk("2000"));
        }
    }

    @Test
    void nothingIsPassedOnByDefault() {
        try (PassingPort port = new PassingPort(REDIS.address(), "read");
                RespClient client = port.connect()) {
            assertThat(client.call("SET", "k", "v"))
                    .isEqualTo(
                            new Reply.Failure(
                                    "ERR unknown command 'SET': this is a read-through proxy, write to Redis itself, or have COMMANDS allow it"));
            assertThat(client.call("DBSIZE")).isEqualTo(new Reply.Whole(0));
            port.allow("all");
            assertThat(client.call("SET", "k", "v")).isEqualTo(OK);
            assertThat(client.call("DBSIZE")).isEqualTo(new Reply.Whole(1));
            port.allow("read");
            assertThat(client.call("SET", "k", "w")).isInstanceOf(Reply.Failure.class);
        }
    }

    @Test
    void rulesSayWhatIsPassedOn() {
        try (PassingPort port = new PassingPort(REDIS.address(), "+@read +@write -keys -flushall");
                RespClient client = port.connect()) {
            assertThat(client.call("SET", "k", "v")).isEqualTo(OK);
            assertThat(client.call("HGETALL", "none")).isEqualTo(new Reply.Items(List.of()));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            for (String refused : List.of("KEYS *", "FLUSHALL", "PUBLISH c m", "NOSUCH x")) {
                String[] words = refused.split(" ", -1);
                assertThat(client.call(words))
                        .as(refused)
                        .isEqualTo(new Reply.Failure("NOPERM this user has no permissions to run the '%s' command"
                                .formatted(words[0].toLowerCase(Locale.ROOT))));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SHUTDOWN NOSAVE, shutdown",
        "REPLICAOF NO ONE, replicaof",
        "DEBUG SLEEP 0, debug",
        "MIGRATE h 1 k 0 1, migrate",
        "BGSAVE, bgsave"
    })
    void whatAdministersRedisHasToBeNamed(String request, String name) {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            assertThat(client.call(request.split(" ", -1)))
                    .isEqualTo(new Reply.Failure(
                            "NOPERM this user has no permissions to run the '%s' command: it administers Redis itself (COMMANDS allows it if it names it: +%s)"
                                    .formatted(name, name)));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void whatIsNamedIsPassedOn() {
        try (PassingPort port = new PassingPort(REDIS.address(), "+@all +replicaof");
                RespClient client = port.connect()) {
            assertThat(client.call("REPLICAOF", "NO", "ONE")).isEqualTo(OK);
        }
    }

    @Test
    void rulesOfUsersHoldForWhatIsPassedOn() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            Users users = TestUsers.of("user bob on >x +@all -del ~app:* %R~shared:*");
            port.authority.replace(users);
            assertThat(client.call("AUTH", "bob", "x")).isEqualTo(OK);
            assertThat(client.call("SET", "app:1", "v")).isEqualTo(OK);
            Reply noKey = new Reply.Failure(
                    "NOPERM this user has no permissions to access one of the keys used as arguments");
            assertThat(client.call("SET", "shared:1", "v")).isEqualTo(noKey);
            assertThat(client.call("HGETALL", "shared:1")).isEqualTo(new Reply.Items(List.of()));
            assertThat(client.call("HGETALL", "other")).isEqualTo(noKey);
            assertThat(client.call("MSET", "app:1", "v", "other", "v")).isEqualTo(noKey);
            assertThat(client.call("NOSUCH", "app:1")).isEqualTo(noKey);
            assertThat(client.call("EVAL", "return 1", "1", "app:1")).isEqualTo(noKey);
            assertThat(client.call("DEL", "app:1"))
                    .isEqualTo(new Reply.Failure("NOPERM this user has no permissions to run the 'del' command"));
            assertThat(client.call("GET", "app:1")).isEqualTo(Reply.bulk("v"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "+@read +@write", "all"})
    void theVersionIsThatOfRedis(String commands) {
        try (PassingPort port = new PassingPort(REDIS.address(), commands);
                RespClient client = port.connect()) {
            assertThat(toldVersion(client)).as("the first HELLO").isEqualTo(versionOfRedis());
            assertThat(((Reply.Bulk) client.call("INFO", "server")).bytes().asUtf8())
                    .contains("redis_version:" + versionOfRedis() + "\r\n");
        }
    }

    @Test
    void theVersionIsWaitedForWhileRedisBeginsToAnswer() {
        String expected = versionOfRedis();
        REDIS.control().pause(Duration.ofMillis(200));
        try (PassingPort port = new PassingPort(REDIS.address(), "read");
                RespClient client = port.connect()) {
            client.send(RespClient.encode("HELLO", "3"));
            client.send(RespClient.encode("PING"));
            assertThat(toldVersion(client.read())).isEqualTo(expected);
            assertThat(client.read()).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void theVersionIsWaitedForByClientsThatSendNothingMore() {
        String expected = versionOfRedis();
        REDIS.control().pause(Duration.ofMillis(200));
        try (PassingPort port = new PassingPort(REDIS.address(), "read");
                RespClient client = port.connect()) {
            client.send(RespClient.encode("HELLO", "3").plus(RespClient.encode("PING")));
            client.finishSending();
            assertThat(toldVersion(client.read())).isEqualTo(expected);
            assertThat(client.read()).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    /** A right password waits too while wrong ones of the same address do. */
    @Test
    void theVersionIsToldAfterALoginThatWaits() {
        try (PassingPort port = new PassingPort(Address.loopback(FreePort.find()), "read");
                RespClient wrong = port.connect();
                RespClient client = port.connect()) {
            port.authority.replace(TestUsers.of("user bob on >x +@all ~*"));
            wrong.send(RespClient.encode("AUTH", "bob", "y"));
            await().atMost(Address.PATIENCE)
                    .until(() -> port.authority.attempts().failures() == 1);
            client.send(RespClient.encode("HELLO", "3", "AUTH", "bob", "x"));
            client.send(RespClient.encode("PING"));
            assertThat(toldVersion(client.read())).isEqualTo("7.2.4");
            assertThat(client.read()).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void theVersionIsItsOwnWhileRedisIsDown() {
        try (PassingPort port = new PassingPort(Address.loopback(FreePort.find()), "read");
                RespClient client = port.connect()) {
            try (RespClient gone = port.connect()) {
                gone.send(RespClient.encode("HELLO"));
            }
            assertThat(toldVersion(client)).isEqualTo("7.2.4");
            long begunNanos = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                assertThat(toldVersion(client)).isEqualTo("7.2.4");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begunNanos))
                    .as("nobody waits after the first second")
                    .isLessThan(Duration.ofSeconds(1));
        }
    }

    private static String versionOfRedis() {
        String told =
                ((Reply.Bulk) REDIS.control().call("INFO", "server")).bytes().asUtf8();
        String line = told.lines()
                .filter(each -> each.startsWith("redis_version:"))
                .findFirst()
                .orElseThrow();
        return line.split(":", -1)[1];
    }

    private static String toldVersion(RespClient client) {
        return toldVersion(client.call("HELLO"));
    }

    private static String toldVersion(Reply hello) {
        Reply version;
        if (hello instanceof Reply.Pairs fields) {
            version = fields.pairs().get(Reply.bulk("version"));
        } else {
            List<Reply> fields = ((Reply.Items) hello).items();
            version = fields.get(fields.indexOf(Reply.bulk("version")) + 1);
        }
        return ((Reply.Bulk) version).bytes().asUtf8();
    }

    @Test
    void commandsAreCountedByTheirNames() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            client.call("INCR", "k");
            client.call("NOSUCH" + System.nanoTime());
            assertThat(port.stats().byCommand().stream().map(CommandStats::name))
                    .contains("set", "incr", "unknown")
                    .noneMatch(name -> name.startsWith("nosuch"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "write | 'write' is not accepted (expected: read, all, or rules such as +@read +@write -keys)",
                "+sett | '+sett' is not accepted (expected: a command or subcommand of Redis",
                "+@reads | '+@reads' is not accepted (expected: a category that ACL CAT lists",
                "+@all -get | '-get' is not accepted: the proxy answers that by itself"
            })
    void wrongRulesAreRefused(String rules, String error) {
        assertThatThrownBy(() -> PassingPort.policy(rules)).hasMessageContaining(error);
    }

    /** Replies that the selector begins to read, and has no room for. */
    @Test
    void largeRepliesComeWhole() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient small = port.connect()) {
            for (int i = 0; i < 60; i++) {
                for (int k = 1; k <= 20; k++) {
                    assertThat(small.call("INCR", "between")).isEqualTo(new Reply.Whole(20 * i + k));
                }
                try (RespClient large = port.connect()) {
                    assertThat(large.call("EVAL", "return string.rep('x', 300000)", "0"))
                            .isEqualTo(Reply.bulk("x".repeat(300_000)));
                }
            }
        }
    }
}
