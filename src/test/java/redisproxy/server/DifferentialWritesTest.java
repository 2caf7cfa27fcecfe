package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisServerProcess;

/**
 * The same random commands over several connections to the proxy, which passes all on, and to another Redis: the replies are the same bytes.
 *
 * <p>Properties set how many, and which: {@code ./mvnw -Dlint=false test -Dtest=DifferentialWritesTest -Ddifferential.pipelines=1000000
 * -Ddifferential.seed=7}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DifferentialWritesTest {
    private static final int PIPELINES = Integer.getInteger("differential.pipelines", 5_000);
    private static final long SEED = Long.getLong("differential.seed", 1);
    private static final int CONNECTIONS = 3;
    private static final int LONGEST_PIPELINE = 6;

    /** One of so many pipelines is a transaction. */
    private static final int TRANSACTIONS = 12;

    private static final int TOLD = 12;

    private final RedisServerProcess backing = RedisServerProcess.started();
    private final RedisServerProcess other = RedisServerProcess.started();
    private final List<RawConnection> proxied = new ArrayList<>();
    private final List<RawConnection> direct = new ArrayList<>();
    private ProxyServer proxy;

    @BeforeEach
    void start() throws Exception {
        keepInOrder(backing);
        keepInOrder(other);
        proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--ttl=3600",
                "--commands=all",
                "--redis-port=" + backing.address().port()));
        for (int i = 0; i < CONNECTIONS; i++) {
            proxied.add(new RawConnection(Address.loopback(proxy.respPort())));
            direct.add(new RawConnection(other.address()));
        }
    }

    /** Has no long value turn a hash into a hash table, whose order differs from server to server. */
    private static void keepInOrder(RedisServerProcess redis) {
        redis.control().call("CONFIG", "SET", "hash-max-ziplist-value", Integer.toString(1 << 20));
    }

    @AfterEach
    void stop() throws Exception {
        for (RawConnection each : proxied) {
            each.close();
        }
        for (RawConnection each : direct) {
            each.close();
        }
        proxy.close();
        backing.close();
        other.close();
    }

    @ParameterizedTest(name = "RESP{0}")
    @CsvSource({"2", "3"})
    void repliesAsRedis(String protocol) throws Exception {
        List<String[]> hello = List.<String[]>of(new String[] {"HELLO", protocol});
        for (int i = 0; i < CONNECTIONS; i++) {
            // They tell who replies.
            assertThat(proxied.get(i).call(hello)).doesNotStartWith("-");
            assertThat(direct.get(i).call(hello)).doesNotStartWith("-");
        }
        RandomCommands random = new RandomCommands(SEED);
        List<String> latest = new ArrayList<>();
        for (int i = 0; i < PIPELINES; i++) {
            int connection = random.below(CONNECTIONS);
            List<String[]> commands = new ArrayList<>();
            for (int left = 1 + random.below(LONGEST_PIPELINE); left > 0; left--) {
                commands.add(random.next());
            }
            if (random.below(TRANSACTIONS) == 0) {
                commands.add(0, new String[] {"MULTI"});
                commands.add(new String[] {random.below(4) == 0 ? "DISCARD" : "EXEC"});
            }
            latest.add(
                    connection + ": " + commands.stream().map(Arrays::toString).collect(Collectors.joining(" ")));
            String expected = direct.get(connection).call(commands);
            assertThat(proxied.get(connection).call(commands))
                    .as(
                            "pipeline %d of seed %d; the last ones were:%n%s",
                            i,
                            SEED,
                            String.join("\n", latest.subList(Math.max(0, latest.size() - TOLD), latest.size())))
                    .isEqualTo(expected);
            if (latest.size() > 2 * TOLD) {
                latest.subList(0, TOLD).clear();
            }
        }
    }
}
