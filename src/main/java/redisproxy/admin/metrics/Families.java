package redisproxy.admin.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.DurationStats;

/**
 * The families of metrics of one scrape, in the making. Names come without the proxy's prefix and without a suffix of their type
 * ({@code _total}, {@code _info}); a unit is part of the name. Belongs to one thread.
 */
final class Families {
    private static final String PREFIX = "redis_proxy_";
    private static final double NANOS_PER_SECOND = 1e9;

    /** From what a hit takes to the longest wait for Redis, in seconds. */
    private static final double[] BOUNDS = {
        0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
        2.5, 5, 10
    };

    private final List<MetricSnapshot> done = new ArrayList<>();

    /** The values of a family, by labels: name and value in turns. Values of the same labels are added up. */
    static final class Points {
        private final Map<Labels, Double> values = new LinkedHashMap<>();

        Points add(long value, String... labels) {
            return addSeconds((double) value, labels);
        }

        Points addSeconds(double value, String... labels) {
            values.merge(labels.length == 0 ? Labels.EMPTY : Labels.of(labels), value, Double::sum);
            return this;
        }

        /** Adds 1 for the state that applies, and 0 for each other one. */
        Points addState(String label, String present, List<String> all, String... labels) {
            for (String each : all) {
                Labels of = (labels.length == 0 ? Labels.EMPTY : Labels.of(labels)).add(label, each);
                values.put(of, each.equals(present) ? 1.0 : 0.0);
            }
            return this;
        }
    }

    /** The histograms of a family, by labels: name and value in turns. */
    static final class Durations {
        private final Map<Labels, DurationStats> values = new LinkedHashMap<>();

        void add(DurationStats durations, String... labels) {
            values.put(labels.length == 0 ? Labels.EMPTY : Labels.of(labels), durations);
        }
    }

    void counter(String name, String help, long value) {
        counter(name, help, new Points().add(value));
    }

    void counter(String name, String help, Points points) {
        counter(name, null, help, points);
    }

    void counter(String name, @Nullable Unit unit, String help, Points points) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name(PREFIX + name).help(help);
        if (unit != null) {
            family.unit(unit);
        }
        points.values.forEach((labels, value) -> family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build()));
        done.add(family.build());
    }

    void gauge(String name, String help, long value) {
        gauge(name, null, help, new Points().add(value));
    }

    void gauge(String name, Unit unit, String help, long value) {
        gauge(name, unit, help, new Points().add(value));
    }

    void gauge(String name, String help, Points points) {
        gauge(name, null, help, points);
    }

    void gauge(String name, @Nullable Unit unit, String help, Points points) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder().name(PREFIX + name).help(help);
        if (unit != null) {
            family.unit(unit);
        }
        points.values.forEach((labels, value) -> family.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build()));
        done.add(family.build());
    }

    void info(String name, String help, String... labels) {
        done.add(InfoSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of(labels))
                        .build())
                .build());
    }

    void histogram(String name, String help, Durations durations) {
        HistogramSnapshot.Builder family = HistogramSnapshot.builder()
                .name(PREFIX + name)
                .unit(Unit.SECONDS)
                .help(help);
        durations.values.forEach(
                (labels, value) -> family.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .labels(labels)
                        .sum(value.sumNanos() / NANOS_PER_SECOND)
                        .classicHistogramBuckets(buckets(value))
                        .build()));
        done.add(family.build());
    }

    private static ClassicHistogramBuckets buckets(DurationStats durations) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        long below = 0;
        for (double bound : BOUNDS) {
            long upTo = durations.countUpTo(Math.round(bound * NANOS_PER_SECOND));
            buckets.bucket(bound, upTo - below);
            below = upTo;
        }
        return buckets.bucket(Double.POSITIVE_INFINITY, durations.count() - below)
                .build();
    }

    MetricSnapshots snapshots() {
        return new MetricSnapshots(done);
    }
}
