package redisproxy.bench;

import com.google.errorprone.annotations.Immutable;
import java.util.Locale;

/**
 * The ratios that a comparison aims at, of the first server's figure to the second's; NaN where none is.
 *
 * @param cpu of processor time per request
 * @param p99 of the 99th percentile of the latency
 */
@Immutable
record Targets(double cpu, double p99) {
    static final Targets NONE = new Targets(Double.NaN, Double.NaN);

    /** A later build against an earlier one. */
    static final Targets NO_DEARER = new Targets(1.03, Double.NaN);

    static Targets cpu(double ratio) {
        return new Targets(ratio, Double.NaN);
    }

    static String show(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }
}
