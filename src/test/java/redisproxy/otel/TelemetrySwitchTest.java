package redisproxy.otel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.OtlpCollector;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;

/** What switches telemetry on, and what refuses to. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TelemetrySwitchTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final OtlpCollector collector = new OtlpCollector();

    @AfterEach
    void closeCollector() {
        collector.close();
    }

    @Test
    void loadsNoneOfItsClassesWhenNothingAsksForIt(@TempDir Path directory) throws IOException {
        Path loaded = directory.resolve("classes");
        List<String> java = new ArrayList<>(List.of("-Xlog:class+load:file=" + loaded));
        java.addAll(TelemetryProxy.MAIN);
        Map<String, String> environment = Map.of("OTEL_SERVICE_NAME", "named-only", "ADMIN_PORT", "0");
        try (ProxyProcess proxy = ProxyProcess.start(java, environment, TelemetryProxy.flags(REDIS.address()))) {
            Address admin = Address.loopback(Integer.parseInt(
                    proxy.process().awaitError(TelemetryProxy.ADMIN_PORT).group(1)));
            TelemetryProxy.get(proxy.http(), "key", TelemetryProxy.SAMPLED);
            assertThat(HttpConnection.get(admin, "/metrics").status()).isEqualTo(200);
            TelemetryProxy.stop(proxy);
        }
        List<String> classes = Files.readAllLines(loaded).stream()
                .filter(line -> line.contains("opentelemetry") || line.contains("redisproxy.otel"))
                .map(line -> line.replaceFirst(".*\\] (\\S+) .*", "$1"))
                .toList();
        assertThat(classes)
                .contains("redisproxy.otel.OtelConfig")
                .allMatch(name -> name.startsWith("redisproxy.otel.OtelConfig"));
    }

    @Test
    void refusesAProtocolThatItCannotSpeak() {
        try (ChildProcess process = ProxyProcess.launch(
                TelemetryProxy.MAIN,
                TelemetryProxy.environment(collector, Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")),
                TelemetryProxy.flags(REDIS.address()))) {
            assertThat(process.awaitExit()).isEqualTo(2);
            assertThat(process.err())
                    .isEqualTo("redis-proxy: OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' is not accepted"
                            + " (expected: http/protobuf, which collectors take on port 4318)");
        }
    }

    @Test
    void refusesAValueThatTheLibraryRefuses() {
        try (ChildProcess process = ProxyProcess.launch(
                TelemetryProxy.MAIN,
                TelemetryProxy.environment(collector, Map.of("OTEL_TRACES_SAMPLER", "sometimes")),
                TelemetryProxy.flags(REDIS.address()))) {
            assertThat(process.awaitExit()).as(process::err).isEqualTo(2);
            assertThat(process.err()).startsWith("redis-proxy: OpenTelemetry: ").contains("sometimes");
        }
    }
}
