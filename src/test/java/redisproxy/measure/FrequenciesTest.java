package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FrequenciesTest {
    private static final int SIZE = 256;

    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void fewItemsAreCountedExactly() {
        Frequencies<String> counted = new Frequencies<>(SIZE);
        for (int i = 1; i <= 100; i++) {
            for (int times = 0; times < i; times++) {
                counted.add("item " + i, 1);
            }
        }
        assertThat(counted.total()).isEqualTo(5050);
        assertThat(counted.most(2, item -> true))
                .containsExactly(
                        new Frequencies.Frequency<>("item 100", 100, 0), new Frequencies.Frequency<>("item 99", 99, 0));
        assertThat(counted.most(1000, item -> true)).hasSize(100);
        assertThat(counted.of("item 1").count()).isOne();
        assertThat(counted.of("nothing").count()).isZero();
    }

    /** Of 100,000 items, the n-th occurs in proportion to 1/n. */
    @Test
    void estimatesOfManyItemsAreWithinTheError() {
        Frequencies<Integer> counted = new Frequencies<>(SIZE);
        Map<Integer, Integer> truth = new HashMap<>();
        for (int i = 0; i < 300_000; i++) {
            int item = zipf();
            truth.merge(item, 1, Integer::sum);
            counted.add(item, 1);
        }
        assertThat(counted.sketchError()).isPositive().isLessThan((long) (3.5 / SIZE * counted.total()));
        List<Frequencies.Frequency<Integer>> most = counted.most(1000, item -> true);
        assertThat(most).hasSizeGreaterThan(5).allSatisfy(each -> {
            assertThat(each.error()).isEqualTo(counted.sketchError());
            assertThat(Math.abs(each.count() - truth.get(each.item()))).isLessThanOrEqualTo(each.error());
        });
        assertThat(most).extracting(Frequencies.Frequency::count).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        // None that occurs often is missing.
        truth.forEach((item, count) -> {
            if (count > 2 * counted.sketchError()) {
                assertThat(most).extracting(Frequencies.Frequency::item).contains(item);
            }
        });
    }

    @Test
    void samplesStandForAllAndWidenTheError() {
        int withinError = 0;
        int trials = 200;
        for (int trial = 0; trial < trials; trial++) {
            Frequencies<Integer> counted = new Frequencies<>(SIZE);
            for (int i = 0; i < 64_000; i++) {
                if (random.nextInt(64) == 0) {
                    counted.add(i % 4, 64);
                }
            }
            Frequencies.Frequency<Integer> one = counted.of(0);
            assertThat(counted.meanInterval()).isEqualTo(64);
            // Twice the standard deviation of 250 samples, each of which stands for 64.
            assertThat(one.error()).isBetween(1_600L, 2_500L);
            withinError += Math.abs(one.count() - 16_000) <= one.error() ? 1 : 0;
        }
        assertThat(withinError).isGreaterThan(trials * 90 / 100);
    }

    @Test
    void listsNothingThatIsNotKnownToBeFrequent() {
        Frequencies<Integer> counted = new Frequencies<>(SIZE);
        for (int i = 0; i < 100_000; i++) {
            counted.add(i, 64);
        }
        assertThat(counted.most(1000, item -> true)).isEmpty();
    }

    @Test
    void oldWindowsAreForgotten() {
        RecentFrequencies<String> recent = new RecentFrequencies<>(SIZE);
        recent.add("a", 1);
        recent.rotate();
        recent.add("a", 1);
        recent.add("b", 1);
        assertThat(recent.both().of("a").count()).isEqualTo(2);
        recent.rotate();
        assertThat(recent.both().of("a").count()).isOne();
        recent.rotate();
        assertThat(recent.both().total()).isZero();
    }

    private int zipf() {
        return (int) Math.pow(100_000, random.nextDouble());
    }
}
