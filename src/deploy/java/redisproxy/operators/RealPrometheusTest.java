package redisproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.testkit.Address;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.Polling;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.RespClient;

/** A real Prometheus scrapes the packaged proxy, which reads from a real Redis that ends and comes back. */
final class RealPrometheusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int READS = 100;

    /** The waiting time of alerts, which is minutes, to be one second. Expressions stay as they are. */
    private static final String SOON = "    for: 1s";

    /** With one Redis, nothing tells another one. */
    private static final Set<String> OF_SEVERAL_SERVERS = Set.of("redis_proxy_backing_switches_total");

    private static final Set<String> WITHOUT_REDIS =
            Set.of("RedisProxyRedisUnreachable", "RedisProxyNodeDown", "RedisProxyTrackingLost");

    @TempDir
    private Path scratch;

    @Test
    void showsTheBoardAndTellsWhenRedisIsGone() {
        String rules = Yaml.text(Path.of("deploy", "prometheus", "rules.yml")).replaceAll("    for: \\w+", SOON);
        int admin = FreePort.find();
        try (RedisServerProcess redis = RedisServerProcess.started();
                ProxyProcess proxy = start(redis, admin);
                PrometheusServer prometheus = new PrometheusServer(scratch, "127.0.0.1:" + admin, rules)) {
            call(redis.address(), "SET", "key", "value");
            for (int i = 0; i < READS; i++) {
                call(proxy.resp(), "GET", "key");
            }
            Polling.atMost(PATIENCE)
                    .until(() -> prometheus.value("redis_proxy_cache_hits_total{job=\"redis-proxy\"}") >= READS - 1);
            assertThat(prometheus.value("up{job=\"redis-proxy\"}")).isEqualTo(1);
            // Before the first scrape, none was there.
            Polling.atMost(PATIENCE).until(() -> prometheus.firing().isEmpty());

            // Two scrapes make a rate.
            Polling.atMost(PATIENCE).until(() -> !withoutSamples(prometheus).contains("process_cpu_seconds_total"));
            assertThat(withoutSamples(prometheus)).isEqualTo(OF_SEVERAL_SERVERS);

            redis.kill();
            // A load has to fail first: the proxy does not ask Redis while nobody asks the proxy.
            Polling.atMost(PATIENCE).until(() -> {
                call(proxy.resp(), "GET", "another");
                return prometheus.firing().containsAll(WITHOUT_REDIS);
            });
            assertThat(prometheus.value("redis_proxy_backing_up")).isZero();

            redis.start();
            Polling.atMost(PATIENCE).until(() -> prometheus.value("redis_proxy_backing_up") == 1);
            Polling.atMost(PATIENCE).until(() -> prometheus.firing().stream().noneMatch(WITHOUT_REDIS::contains));

            proxy.process().terminate();
            assertThat(proxy.process().awaitExit()).isZero();
            Polling.atMost(PATIENCE).until(() -> prometheus.firing().contains("RedisProxyDown"));
        }
    }

    private static ProxyProcess start(RedisServerProcess redis, int admin) {
        return ProxyProcess.start(
                List.of("-jar", System.getProperty("war")),
                Map.of(),
                List.of(
                        "--proxy-host=127.0.0.1",
                        "--proxy-port=0",
                        "--tcp-port=0",
                        "--admin-port=" + admin,
                        "--coherence=tracking",
                        "--redis-host=" + redis.address().host(),
                        "--redis-port=" + redis.address().port()));
    }

    private static void call(Address address, String... words) {
        try (RespClient client = RespClient.connect(address)) {
            client.call(words);
        }
    }

    /** Returns the metrics of the board and the rules that Prometheus has no samples of, after it has read each expression. */
    private static Set<String> withoutSamples(PrometheusServer prometheus) {
        Set<String> named = new TreeSet<>();
        for (String expression :
                GrafanaBoardTest.expressions(Yaml.file(Path.of("deploy", "grafana", "redis-proxy.json")))) {
            prometheus.query(expression);
            named.addAll(PromQl.metrics(expression));
        }
        return named.stream()
                .filter(metric -> prometheus.query("count(" + metric + ")").isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
