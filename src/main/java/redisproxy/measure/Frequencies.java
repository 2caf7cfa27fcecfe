package redisproxy.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.ItemsSketch;

/**
 * How often each of any number of items occurred, in bounded memory: a sketch of frequent items (Misra and Gries, as DataSketches
 * keeps it) over weighted samples. It misses no item that makes up more than {@code 3.5 / size} of the whole. Not thread-safe.
 */
final class Frequencies<T> {
    /** Of the estimates, 95 in 100 are within so many standard deviations. */
    private static final double DEVIATIONS = 2;

    private final int size;
    private ItemsSketch<T> sketch;

    /** The sum of the squares of all weights: that of the variance, if each weight was drawn with the chance of 1 in itself. */
    private double squares;

    private double samples;

    /**
     * An item with its estimate.
     *
     * @param count how often it occurred, at most 95 times in 100 wrong by more than {@code error}
     */
    record Frequency<T>(T item, long count, long error) {}

    /** Makes an empty sketch of a size that is a power of two; it counts up to three quarters as many items. */
    Frequencies(int size) {
        this.size = size;
        this.sketch = new ItemsSketch<>(size);
    }

    /** Adds an occurrence that was drawn with the chance of 1 in {@code interval}. */
    void add(T item, int interval) {
        add(item, interval, 1);
    }

    /** Adds an occurrence that was drawn with the chance of 1 in {@code interval} and counts {@code amount}. */
    void add(T item, int interval, long amount) {
        sketch.update(item, interval * amount);
        samples += interval;
        squares += (double) interval * interval;
    }

    /** Adds all that another one of the same size has, which stays as it is. */
    void add(Frequencies<T> other) {
        ItemsSketch<T> unused = sketch.merge(other.sketch);
        samples += other.samples;
        squares += other.squares;
    }

    /** Returns the sum of all counts. */
    long total() {
        return sketch.getStreamLength();
    }

    /** Returns by how much an estimate may be too high because the memory is bounded. */
    long sketchError() {
        return sketch.getMaximumError();
    }

    /** Returns the mean number of occurrences that a sample stands for, each occurrence counted once; 1 if nothing was added. */
    double meanInterval() {
        return samples == 0 ? 1 : squares / samples;
    }

    /** Returns an estimate for one item. */
    Frequency<T> of(T item) {
        return frequency(item, sketch.getEstimate(item));
    }

    /** Returns the most frequent items whose count is known to be greater than its error, and that are wanted, at most so many. */
    List<Frequency<T>> most(int limit, Predicate<? super T> isWanted) {
        return Arrays.stream(sketch.getFrequentItems(ErrorType.NO_FALSE_POSITIVES))
                .map(row -> frequency(row.getItem(), row.getEstimate()))
                .filter(each -> each.count() > each.error())
                .sorted(Comparator.comparingLong((Frequency<T> each) -> each.count())
                        .reversed())
                .filter(each -> isWanted.test(each.item()))
                .limit(limit)
                .toList();
    }

    private Frequency<T> frequency(T item, long count) {
        double variance = count * (meanInterval() - 1);
        return new Frequency<>(item, count, sketchError() + (long) Math.ceil(DEVIATIONS * Math.sqrt(variance)));
    }

    void clear() {
        sketch = new ItemsSketch<>(size);
        squares = 0;
        samples = 0;
    }
}
