package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A row's measurements of two servers, those of one round at one index. */
record Comparison(
        String title, Targets targets, String subject, List<Measurement> ours, String peer, List<Measurement> theirs) {

    static Table cpu(List<Comparison> comparisons) {
        Table table = new Table("row", "subject", "µs/request", "peer", "its µs/request", "ratio", "target");
        for (Comparison each : comparisons) {
            table.add(
                    each.title,
                    each.subject,
                    Stats.of(figures(each.ours, Measurement::cpuMicros)).show("%.2f"),
                    each.peer,
                    Stats.of(figures(each.theirs, Measurement::cpuMicros)).show("%.2f"),
                    each.ratio(Measurement::cpuMicros),
                    Targets.show(each.targets.cpu()));
        }
        return table;
    }

    /** Both sides' medians in each cell. */
    static Table throughput(List<Comparison> comparisons) {
        Table table = new Table(
                "row",
                "subject : peer",
                "requests/s",
                "ratio",
                "p50 ms",
                "p99 ms",
                "p99 ratio",
                "p99 target",
                "core %",
                "loads/request");
        for (Comparison each : comparisons) {
            table.add(
                    each.title,
                    each.subject + " : " + each.peer,
                    each.both(Measurement::rate, "%,.0f"),
                    each.ratio(Measurement::rate),
                    each.both(one -> one.outcome().p50(), "%.2f"),
                    each.both(one -> one.outcome().p99(), "%.2f"),
                    each.ratio(one -> one.outcome().p99()),
                    Targets.show(each.targets.p99()),
                    each.both(one -> one.coreShare() * 100, "%.0f"),
                    each.both(Measurement::loadsPerRequest, "%.3f"));
        }
        return table;
    }

    /** Compares round by round, so that what slows the whole machine for a while cancels out. */
    private String ratio(ToDoubleFunction<Measurement> figure) {
        return Stats.ofRatios(figures(ours, figure), figures(theirs, figure)).show("%.2f");
    }

    private String both(ToDoubleFunction<Measurement> figure, String format) {
        return Stats.of(figures(ours, figure)).showMedian(format) + " : "
                + Stats.of(figures(theirs, figure)).showMedian(format);
    }

    private static List<Double> figures(List<Measurement> measurements, ToDoubleFunction<Measurement> figure) {
        List<Double> figures = new ArrayList<>();
        for (Measurement measurement : measurements) {
            figures.add(figure.applyAsDouble(measurement));
        }
        return figures;
    }
}
