package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A row's measurements of two servers, those of one round at one index.
 *
 * @param target the ratio of processor time that is aimed at, NaN if none is
 */
record Comparison(
        String title, double target, String subject, List<Measurement> ours, String peer, List<Measurement> theirs) {
    private static final String MICROS = "%.2f";
    private static final String RATIO = "%.2f";
    private static final String RATE = "%,.0f";
    private static final String MILLIS = "%.2f";

    static Table cpu(List<Comparison> comparisons) {
        Table table = new Table("row", "subject", "µs/request", "peer", "its µs/request", "ratio", "target");
        for (Comparison each : comparisons) {
            table.add(
                    each.title,
                    each.subject,
                    Stats.of(each.ours(Measurement::cpuMicros)).show(MICROS),
                    each.peer,
                    Stats.of(each.theirs(Measurement::cpuMicros)).show(MICROS),
                    each.ratio(Measurement::cpuMicros).show(RATIO),
                    Double.isNaN(each.target) ? "" : String.format(Locale.ROOT, RATIO, each.target));
        }
        return table;
    }

    static Table throughput(List<Comparison> comparisons) {
        Table table = new Table(
                "row",
                "subject",
                "requests/s",
                "peer",
                "its requests/s",
                "ratio",
                "p50 ms",
                "peer's",
                "p99 ms",
                "peer's",
                "core",
                "peer's",
                "loads/request",
                "peer's");
        for (Comparison each : comparisons) {
            table.add(
                    each.title,
                    each.subject,
                    each.our(Measurement::rate, RATE),
                    each.peer,
                    each.their(Measurement::rate, RATE),
                    each.ratio(Measurement::rate).show(RATIO),
                    each.our(one -> one.outcome().p50(), MILLIS),
                    each.their(one -> one.outcome().p50(), MILLIS),
                    each.our(one -> one.outcome().p99(), MILLIS),
                    each.their(one -> one.outcome().p99(), MILLIS),
                    each.our(Measurement::coreShare, RATIO),
                    each.their(Measurement::coreShare, RATIO),
                    each.our(Measurement::loadsPerRequest, "%.3f"),
                    each.their(Measurement::loadsPerRequest, "%.3f"));
        }
        return table;
    }

    /** Compares round by round, so that what slows the whole machine for a while cancels out. */
    private Stats ratio(ToDoubleFunction<Measurement> figure) {
        return Stats.ofRatios(ours(figure), theirs(figure));
    }

    private String our(ToDoubleFunction<Measurement> figure, String format) {
        return Stats.of(ours(figure)).showMedian(format);
    }

    private String their(ToDoubleFunction<Measurement> figure, String format) {
        return Stats.of(theirs(figure)).showMedian(format);
    }

    private List<Double> ours(ToDoubleFunction<Measurement> figure) {
        return figures(ours, figure);
    }

    private List<Double> theirs(ToDoubleFunction<Measurement> figure) {
        return figures(theirs, figure);
    }

    private static List<Double> figures(List<Measurement> measurements, ToDoubleFunction<Measurement> figure) {
        List<Double> figures = new ArrayList<>();
        for (Measurement measurement : measurements) {
            figures.add(figure.applyAsDouble(measurement));
        }
        return figures;
    }
}
