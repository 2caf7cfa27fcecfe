package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import redisproxy.fixtures.OtlpCollector;
import redisproxy.testkit.HttpConnection;

/** What a collector of OpenTelemetry gets. */
public final class TelemetrySteps {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String OTHER_TRACE = "1bf7651916cd43dd8448eb211c80319d";

    private final World world;
    private OtlpCollector collector;

    public TelemetrySteps(World world) {
        this.world = world;
    }

    @Given("a collector, and a proxy whose environment names it")
    public void collectorAndProxy() {
        collector = world.closeLater(new OtlpCollector());
        startProxy();
    }

    @Given("a collector that fails, and a proxy whose environment names it")
    public void failingCollectorAndProxy() {
        collector = world.closeLater(new OtlpCollector());
        collector.answerWith(400);
        startProxy();
    }

    private void startProxy() {
        world.startProcess(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(), "OTEL_BSP_SCHEDULE_DELAY", "50"), Map.of());
    }

    @When("{string} is read over HTTP with a trace")
    public void readWithTrace(String key) {
        readIn(TRACE, key);
    }

    @When("{string} is read over HTTP with another trace")
    public void readWithOtherTrace(String key) {
        readIn(OTHER_TRACE, key);
    }

    private void readIn(String trace, String key) {
        HttpConnection connection = world.connectHttp();
        connection.send(HttpConnection.request(
                "GET /" + world.key(key).percentEncoded(), "traceparent: 00-" + trace + "-b7ad6b7169203331-01"));
        assertThat(connection.read().status()).isEqualTo(200);
    }

    @When("the proxy stops")
    public void proxyStops() {
        world.process().terminate();
        assertThat(world.process().awaitExit())
                .as(() -> world.process().describe("exit"))
                .isZero();
    }

    @Then("the collector has one span alone, of the first trace")
    public void oneSpan() {
        assertThat(collector.spans()).hasSize(1);
        assertThat(HexFormat.of().formatHex(span().getTraceId().toByteArray())).isEqualTo(TRACE);
    }

    @Then("that span is of a GET at the address of Redis, and ended with a value")
    public void spanIsOfGet() {
        Map<String, String> attributes = OtlpCollector.attributes(span().getAttributesList());
        assertThat(attributes)
                .containsEntry("db.system.name", "redis")
                .containsEntry("db.operation.name", "GET")
                .containsEntry(
                        "server.port",
                        Integer.toString(world.ownRedis().address().port()))
                .containsEntry("redis_proxy.load.result", "value");
    }

    @Then("nothing that the collector has holds the key {string}")
    public void nothingHoldsTheKey(String key) {
        assertThat(collector.spans().toString()).doesNotContain(world.key(key).asUtf8());
        assertThat(collector.metrics("redis-proxy").toString())
                .isNotEmpty()
                .doesNotContain(world.key(key).asUtf8());
    }

    @Then("the collector has the metric {string} with {int}")
    public void collectorHasMetric(String name, int value) {
        Metric metric = collector.metrics("redis-proxy").get(name);
        assertThat(metric).as(name).isNotNull();
        List<Double> values = metric.getSum().getDataPointsList().stream()
                .map(point -> point.getAsDouble())
                .toList();
        assertThat(values).containsExactly((double) value);
    }

    private Span span() {
        return collector.spans().get(0);
    }
}
