package redisproxy.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The least, the middle and the greatest of some numbers. */
record Stats(double min, double median, double max) {
    /** Throughput is level when so many steps in a row differ by no more than this. */
    private static final int LEVEL_STEPS = 3;

    private static final double LEVEL = 1.03;

    static Stats of(Collection<Double> numbers) {
        if (numbers.isEmpty()) {
            throw new IllegalArgumentException("no numbers");
        }
        List<Double> sorted = new ArrayList<>(numbers);
        sorted.sort(null);
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Stats(sorted.get(0), median, sorted.get(sorted.size() - 1));
    }

    /** Compares number by number, those of one index with each other. */
    static Stats ofRatios(List<Double> numerators, List<Double> denominators) {
        if (numerators.size() != denominators.size()) {
            throw new IllegalArgumentException(numerators.size() + " numbers against " + denominators.size());
        }
        List<Double> ratios = new ArrayList<>();
        for (int index = 0; index < numerators.size(); index++) {
            ratios.add(numerators.get(index) / denominators.get(index));
        }
        return of(ratios);
    }

    /** Returns whether the last steps of a warm-up had the same throughput. */
    static boolean isLevel(List<Double> rates) {
        if (rates.size() < LEVEL_STEPS) {
            return false;
        }
        Stats last = of(rates.subList(rates.size() - LEVEL_STEPS, rates.size()));
        return last.max <= last.min * LEVEL;
    }

    /** Returns the number below which so many percent of the others lie. */
    static double percentile(double[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * (long) percent / 100))];
    }

    /** Shows the median and the range, all with this format of a number. */
    String show(String format) {
        return String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, min, max);
    }

    String showMedian(String format) {
        return String.format(Locale.ROOT, format, median);
    }
}
