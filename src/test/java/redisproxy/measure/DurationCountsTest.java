package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class DurationCountsTest {
    private final Histogram expected = empty();
    private final DurationCounts counts = new DurationCounts();

    private static Histogram empty() {
        return new Histogram(Durations.LEAST_NANOS, Durations.MOST_NANOS, Durations.DIGITS);
    }

    private void add(long nanos, long times) {
        counts.add(nanos, times);
        expected.recordValueWithCount(nanos, times);
    }

    private Histogram counted() {
        Histogram counted = empty();
        counts.addTo(counted);
        return counted;
    }

    @Test
    void hasTheBucketsOfHdrHistogram() {
        LongStream.iterate(1, power -> power <= Durations.MOST_NANOS, power -> power * 2)
                .forEach(power -> {
                    add(power - 1, 1);
                    add(power, 2);
                    add(Math.min(Durations.MOST_NANOS, power + power / 2), 3);
                });
        add(Durations.MOST_NANOS, 1);
        assertThat(counted()).isEqualTo(expected);
    }

    @Test
    void hasThemForAnyDuration() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            add(random.nextLong(Durations.MOST_NANOS >>> random.nextInt(42)), 1);
        }
        assertThat(counted()).isEqualTo(expected);
    }
}
