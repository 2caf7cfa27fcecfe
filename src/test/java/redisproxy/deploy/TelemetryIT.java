package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redisproxy.fixtures.OtlpCollector;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisServerProcess;

/** The WAR started with {@code java -jar} and the address of a collector: what it needs for that is found in it, too. */
final class TelemetryIT {
    @Test
    void sendsMetricsAndTraces() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                OtlpCollector collector = new OtlpCollector();
                ProxyProcess proxy = ProxyProcess.start(
                        List.of("-jar", Deployment.war().toString()),
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
                        List.of(
                                "--proxy-host", "127.0.0.1",
                                "--proxy-port", "0",
                                "--tcp-port", "0",
                                "--redis-host", redis.address().host(),
                                "--redis-port", Integer.toString(redis.address().port())))) {
            assertThat(HttpConnection.get(proxy.http(), "/absent").status()).isEqualTo(404);

            proxy.process().terminate();

            assertThat(proxy.process().awaitExit())
                    .as(() -> proxy.process().describe("exit"))
                    .isZero();
            assertThat(collector.spans()).hasSize(1);
            assertThat(collector.metrics("redis-proxy"))
                    .containsKeys("redis_proxy_cache_misses_total", "jvm_runtime_info");
            assertThat(proxy.process().err()).doesNotContainIgnoringCase("telemetry");
        }
    }
}
