package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.upstream.RawReply;

/** INFO of the proxy with what Redis tells. */
final class RedisInfoTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static RawReply raw(String text) {
        return new RawReply(List.of(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String info(RespClient client, String... words) {
        String[] request = new String[words.length + 1];
        request[0] = "INFO";
        System.arraycopy(words, 0, request, 1, words.length);
        Reply reply = client.call(request);
        return reply instanceof Reply.Bulk bulk ? bulk.bytes().asUtf8() : reply.toString();
    }

    @Test
    void fieldsThatOneOfThemHasAreShown() {
        RedisInfo info = RedisInfo.of(
                raw(
                        "=99\r\ntxt:# Stats\r\na:1\r\nb:2\r\npubsub_channels:3\r\n\r\n# Keyspace\r\ndb0:keys=1\r\n\r\n# New\r\nn:1:2\r\n"));
        assertThat(info.with(new InfoSection("Stats", () -> Map.of("a", 7, "pubsub_channels", 0)))
                        .toString())
                .contains("a=7", "b=2", "pubsub_channels=3");
        assertThat(info.with(new InfoSection("Keyspace", () -> Map.of("db0", "x", "db1", "y")))
                        .toString())
                .isEqualTo("{db0=keys=1}");
        assertThat(info.with(new InfoSection("Cache", () -> Map.of("c", 1))).toString())
                .isEqualTo("{c=1}");
        StringBuilder others = new StringBuilder("x");
        info.others(List.of("Stats", "Keyspace"), others);
        assertThat(others.toString()).isEqualTo("x\r\n# New\r\nn:1:2\r\n");
        assertThat(RedisInfo.of(raw("-ERR no\r\n"))).isSameAs(RedisInfo.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void redisTellsWhatItHolds(String protocol) {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            client.call("HELLO", protocol);
            client.call("SET", "k", "v");
            client.call("SET", "l", "v");
            String all = info(client);
            assertThat(all)
                    .contains(
                            "# Server",
                            "redis_proxy_version:",
                            "rdb_changes_since_last_save:",
                            "db0:keys=2,",
                            "# Cache",
                            "cache_entries:")
                    .doesNotContain("cmdstat_");
            assertThat(all.split("# Keyspace", -1)).hasSize(2);
            assertThat(info(client, "keyspace")).contains("db0:keys=2,").doesNotContain("# Server");
            assertThat(info(client, "cache")).contains("cache_entries:").doesNotContain("# Server");
            assertThat(info(client, "commandstats")).contains("cmdstat_set:calls=2,");
            assertThat(client.call("MULTI")).isEqualTo(new Reply.Simple("OK"));
            assertThat(client.call("INFO", "server")).isEqualTo(new Reply.Simple("QUEUED"));
            assertThat(client.call("EXEC").toString()).contains("redis_build_id");
            assertThat(client.call("ECHO", "end")).isEqualTo(Reply.bulk("end"));
        }
    }

    @Test
    void whatWasSentBeforeIsInIt() {
        try (PassingPort port = new PassingPort(REDIS.address(), "all");
                RespClient client = port.connect()) {
            for (int i = 1; i < 50; i++) {
                client.send(RespClient.encode("SET", "k" + i, "v")
                        .plus(RespClient.encode("INFO", "keyspace"))
                        .plus(RespClient.encode("DBSIZE")));
                assertThat(client.read()).isEqualTo(new Reply.Simple("OK"));
                assertThat(client.read().toString()).contains("db0:keys=" + i + ",");
                assertThat(client.read()).isEqualTo(new Reply.Whole(i));
            }
        }
    }

    @Test
    void theProxyTellsOfItselfWhenRedisDoesNot() {
        try (PassingPort port = new PassingPort(REDIS.address(), "+@read +@write");
                RespClient client = port.connect()) {
            client.call("SET", "k", "v");
            assertThat(info(client)).contains("cache_entries:").doesNotContain("rdb_changes_since_last_save");
            port.allow("all");
            assertThat(info(client)).contains("rdb_changes_since_last_save");
            port.relay.hold();
            client.send(RespClient.encode("INFO"));
            await().until(() -> port.relay.held() == 1);
            port.relay.failHeld(/* isInDoubt= */ false);
            assertThat(((Reply.Bulk) client.read()).bytes().asUtf8())
                    .contains("cache_entries:")
                    .doesNotContain("rdb_changes_since_last_save");
        }
    }
}
