package redisproxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.testkit.VersionRelay;

/** Redis libraries with caches of their own, which the proxy tells of writes as Redis does. */
@ParameterizedClass
@CsvSource({"JEDIS,read", "JEDIS,all", "LETTUCE,read", "LETTUCE,all", "REDISSON,read", "REDISSON,all"})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CachingClientsTest {
    private static final Pattern GETS = Pattern.compile("cmdstat_get:calls=(\\d+)");

    private static RedisServerProcess redis;
    private static VersionRelay newer;
    private static RedisControl control;
    private static ProxyServer proxy;
    private static CachingClient client;

    @Parameter(0)
    CachingClient.Library library;

    @Parameter(1)
    String commands;

    private String key;

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
        newer = new VersionRelay(redis.address(), "7.4.0");
        control = redis.control();
    }

    @AfterAll
    static void stopRedis() {
        control.close();
        newer.close();
        redis.close();
    }

    @BeforeParameterizedClassInvocation
    static void connect(CachingClient.Library library, String commands) {
        proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--redis-host=127.0.0.1",
                "--redis-port=" + newer.address().port(),
                "--coherence=tracking",
                "--commands=" + commands));
        client = library.connect(Address.loopback(proxy.respPort()));
    }

    @AfterParameterizedClassInvocation
    static void disconnect() {
        client.close();
        proxy.close();
    }

    /** Each test has a key of its own, of which the client holds the value. */
    @BeforeEach
    void hold() {
        key = "key:" + System.nanoTime();
        control.call("SET", key, "old");
        awaitValue("old");
        // Redis may yet report that the key was written before it was read.
        await().atMost(Address.PATIENCE).until(() -> {
            long before = gets();
            client.get(key);
            return gets() == before;
        });
    }

    @Test
    void holdsWhatIsNotWritten() {
        long before = gets();
        for (int i = 0; i < 10; i++) {
            assertThat(client.get(key)).isEqualTo("old");
        }
        assertThat(gets()).isEqualTo(before);
    }

    @Test
    void dropsWhatIsWrittenAtRedis() {
        control.call("SET", key, "new");
        awaitValue("new");
    }

    @Test
    void dropsWhatIsDeletedAtRedis() {
        control.call("DEL", key);
        awaitValue(null);
        control.call("SET", key, "back");
        awaitValue("back");
    }

    @Test
    void dropsWhatEndsAtRedis() {
        control.call("PEXPIRE", key, "1");
        awaitValue(null);
    }

    @Test
    void dropsAllWhenRedisIsEmptied() {
        assumeThat(library.dropsAll).isTrue();
        control.call("FLUSHALL");
        awaitValue(null);
    }

    @Test
    void dropsWhatIsWrittenThroughTheProxy() {
        assumeThat(commands).isEqualTo("all");
        try (RespClient other = other()) {
            other.call("SET", key, "new");
        }
        awaitValue("new");
    }

    @Test
    void dropsWhatItWritesItself() {
        assumeThat(commands).isEqualTo("all");
        client.set(key, "own");
        awaitValue("own");
        control.call("SET", key, "new");
        awaitValue("new");
    }

    @Test
    void dropsAllThatTheProxyForgets() {
        assumeThat(library.dropsAll).isTrue();
        long before = gets();
        try (RespClient other = other()) {
            other.call("CACHE", "FLUSH");
        }
        await().atMost(Address.PATIENCE).until(() -> {
            assertThat(client.get(key)).isEqualTo("old");
            return gets() > before;
        });
    }

    private void awaitValue(String expected) {
        await().atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(client.get(key)).isEqualTo(expected));
    }

    private static long gets() {
        try (RespClient other = other()) {
            String stats =
                    ((Reply.Bulk) other.call("INFO", "commandstats")).bytes().asUtf8();
            Matcher calls = GETS.matcher(stats);
            return calls.find() ? Long.parseLong(calls.group(1)) : 0;
        }
    }

    private static RespClient other() {
        return RespClient.connect(Address.loopback(proxy.respPort()));
    }
}
