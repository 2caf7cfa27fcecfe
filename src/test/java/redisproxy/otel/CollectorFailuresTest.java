package redisproxy.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.OtlpCollector;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RespClient;

/** A collector that fails costs no request, and the log few lines. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CollectorFailuresTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final OtlpCollector collector = new OtlpCollector();

    @AfterEach
    void closeCollector() {
        collector.close();
    }

    @Test
    void saysOnceThatACollectorIsAwayAndThatItIsBack() {
        collector.answerWith(401);
        try (ProxyProcess proxy = start(TelemetryProxy.WITHOUT_METRICS)) {
            for (int i = 0; collector.requests() < 5; i++) {
                assertThat(TelemetryProxy.get(proxy.http(), "absent-" + i, TelemetryProxy.SAMPLED)
                                .status())
                        .isEqualTo(404);
            }
            assertThat(proxy.process()
                            .awaitError(Pattern.compile("WARNING redisproxy.otel.*"))
                            .group())
                    .contains(collector.endpoint(), "traces", "HTTP status 401");
            collector.answerWith(200);
            int[] more = {0};
            await().atMost(TelemetryProxy.BEFORE_LONG).until(() -> {
                TelemetryProxy.get(proxy.http(), "another-" + more[0]++, TelemetryProxy.SAMPLED);
                return proxy.process().err().contains("takes traces again");
            });
            assertThat(telemetryLines(proxy)).hasSize(2);
        }
    }

    @Test
    void servesAndEndsSoonWithACollectorThatDoesNotAnswer() {
        collector.stick();
        Map<String, String> environment = Map.of("OTEL_METRIC_EXPORT_INTERVAL", "100");
        try (ProxyProcess proxy = start(environment);
                RespClient resp = RespClient.connect(proxy.resp())) {
            // More than the queue of spans holds.
            for (int i = 0; i < 5_000; i++) {
                resp.call("GET", "absent-" + i);
            }
            assertThat(collector.requests()).isPositive();
            long begin = System.nanoTime();
            TelemetryProxy.stop(proxy);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
            assertThat(telemetryLines(proxy)).hasSizeLessThan(5);
        }
    }

    @Test
    void servesWithNoCollectorAtAll() {
        Map<String, String> environment = new HashMap<>(Map.of("OTEL_METRIC_EXPORT_INTERVAL", "50"));
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + FreePort.find());
        environment.put("OTEL_EXPORTER_OTLP_TIMEOUT", "100");
        try (ProxyProcess proxy = start(environment)) {
            proxy.process().awaitError(Pattern.compile("does not take metrics"));
            TelemetryProxy.get(proxy.http(), "key", TelemetryProxy.SAMPLED);
            proxy.process().awaitError(Pattern.compile("does not take traces"));
            TelemetryProxy.stop(proxy);
            assertThat(telemetryLines(proxy)).hasSize(2);
            assertThat(proxy.process().err()).doesNotContain("\tat ", "io.opentelemetry");
        }
    }

    private static List<String> telemetryLines(ProxyProcess proxy) {
        return proxy.process()
                .err()
                .lines()
                .filter(line -> line.contains("telemetry") || line.contains("otel"))
                .toList();
    }

    private ProxyProcess start(Map<String, String> more) {
        return TelemetryProxy.start(collector, more, REDIS.address());
    }
}
