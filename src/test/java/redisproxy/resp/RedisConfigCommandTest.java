package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** CONFIG about the parameters of Redis, where the rules name it. */
final class RedisConfigCommandTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Reply OK = new Reply.Simple("OK");

    private static Reply.Items pair(String name, String value) {
        return new Reply.Items(List.of(Reply.bulk(name), Reply.bulk(value)));
    }

    @Test
    void parametersOfRedisAreSetAndShown() {
        try (PassingPort port = new PassingPort(REDIS.address(), "+@all +config|set");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            assertThat(client.call("CONFIG", "SET", "hash-max-ziplist-entries", "77"))
                    .isEqualTo(OK);
            assertThat(client.call("config", "get", "HASH-max-ziplist-entries").toString())
                    .contains("77");
            assertThat(client.call("CONFIG", "SET", "maxmemory", "1gb")).isEqualTo(OK);
            assertThat(client.call("CONFIG", "GET", "maxmemory")).isEqualTo(pair("maxmemory", "1073741824"));
            assertThat(client.call("CONFIG", "SET", "maxmemory", "0")).isEqualTo(OK);
            assertThat(client.call("CONFIG", "SET", "no-such-parameter", "1").toString())
                    .contains("no-such-parameter");
            assertThat(client.call("CONFIG", "SET", "a").toString()).contains("wrong number of arguments");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void theProxysOwnAreAmongThem(String protocol) {
        try (PassingPort port = new PassingPort(REDIS.address(), "+@all +config");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            client.call("HELLO", protocol);
            String all = client.call("CONFIG", "GET", "*").toString();
            assertThat(all).contains("hash-max-ziplist-entries", "maxmemory-policy", "bind");
            String own = client.call("CONFIG", "GET", "port").toString();
            assertThat(own).doesNotContain(Integer.toString(REDIS.address().port()));
            assertThat(client.call("CONFIG", "SET", "port", "1").toString()).contains("immutable");
            assertThat(client.call("CONFIG", "SET", "port", "1", "maxmemory", "0"))
                    .isEqualTo(
                            new Reply.Failure(
                                    "ERR CONFIG SET failed (possibly related to argument 'port') - this is a parameter of the proxy, and 'maxmemory' is one of Redis: set them by requests of their own"));
            assertThat(client.call("ECHO", "end")).isEqualTo(Reply.bulk("end"));
        }
    }

    @Test
    void manyPatternsAreMatchedInTheOrderOfTheRequests() {
        String[] words = new String[1_000];
        Arrays.setAll(words, i -> "*x" + i + "*");
        words[0] = "CONFIG";
        words[1] = "GET";
        words[2] = "por?";
        words[3] = "maxmemory-pol*";
        // Before 7.0, Redis takes one pattern.
        assumeTrue(RedisServerProcess.installedVersion().startsWith("7."));
        try (RedisServerProcess redis = RedisServerProcess.startedAsInstalled();
                PassingPort port = new PassingPort(redis.address(), "+@all +config");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            client.send(
                    RespClient.encode("PING").plus(RespClient.encode(words)).plus(RespClient.encode("ECHO", "behind")));
            assertThat(client.read()).isEqualTo(new Reply.Simple("PONG"));
            assertThat(client.read().toString()).contains("maxmemory-policy", "noeviction", "port");
            assertThat(client.read()).isEqualTo(Reply.bulk("behind"));
        }
    }

    /** Redis would tell others what it has been sent, by MONITOR and its slow log. */
    @Test
    void aSecretOfTheProxyDoesNotGoToRedis() {
        try (PassingPort port = new PassingPort(REDIS.address(), "+@all +config");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            assertThat(client.call("CONFIG", "SET", "Secret", "x").toString()).contains("do not change");
            assertThat(client.call("CONFIG", "SET", "secret", "x", "maxmemory", "0")
                            .toString())
                    .contains("this is a parameter of the proxy");
        }
    }

    @Test
    void figuresOfRedisAreResetToo() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect();
                RespClient direct = RespClient.connect(REDIS.address())) {
            client.call("SET", "k", "v");
            assertThat(client.call("CONFIG", "RESETSTAT")).isEqualTo(OK);
            assertThat(commandStats(direct)).contains("cmdstat_set:");
            assertThat(commandStats(client)).doesNotContain("cmdstat_set:");
            client.call("SET", "k", "v");
            port.allow("+@all +config");
            assertThat(client.call("CONFIG", "RESETSTAT")).isEqualTo(OK);
            assertThat(commandStats(direct)).doesNotContain("cmdstat_set:");
            assertThat(commandStats(client)).doesNotContain("cmdstat_set:");
        }
    }

    private static String commandStats(RespClient client) {
        return ((Reply.Bulk) client.call("INFO", "commandstats")).bytes().asUtf8();
    }

    @Test
    void withoutARuleThatNamesItNothingIsPassedOn() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            assertThat(client.call("CONFIG", "GET", "hash-max-ziplist-entries")).isEqualTo(new Reply.Items(List.of()));
            assertThat(client.call("CONFIG", "SET", "hash-max-ziplist-entries", "1"))
                    .isInstanceOf(Reply.Failure.class);
            port.allow("+@all +config|get");
            assertThat(client.call("CONFIG", "GET", "hash-max-ziplist-entries").toString())
                    .contains("hash-max-ziplist-entries");
            assertThat(client.call("CONFIG", "SET", "hash-max-ziplist-entries", "1"))
                    .isInstanceOf(Reply.Failure.class);
        }
    }

    @Test
    void transactionsMaySetThem() {
        try (PassingPort port = new PassingPort(REDIS.address(), "+@all +config");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            assertThat(client.call("MULTI")).isEqualTo(OK);
            assertThat(client.call("CONFIG", "SET", "maxmemory", "1gb")).isEqualTo(new Reply.Simple("QUEUED"));
            assertThat(client.call("CONFIG", "GET", "maxmemory")).isEqualTo(new Reply.Simple("QUEUED"));
            assertThat(client.call("CONFIG", "SET", "maxmemory", "0")).isEqualTo(new Reply.Simple("QUEUED"));
            assertThat(client.call("EXEC"))
                    .isEqualTo(new Reply.Items(List.of(OK, pair("maxmemory", "1073741824"), OK)));
        }
    }
}
