package redisproxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.testkit.VersionRelay;

/** Redis libraries send a proxy that only reads the same, whatever version of Redis it tells: nothing is refused because Redis is newer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ToldVersionTest {
    private static final Pattern ERRORS = Pattern.compile("(errorstat_\\w+):count=(\\d+)");
    private static final Pattern COMMANDS = Pattern.compile("(cmdstat_[^:]+):calls=");

    private static RedisServerProcess redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
        try (RedisControl control = redis.control()) {
            control.call("SET", "k", "v");
        }
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingElseIsSent(Library library) {
        Map<String, String> byDefault = sent(library, "7.2.4");
        assertThat(byDefault).containsKey("cmdstat_get");
        assertThat(sent(library, "7.4.0")).isEqualTo(byDefault);
        assertThat(sent(library, "8.6.0")).isEqualTo(byDefault);
        assertThat(sent(library, "6.2.0")).isEqualTo(byDefault);
    }

    /** Returns the commands and the errors that a client has caused which has connected and read a key. */
    private static Map<String, String> sent(Library library, String version) {
        try (VersionRelay relay = new VersionRelay(redis.address(), version);
                ProxyServer proxy = ProxyServer.start(ProxyConfig.fromArgs(
                        "--proxy-host=127.0.0.1",
                        "--proxy-port=0",
                        "--tcp-port=0",
                        "--admin-port=none",
                        "--redis-host=127.0.0.1",
                        "--redis-port=" + relay.address().port()))) {
            Address port = Address.loopback(proxy.respPort());
            try (Client client = library.connect(port)) {
                assertThat(client.text("k")).isEqualTo("v");
            }
            try (RespClient asked = RespClient.connect(port)) {
                Map<String, String> sent = new TreeMap<>();
                assertThat(info(asked, "server")).contains("redis_version:" + version + "\r\n");
                Matcher commands = COMMANDS.matcher(info(asked, "commandstats"));
                while (commands.find()) {
                    sent.put(commands.group(1), "");
                }
                Matcher errors = ERRORS.matcher(info(asked, "errorstats"));
                while (errors.find()) {
                    sent.put(errors.group(1), errors.group(2));
                }
                return sent;
            }
        }
    }

    private static String info(RespClient client, String section) {
        return ((Reply.Bulk) client.call("INFO", section)).bytes().asUtf8();
    }
}
