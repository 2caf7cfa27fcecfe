package redisproxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.args.LatencyEvent;
import redis.clients.jedis.resps.LatencyHistoryInfo;
import redis.clients.jedis.resps.LatencyLatestInfo;
import redis.clients.jedis.resps.Slowlog;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** What Jedis makes of the figures of the proxy. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FiguresTest {
    private final RedisServerProcess redis = RedisServerProcess.started();
    private final ProxyServer proxy = ProxyServer.start(ProxyConfig.fromArgs(
            "--proxy-host=127.0.0.1",
            "--proxy-port=0",
            "--tcp-port=0",
            "--admin-port=none",
            "--slowlog-log-slower-than=50000",
            "--latency-monitor-threshold=50",
            "--redis-port=" + redis.address().port()));
    private final Jedis jedis = new Jedis("127.0.0.1", proxy.respPort());

    @AfterEach
    void stop() {
        jedis.close();
        proxy.close();
        redis.close();
    }

    @Test
    void slowLoads() {
        jedis.clientSetname("reader");
        assertThat(jedis.get("fast")).isNull();
        try (RedisControl control = redis.control()) {
            control.pause(Duration.ofMillis(200));
        }
        assertThat(jedis.get("slow")).isNull();
        assertThat(jedis.slowlogLen()).isEqualTo(1);
        Slowlog entry = jedis.slowlogGet().get(0);
        assertThat(entry.getArgs()).containsExactly("GET", "slow");
        assertThat(entry.getExecutionTime()).isGreaterThanOrEqualTo(50_000);
        assertThat(entry.getTimeStamp()).isCloseTo(System.currentTimeMillis() / 1000, within(60L));
        assertThat(entry.getClientIpPort().getHost()).isEqualTo("127.0.0.1");
        assertThat(entry.getClientName()).isEqualTo("reader");
        Map<String, LatencyLatestInfo> latest = jedis.latencyLatest();
        assertThat(latest).containsOnlyKeys("load");
        List<LatencyHistoryInfo> history = jedis.latencyHistory(LatencyEvent.COMMAND);
        assertThat(history).isEmpty();
        assertThat(jedis.latencyDoctor()).contains("load: 1 latency spikes");
        assertThat(jedis.slowlogReset()).isEqualTo("OK");
        assertThat(jedis.slowlogGet()).isEmpty();
    }

    @Test
    void commandsAreCounted() {
        jedis.get("k");
        jedis.get("k");
        assertThat(jedis.info("commandstats")).contains("cmdstat_get:calls=2,");
        assertThat(jedis.info("latencystats")).contains("latency_percentiles_usec_get:p50=");
        assertThat(jedis.sendCommand(Protocol.Command.LATENCY, "HISTOGRAM", "get"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
        assertThat(jedis.configResetStat()).isEqualTo("OK");
        assertThat(jedis.info("commandstats")).doesNotContain("cmdstat_get");
        assertThat(jedis.configGet("slowlog-log-slower-than")).containsValue("50000");
    }
}
