package redisproxy.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.OtlpCollector;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.RespClient;

/** What a process sends to a collector when nothing but the environment asks for it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TelemetrySignalsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final OtlpCollector collector = new OtlpCollector();

    @AfterEach
    void closeCollector() {
        collector.close();
    }

    @Test
    void sendsOneSpanForEachLoadAndNoneForHits() {
        REDIS.control().set(Bytes.utf8("key"), Bytes.utf8("value"));
        Instant before = Instant.now();
        try (ProxyProcess proxy = start(TelemetryProxy.WITHOUT_METRICS)) {
            TelemetryProxy.get(proxy.http(), "key", TelemetryProxy.SAMPLED);
            for (int i = 0; i < 50; i++) {
                TelemetryProxy.get(proxy.http(), "key", TelemetryProxy.SAMPLED);
            }
            try (RespClient resp = RespClient.connect(proxy.resp())) {
                resp.call("GET", "key");
                resp.call("GET", "absent");
            }
            TelemetryProxy.stop(proxy);
        }
        assertThat(collector.spans()).hasSize(2).allSatisfy(span -> {
            assertThat(span.getName()).isEqualTo("GET " + REDIS.address());
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
            assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
            assertThat(instant(span.getStartTimeUnixNano())).isBetween(before, Instant.now());
            assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
            assertThat(span.getEventsList()).extracting(Span.Event::getName).containsExactly("sent");
            // The key of the first one, and of the second, which is a result as well.
            assertThat(OtlpCollector.attributes(span.getAttributesList())).doesNotContainValue("key");
        });
        Span first = collector.spans().get(0);
        assertThat(hex(first.getTraceId().toByteArray())).isEqualTo(TelemetryProxy.TRACE);
        assertThat(hex(first.getParentSpanId().toByteArray())).isEqualTo(TelemetryProxy.PARENT);
        assertThat(OtlpCollector.attributes(first.getAttributesList()))
                .containsOnly(
                        entry("db.system.name", "redis"),
                        entry("db.operation.name", "GET"),
                        entry("db.namespace", "0"),
                        entry("server.address", "127.0.0.1"),
                        entry("server.port", Integer.toString(REDIS.address().port())),
                        entry("redis_proxy.load.result", "value"));
        Span second = collector.spans().get(1);
        assertThat(hex(second.getTraceId().toByteArray())).isNotEqualTo(TelemetryProxy.TRACE);
        assertThat(second.getParentSpanId()).isEmpty();
        assertThat(OtlpCollector.attributes(second.getAttributesList()))
                .contains(entry("redis_proxy.load.result", "absent"));
        assertThat(collector.resource())
                .contains(entry("service.name", "redis-proxy"))
                .containsKeys("service.version", "service.instance.id");
    }

    @Test
    void sendsNoSpanOfARequestWhoseTraceIsNotSampled() {
        try (ProxyProcess proxy = start(TelemetryProxy.WITHOUT_METRICS)) {
            TelemetryProxy.get(proxy.http(), "one", TelemetryProxy.NOT_SAMPLED);
            TelemetryProxy.get(proxy.http(), "two", TelemetryProxy.SAMPLED);
            TelemetryProxy.stop(proxy);
        }
        assertThat(collector.spans())
                .extracting(span -> hex(span.getParentSpanId().toByteArray()))
                .containsExactly(TelemetryProxy.PARENT);
    }

    @Test
    void tellsWhatFailed() {
        REDIS.control().call("LPUSH", "list", "element");
        RedisServerProcess other = RedisServerProcess.started();
        try (ProxyProcess proxy = start(TelemetryProxy.WITHOUT_METRICS)) {
            TelemetryProxy.get(proxy.http(), "list", TelemetryProxy.SAMPLED);
            TelemetryProxy.stop(proxy);
        }
        Address gone = other.address();
        other.close();
        try (ProxyProcess proxy = TelemetryProxy.start(collector, TelemetryProxy.WITHOUT_METRICS, gone)) {
            assertThat(TelemetryProxy.get(proxy.http(), "any", TelemetryProxy.SAMPLED)
                            .status())
                    .isEqualTo(503);
            TelemetryProxy.stop(proxy);
        }
        assertThat(collector.spans())
                .hasSize(2)
                .allSatisfy(
                        span -> assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR));
        assertThat(OtlpCollector.attributes(collector.spans().get(0).getAttributesList()))
                .contains(
                        entry("redis_proxy.load.result", "wrong_type"),
                        entry("db.response.status_code", "WRONGTYPE"),
                        entry("error.type", "WRONGTYPE"));
        assertThat(OtlpCollector.attributes(collector.spans().get(1).getAttributesList()))
                .contains(entry("redis_proxy.load.result", "failed"))
                .containsKey("error.type")
                .doesNotContainKey("db.response.status_code");
        assertThat(collector.spans().get(1).getStatus().getMessage()).contains(gone.toString());
    }

    @Test
    void sendsTheMetricsThatTheAdminPortTells() {
        REDIS.control().set(Bytes.utf8("key"), Bytes.utf8("value"));
        Map<String, String> environment = Map.of(
                "OTEL_METRIC_EXPORT_INTERVAL", "200",
                "OTEL_SERVICE_NAME", "cache-of-shop",
                "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test",
                "ADMIN_PORT", "0");
        try (ProxyProcess proxy = start(environment)) {
            Address admin = Address.loopback(Integer.parseInt(
                    proxy.process().awaitError(TelemetryProxy.ADMIN_PORT).group(1)));
            for (int i = 0; i < 8; i++) {
                TelemetryProxy.get(proxy.http(), "key", TelemetryProxy.SAMPLED);
            }
            await().atMost(TelemetryProxy.BEFORE_LONG)
                    .untilAsserted(() ->
                            assertThat(value("redis_proxy_cache_hits_total")).isEqualTo(7.0));
            await().atMost(TelemetryProxy.BEFORE_LONG)
                    .untilAsserted(() -> assertThat(names())
                            .isEqualTo(told(
                                    HttpConnection.get(admin, "/metrics").body().asUtf8())));
            assertThat(value("redis_proxy_cache_entries")).isEqualTo(1.0);
            assertThat(metric("redis_proxy_cache_bytes").getUnit()).isEqualTo("By");
            assertThat(metric("redis_proxy_cache_hits_total").getDescription())
                    .startsWith("Reads answered from memory");
            assertThat(metric("redis_proxy_cache_hits_total").getSum().getIsMonotonic())
                    .isTrue();
            assertThat(OtlpCollector.attributes(metric("redis_proxy_build_info")
                            .getSum()
                            .getDataPoints(0)
                            .getAttributesList()))
                    .containsKeys("version", "java_version");
        }
        assertThat(collector.resource())
                .contains(entry("service.name", "cache-of-shop"), entry("deployment.environment.name", "test"));
    }

    private Metric metric(String name) {
        return collector.metrics("redis-proxy").get(name);
    }

    private double value(String name) {
        Metric metric = metric(name);
        if (metric == null) {
            return Double.NaN;
        }
        return metric.hasSum()
                ? metric.getSum().getDataPoints(0).getAsDouble()
                : metric.getGauge().getDataPoints(0).getAsDouble();
    }

    private Set<String> names() {
        return new TreeSet<>(collector.metrics("redis-proxy").keySet());
    }

    /** The names of the families that have a line. */
    private static Set<String> told(String text) {
        TreeSet<String> withLines = new TreeSet<>(Pattern.compile("(?m)^([a-z][a-z0-9_]*)[{ ]")
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList());
        TreeSet<String> families = new TreeSet<>();
        Pattern.compile("(?m)^# TYPE (\\S+)").matcher(text).results().forEach(match -> {
            String family = match.group(1);
            if (withLines.contains(family) || withLines.contains(family + "_count")) {
                families.add(family);
            }
        });
        return families;
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private ProxyProcess start(Map<String, String> more) {
        return TelemetryProxy.start(collector, more, REDIS.address());
    }
}
