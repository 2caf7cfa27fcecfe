package redisproxy.otel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import redisproxy.fixtures.OtlpCollector;
import redisproxy.testkit.Address;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;

/** Proxies as processes of their own whose environment names a collector. */
final class TelemetryProxy {
    static final List<String> MAIN = List.of("-cp", System.getProperty("java.class.path"), "redisproxy.server.Main");
    static final Pattern ADMIN_PORT = Pattern.compile("admin http://127\\.0\\.0\\.1:(\\d+)");
    static final Duration BEFORE_LONG = Duration.ofSeconds(30);
    static final Map<String, String> WITHOUT_METRICS = Map.of("OTEL_METRICS_EXPORTER", "none");
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    static final String PARENT = "b7ad6b7169203331";
    static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";
    static final String NOT_SAMPLED = "00-" + TRACE + "-" + PARENT + "-00";

    private TelemetryProxy() {}

    /** Starts one with these variables besides the address of the collector. */
    static ProxyProcess start(OtlpCollector collector, Map<String, String> more, Address redis) {
        return ProxyProcess.start(MAIN, environment(collector, more), flags(redis));
    }

    static Map<String, String> environment(OtlpCollector collector, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "50");
        environment.putAll(more);
        return environment;
    }

    static List<String> flags(Address redis) {
        return List.of(
                "--proxy-host",
                "127.0.0.1",
                "--proxy-port",
                "0",
                "--tcp-port",
                "0",
                "--redis-timeout",
                "2",
                "--redis-host",
                redis.host(),
                "--redis-port",
                Integer.toString(redis.port()));
    }

    static HttpAnswer get(Address http, String key, String traceParent) {
        try (HttpConnection connection = HttpConnection.connect(http)) {
            connection.send(HttpConnection.request("GET /" + key, "traceparent: " + traceParent));
            return connection.read();
        }
    }

    /** Stops the proxy as a supervisor does, and waits until it has ended. */
    static void stop(ProxyProcess proxy) {
        proxy.process().terminate();
        assertThat(proxy.process().awaitExit())
                .as(() -> proxy.process().describe("exit"))
                .isZero();
    }
}
