package redisproxy.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RegistryProducerTest {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("test");
    private static final Instant STARTED = Instant.ofEpochSecond(1_000_000);

    @Test
    void counter() {
        MetricData metric = of(CounterSnapshot.builder()
                .name("reads")
                .help("Reads.")
                .dataPoint(CounterDataPointSnapshot.builder()
                        .labels(Labels.of("port", "http"))
                        .value(3)
                        .build())
                .dataPoint(CounterDataPointSnapshot.builder()
                        .labels(Labels.of("port", "resp"))
                        .value(4)
                        .createdTimestampMillis(1_234_567_890)
                        .build())
                .build());
        assertThat(metric.getName()).isEqualTo("reads_total");
        assertThat(metric.getDescription()).isEqualTo("Reads.");
        assertThat(metric.getUnit()).isEmpty();
        assertThat(metric.getInstrumentationScopeInfo()).isEqualTo(SCOPE);
        assertThat(metric.getType()).isEqualTo(MetricDataType.DOUBLE_SUM);
        assertThat(metric.getDoubleSumData().isMonotonic()).isTrue();
        assertThat(metric.getDoubleSumData().getAggregationTemporality()).isEqualTo(AggregationTemporality.CUMULATIVE);
        assertThat(metric.getDoubleSumData().getPoints())
                .extracting(DoublePointData::getAttributes, DoublePointData::getValue)
                .containsExactly(tuple(label("port", "http"), 3.0), tuple(label("port", "resp"), 4.0));
        assertThat(metric.getDoubleSumData().getPoints())
                .extracting(DoublePointData::getStartEpochNanos)
                .containsExactly(
                        TimeUnit.SECONDS.toNanos(STARTED.getEpochSecond()),
                        TimeUnit.MILLISECONDS.toNanos(1_234_567_890));
    }

    @Test
    void gaugeWithUnit() {
        MetricData metric = of(GaugeSnapshot.builder()
                .name("held_bytes")
                .unit(Unit.BYTES)
                .dataPoint(GaugeDataPointSnapshot.builder().value(7).build())
                .build());
        assertThat(metric.getName()).isEqualTo("held_bytes");
        assertThat(metric.getUnit()).isEqualTo("By");
        assertThat(metric.getDescription()).isEmpty();
        assertThat(metric.getDoubleGaugeData().getPoints())
                .extracting(DoublePointData::getValue)
                .containsExactly(7.0);
    }

    @Test
    void histogram() {
        MetricData metric = of(HistogramSnapshot.builder()
                .name("took_seconds")
                .unit(Unit.SECONDS)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(
                                new double[] {0.1, 1, Double.POSITIVE_INFINITY}, new long[] {5, 3, 1}))
                        .sum(4.5)
                        .build())
                .build());
        assertThat(metric.getName()).isEqualTo("took_seconds");
        assertThat(metric.getUnit()).isEqualTo("s");
        assertThat(metric.getHistogramData().getAggregationTemporality()).isEqualTo(AggregationTemporality.CUMULATIVE);
        HistogramPointData point =
                metric.getHistogramData().getPoints().iterator().next();
        assertThat(point.getBoundaries()).containsExactly(0.1, 1.0);
        assertThat(point.getCounts()).containsExactly(5L, 3L, 1L);
        assertThat(point.getCount()).isEqualTo(9);
        assertThat(point.getSum()).isEqualTo(4.5);
        assertThat(point.hasMin()).isFalse();
    }

    @Test
    void summary() {
        MetricData metric = of(SummarySnapshot.builder()
                .name("pauses")
                .dataPoint(SummaryDataPointSnapshot.builder()
                        .count(4)
                        .sum(2)
                        .quantiles(Quantiles.of(new Quantile(0.5, 0.25)))
                        .build())
                .build());
        SummaryPointData point = metric.getSummaryData().getPoints().iterator().next();
        assertThat(point.getCount()).isEqualTo(4);
        assertThat(point.getSum()).isEqualTo(2);
        assertThat(point.getValues()).hasSize(1).allSatisfy(value -> {
            assertThat(value.getQuantile()).isEqualTo(0.5);
            assertThat(value.getValue()).isEqualTo(0.25);
        });
    }

    @Test
    void info() {
        MetricData metric = of(InfoSnapshot.builder()
                .name("build")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", "1"))
                        .build())
                .build());
        assertThat(metric.getName()).isEqualTo("build_info");
        assertThat(metric.getDoubleSumData().isMonotonic()).isFalse();
        assertThat(metric.getDoubleSumData().getPoints()).hasSize(1).allSatisfy(point -> {
            assertThat(point.getValue()).isEqualTo(1);
            assertThat(point.getAttributes()).isEqualTo(label("version", "1"));
        });
    }

    @Test
    void states() {
        MetricData metric = of(StateSetSnapshot.builder()
                .name("door")
                .dataPoint(StateSetDataPointSnapshot.builder()
                        .state("open", true)
                        .state("shut", false)
                        .build())
                .build());
        assertThat(metric.getDoubleSumData().isMonotonic()).isFalse();
        assertThat(metric.getDoubleSumData().getPoints())
                .extracting(DoublePointData::getAttributes, DoublePointData::getValue)
                .containsExactly(tuple(label("door", "open"), 1.0), tuple(label("door", "shut"), 0.0));
    }

    @Test
    void unknown() {
        MetricData metric = of(UnknownSnapshot.builder()
                .name("something")
                .dataPoint(UnknownDataPointSnapshot.builder().value(-2).build())
                .build());
        assertThat(metric.getDoubleGaugeData().getPoints())
                .extracting(DoublePointData::getValue)
                .containsExactly(-2.0);
    }

    @Test
    void leavesOutWhatHasNoPoints() {
        assertThat(produce(GaugeSnapshot.builder().name("none").build())).isEmpty();
    }

    @Test
    void hasNoneBeforeItHasARegistry() {
        assertThat(new RegistryProducer(SCOPE, STARTED).produce(Resource.getDefault()))
                .isEmpty();
    }

    private static Attributes label(String name, String value) {
        return Attributes.of(AttributeKey.stringKey(name), value);
    }

    private static MetricData of(MetricSnapshot snapshot) {
        Collection<MetricData> metrics = produce(snapshot);
        assertThat(metrics).hasSize(1);
        return metrics.iterator().next();
    }

    private static Collection<MetricData> produce(MetricSnapshot snapshot) {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register((MultiCollector) () -> new MetricSnapshots(List.of(snapshot)));
        RegistryProducer producer = new RegistryProducer(SCOPE, STARTED);
        producer.read(registry);
        return producer.produce(Resource.getDefault());
    }
}
