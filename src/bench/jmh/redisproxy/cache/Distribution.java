package redisproxy.cache;

import java.util.Arrays;
import java.util.Random;

/** How requests spread over the entries. */
public enum Distribution {
    UNIFORM {
        @Override
        int[] draw(int entries, int count, Random random) {
            return random.ints(count, 0, entries).toArray();
        }
    },

    /** The n-th entry in popularity is asked for in proportion to 1 / n^0.99, as in YCSB. */
    ZIPF {
        @Override
        int[] draw(int entries, int count, Random random) {
            double[] cumulated = new double[entries];
            double sum = 0;
            for (int rank = 0; rank < entries; rank++) {
                sum += 1 / Math.pow(rank + 1, EXPONENT);
                cumulated[rank] = sum;
            }
            int[] entryOfRank = shuffled(entries, random);
            int[] drawn = new int[count];
            for (int i = 0; i < count; i++) {
                int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
                drawn[i] = entryOfRank[found < 0 ? -found - 1 : found];
            }
            return drawn;
        }
    };

    private static final double EXPONENT = 0.99;

    /** Returns the numbers of the entries to ask for, in order. */
    abstract int[] draw(int entries, int count, Random random);

    /** Popular entries should not be neighbours in memory for having been loaded one after the other. */
    private static int[] shuffled(int entries, Random random) {
        int[] numbers = new int[entries];
        for (int i = 0; i < entries; i++) {
            int other = random.nextInt(i + 1);
            numbers[i] = numbers[other];
            numbers[other] = i;
        }
        return numbers;
    }
}
