package redisproxy.otel;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redisproxy.otel.Family.Naming;

/**
 * Makes OpenTelemetry's families of Prometheus's, by the rules of OpenTelemetry's specification for the two ("Prometheus and
 * OpenMetrics Compatibility"), all cumulative. Belongs to one collection and its thread.
 */
final class FamilyWriter {
    private final Resource resource;
    private final InstrumentationScopeInfo scope;
    private final long started;
    private final long now;

    FamilyWriter(Resource resource, InstrumentationScopeInfo scope, Instant started, Instant now) {
        this.resource = resource;
        this.scope = scope;
        this.started = nanos(started);
        this.now = nanos(now);
    }

    MetricData family(MetricSnapshot snapshot) {
        if (snapshot instanceof CounterSnapshot counter) {
            return family(
                    snapshot, "_total", MetricDataType.DOUBLE_SUM, sum(/* isMonotonic= */ true, counters(counter)));
        }
        if (snapshot instanceof GaugeSnapshot gauge) {
            return family(snapshot, "", MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(gauges(gauge)));
        }
        if (snapshot instanceof InfoSnapshot info) {
            List<DoublePointData> points = info.getDataPoints().stream()
                    .map(point -> point(point, attributes(point.getLabels()), 1))
                    .toList();
            return family(snapshot, "_info", MetricDataType.DOUBLE_SUM, sum(/* isMonotonic= */ false, points));
        }
        if (snapshot instanceof HistogramSnapshot histogram) {
            List<HistogramPointData> points =
                    histogram.getDataPoints().stream().map(this::histogram).toList();
            return family(
                    snapshot,
                    "",
                    MetricDataType.HISTOGRAM,
                    HistogramData.create(AggregationTemporality.CUMULATIVE, points));
        }
        if (snapshot instanceof SummarySnapshot summary) {
            List<SummaryPointData> points =
                    summary.getDataPoints().stream().map(this::summary).toList();
            return family(snapshot, "", MetricDataType.SUMMARY, SummaryData.create(points));
        }
        if (snapshot instanceof StateSetSnapshot states) {
            return family(
                    snapshot, "", MetricDataType.DOUBLE_SUM, sum(/* isMonotonic= */ false, states(snapshot, states)));
        }
        if (snapshot instanceof UnknownSnapshot unknown) {
            List<DoublePointData> points = unknown.getDataPoints().stream()
                    .map(point -> point(point, attributes(point.getLabels()), point.getValue()))
                    .toList();
            return family(snapshot, "", MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(points));
        }
        throw new IllegalArgumentException("no such type of metric: " + snapshot.getClass());
    }

    private MetricData family(MetricSnapshot snapshot, String suffix, MetricDataType type, Data<?> data) {
        MetricMetadata metadata = snapshot.getMetadata();
        String help = metadata.getHelp();
        Naming naming =
                new Naming(metadata.getPrometheusName() + suffix, help == null ? "" : help, unit(metadata.getUnit()));
        return new Family(resource, naming, type, data, scope);
    }

    /* --------------- Points --------------- */

    private static SumData<DoublePointData> sum(boolean isMonotonic, List<DoublePointData> points) {
        return SumData.createDoubleSumData(isMonotonic, AggregationTemporality.CUMULATIVE, points);
    }

    private List<DoublePointData> counters(CounterSnapshot counter) {
        return counter.getDataPoints().stream()
                .map(point -> point(point, attributes(point.getLabels()), point.getValue()))
                .toList();
    }

    private List<DoublePointData> gauges(GaugeSnapshot gauge) {
        return gauge.getDataPoints().stream()
                .map(point -> point(point, attributes(point.getLabels()), point.getValue()))
                .toList();
    }

    /** One point for each state, as Prometheus's text format has it. */
    private List<DoublePointData> states(MetricSnapshot snapshot, StateSetSnapshot states) {
        String label = snapshot.getMetadata().getPrometheusName();
        return states.getDataPoints().stream()
                .flatMap(point -> point.stream().map(state -> {
                    Attributes attributes = attributes(point.getLabels()).toBuilder()
                            .put(label, state.getName())
                            .build();
                    return point(point, attributes, state.isTrue() ? 1 : 0);
                }))
                .toList();
    }

    private DoublePointData point(DataPointSnapshot point, Attributes attributes, double value) {
        return DoublePointData.create(start(point), now, attributes, value, List.of());
    }

    /** Buckets of both do not include those below; Prometheus's last one has no bound, which OpenTelemetry does not tell. */
    private HistogramPointData histogram(HistogramDataPointSnapshot point) {
        ClassicHistogramBuckets buckets = point.getClassicBuckets();
        List<Double> bounds = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < buckets.size(); i++) {
            if (buckets.getUpperBound(i) != Double.POSITIVE_INFINITY) {
                bounds.add(buckets.getUpperBound(i));
            }
            counts.add(buckets.getCount(i));
        }
        if (buckets.isEmpty()) {
            counts.add(point.getCount());
        }
        return HistogramPointData.create(
                start(point),
                now,
                attributes(point.getLabels()),
                point.getSum(),
                /* hasMin= */ false,
                0,
                /* hasMax= */ false,
                0,
                bounds,
                counts);
    }

    private SummaryPointData summary(SummaryDataPointSnapshot point) {
        List<ValueAtQuantile> quantiles = new ArrayList<>();
        point.getQuantiles()
                .forEach(each -> quantiles.add(ValueAtQuantile.create(each.getQuantile(), each.getValue())));
        return SummaryPointData.create(
                start(point), now, attributes(point.getLabels()), point.getCount(), point.getSum(), quantiles);
    }

    /* --------------- Parts --------------- */

    private long start(DataPointSnapshot point) {
        return point.hasCreatedTimestamp() ? TimeUnit.MILLISECONDS.toNanos(point.getCreatedTimestampMillis()) : started;
    }

    private static Attributes attributes(Labels labels) {
        AttributesBuilder attributes = Attributes.builder();
        labels.stream().forEach(label -> attributes.put(label.getName(), label.getValue()));
        return attributes.build();
    }

    private static String unit(Unit unit) {
        if (unit == null) {
            return "";
        }
        return switch (unit.toString()) {
            case "seconds" -> "s";
            case "bytes" -> "By";
            case "ratio" -> "1";
            default -> unit.toString();
        };
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
